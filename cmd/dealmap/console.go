package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
)

// order is one thing that a person at the machine asks for. It is a struct of its arguments: the process that has the data
// open carries it out, be it this one or a running server, which gets it through its socket as JSON.
type order[Answer any] interface {
	do(ctx context.Context, d desk) (Answer, error)
}

// nothing is the answer of an order that only succeeds or fails.
type nothing struct{}

// desk is what an order works with: the data, who gave it, and where its progress is shown.
type desk struct {
	*machine
	operator string
	progress func(done, total uint64, what string)
}

// admin is the author of what an order writes.
func (d desk) admin() dealmap.Viewer { return dealmap.Console(d.operator, dealmap.RoleAdmin) }

// console takes orders: a line to the running server, or the files themselves when no server works on them.
type console struct {
	machine *machine // nil when a server runs
	data    string
	out     *output
	bars    *bars
}

// openConsole finds out whether a server runs. The files are opened when an order needs them.
func openConsole(g *Globals, out *output) (*console, error) {
	c := &console{data: g.Data, out: out, bars: newBars(g, out)}
	line, err := dialConsole(g.Data)
	if err == nil {
		return c, line.Close()
	}
	if !errors.Is(err, errNoServer) {
		return nil, err
	}
	c.machine = &machine{globals: g, out: out}
	return c, nil
}

// Close closes what was opened.
func (c *console) Close() error {
	c.bars.finish()
	if c.machine == nil {
		return nil
	}
	return c.machine.Close()
}

// withConsole runs a command's work and closes the console.
func withConsole(g *Globals, out *output, work func(*console) error) (err error) {
	c, err := openConsole(g, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return work(c)
}

// give has an order carried out.
func give[Answer any](ctx context.Context, c *console, o order[Answer]) (Answer, error) {
	defer c.bars.finish()
	if c.machine != nil {
		return o.do(ctx, desk{machine: c.machine, operator: operator(), progress: c.bars.show})
	}
	var answer Answer
	arguments, err := json.Marshal(o)
	if err != nil {
		return answer, err
	}
	result, err := send(ctx, c.data, letter{Order: nameOf(o), Operator: operator(), Arguments: arguments}, c.bars.show)
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(result, &answer); err != nil {
		return answer, fmt.Errorf("réponse du serveur illisible : %w", err)
	}
	return answer, nil
}

// letter is an order on its way to the server, which believes what it is told of the operator: whoever may open its socket may
// open its files too.
type letter struct {
	Order     string          `json:"order"`
	Operator  string          `json:"operator"`
	Arguments json.RawMessage `json:"arguments"`
}

// reply is what the server sends back, a JSON value each: progress any number of times, then a result or an error.
type reply struct {
	Progress *progress       `json:"progress,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    *failure        `json:"error,omitempty"`
}

type progress struct {
	Done  uint64 `json:"done"`
	Total uint64 `json:"total"`
	What  string `json:"what"`
}

type failure struct {
	Kind    dealmap.ErrorKind `json:"kind,omitempty"`
	Message string            `json:"message"`
}

func failureOf(err error) *failure { return &failure{Kind: dealmap.KindOf(err), Message: err.Error()} }

func (f *failure) err() error {
	if f.Kind == "" {
		return errors.New(f.Message)
	}
	return &dealmap.Error{Kind: f.Kind, Message: f.Message}
}

// entry is a kind of order that a server takes.
type entry struct {
	name   string
	answer func(ctx context.Context, d desk, arguments json.RawMessage) (any, error)
}

func takes[O order[Answer], Answer any]() entry {
	return entry{name: reflect.TypeFor[O]().Name(), answer: func(ctx context.Context, d desk, arguments json.RawMessage) (any, error) {
		var o O
		decoder := json.NewDecoder(strings.NewReader(string(arguments)))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&o); err != nil {
			return nil, fmt.Errorf("ordre illisible : %w", err)
		}
		return o.do(ctx, d)
	}}
}

func nameOf(o any) string { return reflect.TypeOf(o).Name() }

// carryOut answers one order that came through the socket.
func carryOut(ctx context.Context, d desk, l letter, to io.Writer) error {
	encoder := json.NewEncoder(to)
	for _, e := range orders {
		if e.name != l.Order {
			continue
		}
		answer, err := e.answer(ctx, d, l.Arguments)
		if err != nil && ctx.Err() != nil {
			err = errors.New("le serveur s’est arrêté avant la fin")
		}
		if err != nil {
			return encoder.Encode(reply{Error: failureOf(err)})
		}
		result, err := json.Marshal(answer)
		if err != nil {
			return encoder.Encode(reply{Error: failureOf(err)})
		}
		return encoder.Encode(reply{Result: result})
	}
	return encoder.Encode(reply{Error: &failure{Message: fmt.Sprintf("le serveur en marche ne connaît pas l’ordre « %s » : il est d’une autre version", l.Order)}})
}

// offline refuses what works on the files alone while a server has them open.
func offline(g *Globals) error {
	line, err := dialConsole(g.Data)
	if errors.Is(err, errNoServer) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(fmt.Errorf("un serveur est en marche sur %s : cette commande veut qu’il soit arrêté", filepath.Join(g.Data, store.JournalFile)), line.Close())
}

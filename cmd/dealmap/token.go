package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mesure5/dealmap"
)

type tokenCmd struct {
	List tokenListCmd `cmd:"" help:"Lister les jetons."`
	End  tokenEndCmd  `cmd:"" help:"Mettre fin à un jeton, à l’instant."`
}

type tokenListCmd struct {
	All bool `help:"Montrer aussi les jetons terminés."`
}

// Run lists the API tokens.
func (c *tokenListCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		tokens, err := give(ctx, console, listTokens{})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "jeton\tcompte\tnom\tterritoires\tdu\tau\tétat\t")
		for _, t := range tokens {
			state := "en cours"
			if !t.Live {
				state = "terminé"
			}
			if !t.Live && !c.All {
				continue
			}
			codes := make([]string, len(t.Token.Territories))
			for i, code := range t.Token.Territories {
				codes[i] = string(code)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", t.Token.ID, t.Token.Subject, t.Token.Name, strings.Join(codes, ","),
				t.Token.From.Format(time.DateOnly), untilDay(t.Token.Until), state)
		}
		return w.Flush()
	})
}

type tokenEndCmd struct {
	ID string `arg:"" name:"jeton" help:"Identifiant, tel que « dealmap token list » le montre."`
}

// Run ends a token.
func (c *tokenEndCmd) Run(ctx context.Context, g *Globals, out *output) error {
	id, err := dealmap.ParseID(c.ID)
	if err != nil {
		return err
	}
	return withConsole(g, out, func(console *console) error {
		if _, err := give(ctx, console, endToken{ID: id}); err != nil {
			return err
		}
		fmt.Fprintln(out.stdout, "jeton terminé.")
		return nil
	})
}

// tokenState is a token, and whether it opens anything: it is dead as soon as its grant is.
type tokenState struct {
	Token dealmap.Token `json:"token"`
	Live  bool          `json:"live"`
}

// listTokens answers with all tokens.
type listTokens struct{}

func (listTokens) do(ctx context.Context, d desk) ([]tokenState, error) {
	s, err := d.Store(ctx)
	if err != nil {
		return nil, err
	}
	snapshot, now := s.Snapshot(), time.Now()
	var list []tokenState
	for _, t := range snapshot.Tokens() {
		grant, ok := snapshot.Grant(t.Grant)
		list = append(list, tokenState{Token: *t, Live: ok && grant.Active(now) && t.Active(now)})
	}
	return list, nil
}

// endToken ends a token, whoever owns it.
type endToken struct {
	ID dealmap.ID `json:"id"`
}

func (o endToken) do(ctx context.Context, d desk) (nothing, error) {
	s, err := d.Store(ctx)
	if err != nil {
		return nothing{}, err
	}
	_, err = s.Do(ctx, d.admin(), dealmap.EndToken{ID: o.ID}, "")
	return nothing{}, err
}

package ship

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
	"golang.org/x/mod/sumdb/tlog"
)

// Line is a line on its way: its leaf, and its bytes unless they are erased.
type Line = consultations.Copied

// Held tells how much of a node's log the engine holds.
type Held struct {
	Node string
	Last int64     // the number of its last line, 0 when there is none
	Leaf tlog.Hash // of that line
	// Erased is the line up to which content is erased.
	Erased int64
}

// Attestation is a signed checkpoint of a log of a size.
type Attestation struct {
	Size int64
	Note []byte
}

// Engine is what nodes share. Whatever is asked of it may be asked again.
type Engine interface {
	// Held tells of one node, Nodes of all that have a line, by name.
	Held(ctx context.Context, node string) (Held, error)
	Nodes(ctx context.Context) ([]Held, error)
	// Put adds lines behind the line after, 0 for the first, whose leaf is before. Lines that are there already must have the same leaf: else
	// the error is a *LineError that wraps ErrOther. It wraps ErrGap when the line after is not there.
	Put(ctx context.Context, node string, after int64, before tlog.Hash, lines []Line) error
	// Get returns the next lines after a number, in order. A line that is missing, or that is not what the node wrote, ends them with a
	// *LineError; what comes before it is returned all the same.
	Get(ctx context.Context, node string, after int64) ([]Line, error)
	// Erase erases the content of the lines up to a number.
	Erase(ctx context.Context, node string, through int64) error
	// Attest adds a checkpoint of one of a node's logs (package audit). Attestations returns the next ones of a log larger than a size, by size.
	Attest(ctx context.Context, node, log string, a Attestation) error
	Attestations(ctx context.Context, node, log string, after int64) ([]Attestation, error)
}

var (
	// ErrOther says that the engine holds another line, or more lines, than the node has written.
	ErrOther = errors.New("ce n’est pas la ligne de ce nœud")
	// ErrGap says that lines are missing before those that were sent.
	ErrGap = errors.New("il manque des lignes au moteur")
	// ErrChanged says that a line of the engine is not what the node wrote.
	ErrChanged = errors.New("elle n’est pas ce que ce nœud a écrit")
	// ErrMissing says that a line of the engine is not there although others follow.
	ErrMissing = errors.New("elle manque")
)

// LineError is an error about one line of a node's log.
type LineError struct {
	Node string
	Line int64
	Err  error
}

func (e *LineError) Error() string {
	return fmt.Sprintf("journal des consultations du nœud « %s », ligne %d : %v", e.Node, e.Line, e.Err)
}

func (e *LineError) Unwrap() error { return e.Err }

var nodeName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// CheckNode refuses what is no name of a node: it is also that of a folder.
func CheckNode(node string) error {
	if !nodeName.MatchString(node) {
		return dealmap.Invalid("node", fmt.Sprintf("« %s » n’est pas un nom de nœud : de 1 à 40 lettres minuscules sans accent, chiffres ou traits d’union", node))
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
)

type auditCmd struct {
	Verify     auditVerifyCmd     `cmd:"" help:"Vérifier les deux journaux, ligne par ligne, contre toutes les attestations."`
	Checkpoint auditCheckpointCmd `cmd:"" help:"Attester les deux journaux maintenant, et imprimer les attestations."`
	Key        auditKeyCmd        `cmd:"" help:"Imprimer la clé qui vérifie les attestations de cette installation."`
	Prove      auditProveCmd      `cmd:"" help:"Prouver qu’une ligne est dans un journal (JSON, RFC 6962)."`
}

type auditCheckpointCmd struct {
	Checkpoints string `help:"Second fichier des attestations ; quand le serveur est en marche, c’est le sien." placeholder:"FICHIER"`
}

// Run attests both logs.
func (c *auditCheckpointCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		if console.machine != nil {
			console.machine.second = c.Checkpoints
		}
		notes, err := give(ctx, console, makeCheckpoint{})
		if err != nil {
			return err
		}
		for i, note := range notes {
			if i > 0 {
				fmt.Fprintln(out.stdout)
			}
			if _, err := io.WriteString(out.stdout, note); err != nil {
				return err
			}
		}
		return nil
	})
}

// makeCheckpoint signs a checkpoint of each log that has grown; the answer is the latest note of each.
type makeCheckpoint struct{}

func (makeCheckpoint) do(ctx context.Context, d desk) (notes []string, err error) {
	keeper, err := d.Keeper(ctx)
	if err != nil {
		return nil, err
	}
	if err := keeper.Checkpoint(ctx); err != nil {
		return nil, err
	}
	for _, log := range []string{audit.JournalLog, audit.ConsultationLog} {
		// A log without a line has no checkpoint.
		if latest, err := keeper.Latest(log); err == nil {
			notes = append(notes, string(latest.Note))
		}
	}
	return notes, nil
}

type auditKeyCmd struct{}

// Run prints the public key.
func (auditKeyCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		key, err := give(ctx, console, auditKey{})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out.stdout, key)
		return err
	})
}

// auditKey answers with the key that verifies the checkpoints.
type auditKey struct{}

func (auditKey) do(_ context.Context, d desk) (string, error) {
	key, err := d.Key()
	if err != nil {
		return "", err
	}
	return key.Verifier(), nil
}

type auditProveCmd struct {
	Log  string `help:"journal (des modifications) ou consultations." enum:"journal,consultations" required:"" placeholder:"JOURNAL"`
	Line int64  `help:"Numéro de la ligne, à partir de 1." required:"" placeholder:"N"`
}

// Run prints a proof.
func (c *auditProveCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		proof, err := give(ctx, console, proveLine{Log: c.Log, Line: c.Line})
		if err != nil {
			return err
		}
		encoder := json.NewEncoder(out.stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(proof)
	})
}

// proveLine proves that a line is in the log that the latest checkpoint attests.
type proveLine struct {
	Log  string `json:"log"`
	Line int64  `json:"line"`
}

// lineProof is a proof of inclusion with what it is to be held against. Hashes are in base64.
type lineProof struct {
	Log        string   `json:"log"`
	Line       int64    `json:"line"`
	Leaf       string   `json:"leaf"`
	Hashes     []string `json:"hashes"`
	Size       int64    `json:"size"`
	Root       string   `json:"root"`
	Checkpoint string   `json:"checkpoint"`
	Key        string   `json:"key"`
}

func (o proveLine) do(ctx context.Context, d desk) (lineProof, error) {
	keeper, err := d.Keeper(ctx)
	if err != nil {
		return lineProof{}, err
	}
	if err := keeper.Checkpoint(ctx); err != nil {
		return lineProof{}, err
	}
	latest, err := keeper.Latest(o.Log)
	if dealmap.KindOf(err) == dealmap.KindNotFound {
		return lineProof{}, fmt.Errorf("le %s n’a pas encore de ligne", logName(o.Log))
	}
	if err != nil {
		return lineProof{}, err
	}
	if o.Line < 1 || o.Line > latest.Size {
		return lineProof{}, dealmap.Invalid("line", fmt.Sprintf("le %s va de 1 à %d", logName(o.Log), latest.Size))
	}
	proven, err := keeper.Inclusion(ctx, o.Log, o.Line, latest.Size)
	if err != nil {
		return lineProof{}, err
	}
	p := lineProof{Log: o.Log, Line: o.Line, Leaf: proven.Leaf.String(), Hashes: []string{}, Size: proven.Size, Root: proven.Root.String(),
		Checkpoint: string(latest.Note), Key: keeper.Verifier()}
	for _, hash := range proven.Hashes {
		p.Hashes = append(p.Hashes, hash.String())
	}
	return p, nil
}

package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/mesure5/dealmap/store"
)

type stateCmd struct {
	Export stateExportCmd `cmd:"" help:"Copier l’état de la carte pour un nouveau nœud."`
}

type stateExportCmd struct {
	Out string `help:"Fichier à faire ; il ne doit pas exister." required:"" placeholder:"FICHIER"`
}

// Help is shown by dealmap state export --help.
func (stateExportCmd) Help() string {
	return `L’état (state.db) est tiré du journal : un nouveau nœud du même journal partagé peut le relire depuis la première écriture. Avec une
copie de l’état d’un autre nœud, placée sous le nom state.db dans son dossier des données, il ne lit que ce qui a été écrit depuis. À son démarrage
elle est comparée au journal ; si elle n’en vient pas, elle est refaite.

La commande vaut que le serveur soit en marche ou arrêté ; il continue pendant ce temps. Le fichier contient toute la carte : il n’est lisible que par
son propriétaire ; portez-le par un canal sûr, et ne le gardez pas : ce qui sera effacé de la carte y resterait.`
}

// Run copies the state.
func (c *stateExportCmd) Run(ctx context.Context, g *Globals, out *output) error {
	path, err := filepath.Abs(c.Out) // a server has another working folder
	if err != nil {
		return fmt.Errorf("--out : %w", err)
	}
	return withConsole(g, out, func(console *console) error {
		made, err := give(ctx, console, exportState{Path: path})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out.stdout, "%s : état à l’écriture n° %d, %d lieux, %d Mo. Placez ce fichier sous le nom %s dans le dossier des données du nouveau nœud.\n",
			path, made.At, made.Places, (made.Bytes+999_999)/1_000_000, store.StateFile)
		return err
	})
}

// exportState copies the state to a new file.
type exportState struct {
	Path string `json:"path"`
}

func (o exportState) do(ctx context.Context, d desk) (store.Export, error) {
	s, err := d.Store(ctx)
	if err != nil {
		return store.Export{}, err
	}
	return s.ExportState(ctx, o.Path, d.progress)
}

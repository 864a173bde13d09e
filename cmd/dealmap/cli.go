package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

const description = `Une seule carte nationale des points de deal, partagée par tous les services (Mesure 5).

Les données vivent dans un dossier (--data) : le journal, qui fait foi, et ce qui en est tiré. Un seul processus à la fois y
travaille. Chaque option se donne aussi par une variable d’environnement (DEALMAP_DATA pour --data) ou dans un fichier TOML
(--config) ; l’option l’emporte sur l’environnement, l’environnement sur le fichier.

Pour essayer : dealmap serve --demo, puis http://localhost:8080`

type cli struct {
	Globals

	Serve       serveCmd       `cmd:"" help:"Servir la carte."`
	Import      importCmd      `cmd:"" help:"Importer une liste (CSV)."`
	Seed        seedCmd        `cmd:"" help:"Remplir une carte vide de points fictifs."`
	Territories territoriesCmd `cmd:"" help:"Territoires : importer des contours officiels, lister."`
	User        userCmd        `cmd:"" help:"Comptes locaux et habilitations."`
	Check       checkCmd       `cmd:"" help:"Vérifier le journal et ce qui en est tiré."`
	Rebuild     rebuildCmd     `cmd:"" help:"Reconstruire depuis le journal ce qui en est tiré."`
	Version     versionCmd     `cmd:"" help:"Dire la version."`
}

// Globals are the options of every command.
type Globals struct {
	Config    kong.ConfigFlag `help:"Fichier de configuration TOML." placeholder:"FICHIER"`
	Data      string          `help:"Dossier des données." default:"data" type:"path"`
	LogFormat string          `help:"Forme du journal technique : text ou json." enum:"text,json" default:"text"`
	LogLevel  slog.Level      `help:"Niveau du journal technique : debug, info, warn, error." default:"info"`
	Quiet     bool            `help:"Ne pas montrer la progression." short:"q"`
}

func (g *Globals) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: g.LogLevel}
	if g.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// readTOML lets kong take options from a TOML file: at the top for all commands, in a table for one ([serve] listen = "…").
func readTOML(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("fichier de configuration : %w", err)
	}
	return kong.ResolverFunc(func(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
		// Kong would let the file win over the environment.
		if slices.ContainsFunc(flag.Envs, func(name string) bool { _, set := os.LookupEnv(name); return set }) {
			return nil, nil
		}
		if node := parent.Node(); node != nil {
			if table, ok := values[node.Name].(map[string]any); ok {
				if value, ok := table[flag.Name]; ok {
					return value, nil
				}
			}
		}
		if _, table := values[flag.Name].(map[string]any); table {
			return nil, nil
		}
		return values[flag.Name], nil
	}), nil
}

// frenchHelp is kong's help with its own words in French.
func frenchHelp(options kong.HelpOptions, ctx *kong.Context) error {
	stdout := ctx.Stdout
	var english strings.Builder
	ctx.Stdout = &english
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = stdout
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer(
		"Usage: ", "Usage : ", "<command> [flags]", "<commande> [options]", "[flags]", "[options]", "\nFlags:\n", "\nOptions :\n",
		"\nArguments:\n", "\nArguments :\n", "\nCommands:\n", "\nCommandes :\n",
		`Run "dealmap <command> --help" for more information on a command.`, "« dealmap <commande> --help » dit le reste d’une commande.",
	).WriteString(stdout, english.String())
	return err
}

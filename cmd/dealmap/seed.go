package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os/user"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
)

// seedBatch is how many synthetic places one journal append holds.
const seedBatch = 2000

const (
	// mostSeedLinks bounds the memory that making links up takes, usualSeedLinks how many there are unless they are asked for.
	mostSeedLinks, usualSeedLinks = 1_000_000, 100_000
)

type seedCmd struct {
	Places  int    `help:"Nombre de points." default:"3952"`
	Seed    uint64 `help:"Graine : la même donne la même carte." default:"2019"`
	AsOf    string `help:"Jour vu depuis lequel tout est fait (AAAA-MM-JJ) ; par défaut aujourd’hui, avec --services le 1er juin 2026." placeholder:"JOUR"`
	Links   int    `help:"Nombre de liens entre ces points ; par défaut un pour deux points, 100000 au plus. Une carte avec un passé a les siens, faits avec lui." default:"-1"`
	History bool   `help:"Avec un passé : chaque point est entré, confirmé, fermé, rouvert aux dates où il l’aurait été ces trois dernières années (100000 points au plus)."`

	Services    string   `help:"Ne toucher à aucune carte : écrire dans ce dossier les listes fictives de trois services, faites d’une même vérité, et cette vérité." type:"path" placeholder:"DOSSIER"`
	Departement []string `help:"Avec --services : ces départements seulement." placeholder:"13,69,…"`
}

// Run fills an empty map, or writes lists.
func (c *seedCmd) Run(ctx context.Context, g *Globals, out *output) error {
	if c.Services != "" {
		if c.History {
			return errors.New("--history fait une carte, --services des listes : l’un ou l’autre")
		}
		return c.writeServices(ctx, out)
	}
	if len(c.Departement) > 0 {
		return errors.New("--departement ne va qu’avec --services")
	}
	if c.Places < 1 || c.Places > 5_000_000 {
		return fmt.Errorf("--places : %d n’est pas entre 1 et 5000000", c.Places)
	}
	switch {
	case c.Links < -1 || c.Links > mostSeedLinks:
		return fmt.Errorf("--links : %d n’est pas entre 0 et %d", c.Links, mostSeedLinks)
	case c.Links >= 0 && c.History:
		return errors.New("--links : une carte avec un passé a ses propres liens")
	case c.Links < 0:
		c.Links = min(c.Places/2, usualSeedLinks)
	}
	asOf := time.Now()
	if c.AsOf != "" {
		day, err := dealmap.ParseDate(c.AsOf)
		if err != nil {
			return fmt.Errorf("--as-of : %w", err)
		}
		asOf = day.Time()
	}
	if c.History && paris().Before(asOf) {
		return fmt.Errorf("--history : le %s est dans l’avenir", dealmap.DateOf(asOf).French())
	}
	if err := offline(g); err != nil {
		return err
	}
	m := &machine{globals: g, out: out}
	s, err := m.Store(ctx)
	if err != nil {
		return err
	}
	keeper, err := m.Keeper(ctx)
	if err != nil {
		return errors.Join(err, m.Close())
	}
	if s.Snapshot().Len() > 0 {
		err = fmt.Errorf("la carte de %s n’est pas vide : des points fictifs ne s’ajoutent pas à d’autres", g.Data)
	} else if err = c.fill(ctx, m, s, asOf); err == nil {
		err = keeper.Checkpoint(ctx) // not left for the first start of a server
	}
	if closing := m.Close(); err == nil {
		err = closing
	}
	if err == nil {
		fmt.Fprintf(out.stdout, "%d points fictifs, graine %d.\n", c.Places, c.Seed)
		if !c.History {
			fmt.Fprintf(out.stdout, "%d liens fictifs.\n", c.Links)
		}
	}
	return err
}

func (c *seedCmd) fill(ctx context.Context, m *machine, s *store.Store, asOf time.Time) error {
	if c.History {
		return tellStory(ctx, m, s, c.Places, c.Seed, asOf)
	}
	if err := seedPlaces(ctx, m, s, c.Places, c.Seed, asOf); err != nil {
		return err
	}
	return c.seedLinks(ctx, m, s, asOf)
}

// seedLinks ties the places that seedPlaces entered.
func (c *seedCmd) seedLinks(ctx context.Context, m *machine, s *store.Store, asOf time.Time) error {
	bars := newBars(m.globals, m.out)
	defer bars.finish()
	author := dealmap.Console(operator(), dealmap.RoleOfast)
	done := 0
	for links := range chunks(seeds.Links(c.Links, c.Places, c.Seed, m.territories, asOf), seedBatch) {
		if _, err := s.Do(ctx, author, dealmap.ImportNetwork{Links: links}, ""); err != nil {
			return fmt.Errorf("liens fictifs : %w", err)
		}
		done += len(links)
		bars.show(uint64(done), uint64(c.Links), "liens fictifs")
	}
	c.Links = done
	return nil
}

// chunks yields what a sequence yields, many at once.
func chunks[T any](seq iter.Seq[T], size int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		var chunk []T
		for v := range seq {
			if chunk = append(chunk, v); len(chunk) == size {
				if !yield(chunk) {
					return
				}
				chunk = nil
			}
		}
		if len(chunk) > 0 {
			yield(chunk)
		}
	}
}

// seedPlaces enters all places today: it is quick, and takes as many as the disk holds.
func seedPlaces(ctx context.Context, m *machine, s *store.Store, places int, seed uint64, asOf time.Time) error {
	bars := newBars(m.globals, m.out)
	defer bars.finish()
	author := dealmap.Console(operator(), dealmap.RoleOfast)
	done := 0
	for batch := range chunks(seeds.Places(places, seed, m.territories, asOf), seedBatch) {
		if _, err := s.Do(ctx, author, dealmap.ImportPlaces{Places: batch}, ""); err != nil {
			return fmt.Errorf("points fictifs : %w", err)
		}
		done += len(batch)
		bars.show(uint64(done), uint64(places), "points fictifs")
	}
	return nil
}

// operator names who works at the machine, for the journal.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "inconnu"
}

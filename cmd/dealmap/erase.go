package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"golang.org/x/term"
)

type eraseCmd struct {
	Reference string `arg:"" name:"référence" help:"Référence du point, par exemple 13-K7QF3."`
	Reason    string `help:"Raison : retention (durée atteinte), order (décision d’une autorité) ou unlawful (n’aurait pas dû être collecté)." required:"" placeholder:"RAISON"`
	Decision  string `help:"Référence de la décision ; exigée par order." placeholder:"RÉFÉRENCE"`
	Yes       bool   `help:"Ne pas demander confirmation."`
}

// Help is shown by dealmap erase --help.
func (eraseCmd) Help() string {
	return `Ce que le journal disait du point est effacé, dans le journal, l’état et les cartes passées ; qu’il y a eu ces écritures, quand et par
qui, reste prouvé. C’est définitif. Un point sous embargo ne s’efface pas d’ici ;
celui qu’un import annulé a retiré de la carte, si, par sa référence. Les sauvegardes gardent le point jusqu’à leur
propre fin.`
}

// Run erases a record.
func (c *eraseCmd) Run(ctx context.Context, g *Globals, out *output) error {
	reference, err := dealmap.ParseReference(c.Reference)
	if err != nil {
		return err
	}
	if err := c.confirm(reference, out); err != nil {
		return err
	}
	return withConsole(g, out, func(console *console) error {
		_, err := give(ctx, console, erasePlace{Reference: reference, Reason: c.Reason, Decision: c.Decision})
		if err != nil {
			return err
		}
		fmt.Fprintf(out.stdout, "%s effacé.\n", reference)
		return nil
	})
}

func (c *eraseCmd) confirm(reference string, out *output) error {
	if c.Yes {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return errors.New("c’est définitif : --yes pour confirmer sans clavier")
	}
	fmt.Fprintf(out.stderr, "Effacer %s est définitif. Tapez la référence pour confirmer : ", reference)
	typed, err := readLine("")
	if err != nil {
		return fmt.Errorf("lire la confirmation : %w", err)
	}
	if strings.TrimSpace(typed) != reference {
		return errors.New("la référence tapée n’est pas celle-là : rien n’est effacé")
	}
	return nil
}

// erasePlace erases the record of a place.
type erasePlace struct {
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
	Decision  string `json:"decision,omitempty"`
}

func (o erasePlace) do(ctx context.Context, d desk) (nothing, error) {
	s, err := d.Store(ctx)
	if err != nil {
		return nothing{}, err
	}
	by := dealmap.Console(d.operator, dealmap.RoleOfast)
	scope := dealmap.NewScope(by, today())
	sight, ok := s.Snapshot().ByReference(scope, o.Reference)
	id := sight.ID()
	if !ok {
		id, ok = s.Snapshot().Withdrawn(scope, o.Reference)
	}
	if !ok {
		return nothing{}, dealmap.NotFound()
	}
	_, err = s.Do(ctx, by, dealmap.ErasePlace{ID: id, Reason: dealmap.ErasureReason(o.Reason), Decision: o.Decision}, "")
	return nothing{}, err
}

// today is the French day, by which embargoes are judged.
func today() dealmap.Date {
	now := time.Now()
	if paris, err := time.LoadLocation("Europe/Paris"); err == nil {
		now = now.In(paris)
	}
	return dealmap.DateOf(now)
}

package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
)

// keeping is how long consultations are kept.
type keeping struct {
	Months int `help:"Durée de conservation des consultations, en mois ; 0 : sans fin." name:"consultations-keep" default:"36" placeholder:"MOIS"`
}

func (k keeping) check() error {
	if k.Months < 0 || k.Months > 1200 {
		return fmt.Errorf("--consultations-keep : %d n’est pas entre 0 et 1200 mois", k.Months)
	}
	return nil
}

type retentionCmd struct {
	keeping `embed:""`
}

// Help is shown by dealmap retention --help.
func (retentionCmd) Help() string {
	return `Le contenu des consultations plus anciennes est effacé ; leurs empreintes restent, de sorte que toutes les preuves restent bonnes. Une
ligne du journal et un certificat signé (certificates.txt) en rendent compte. Le serveur le fait de lui-même chaque jour.`
}

// Run erases what has been kept long enough.
func (c *retentionCmd) Run(ctx context.Context, g *Globals, out *output) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.Months == 0 {
		return fmt.Errorf("--consultations-keep 0 : les consultations sont gardées sans fin, rien n’est effacé")
	}
	return withConsole(g, out, func(console *console) error {
		erased, err := give(ctx, console, eraseConsultations{Months: c.Months})
		if err != nil {
			return err
		}
		if erased.Count == 0 {
			fmt.Fprintf(out.stdout, "aucune consultation n’a plus de %d mois : rien à effacer.\n", c.Months)
			return nil
		}
		fmt.Fprintf(out.stdout, "%d consultations effacées (lignes %d à %d, jusqu’au %s).\n%s",
			erased.Count, erased.From, erased.To, erased.Last.Format(time.DateOnly), erased.Note)
		return nil
	})
}

// eraseConsultations erases the consultations that are older than some months.
type eraseConsultations struct {
	Months int `json:"months"`
}

// erasedLines is what was erased, with its signed certificate.
type erasedLines struct {
	From  int64     `json:"from"`
	To    int64     `json:"to"`
	Count int64     `json:"count"`
	Last  time.Time `json:"last"`
	Note  string    `json:"note"`
}

// before is the moment before which consultations have been kept long enough.
func (o eraseConsultations) before() time.Time { return time.Now().AddDate(0, -o.Months, 0) }

func (o eraseConsultations) do(ctx context.Context, d desk) (erased erasedLines, err error) {
	if o.Months < 1 {
		return erased, fmt.Errorf("%d mois : ce n’est pas une durée de conservation", o.Months)
	}
	keeper, err := d.Keeper(ctx)
	if err != nil {
		return erased, err
	}
	certificate, err := d.consultations.Erase(ctx, o.before())
	if err != nil || certificate.Count == 0 {
		return erased, err
	}
	note, err := keeper.CertifyText(certificate.Text())
	return erasedLines{From: certificate.From, To: certificate.To, Count: certificate.Count, Last: certificate.Last, Note: string(note)}, err
}

// certify signs the certificates of all erasures that have none yet: a crash may have come between.
func certify(keeper *audit.Keeper, log *consultations.Log) error {
	certificates, err := log.Certificates()
	if err != nil {
		return err
	}
	for _, c := range certificates {
		if _, err := keeper.CertifyText(c.Text()); err != nil {
			return err
		}
	}
	return nil
}

// retain erases, now and every day, the consultations that have been kept long enough.
func (k keeping) retain(ctx context.Context, m *machine, log *slog.Logger) {
	if k.Months == 0 {
		return
	}
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	d := desk{machine: m, operator: "dealmap", progress: func(uint64, uint64, string) {}}
	for {
		erased, err := eraseConsultations(k).do(ctx, d)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("consultations that have been kept long enough cannot be erased", "error", err)
		case erased.Count > 0:
			log.Info("consultations erased after their retention", "lines", erased.Count, "from", erased.From, "to", erased.To)
		}
		if m.shipping != nil {
			if _, err := m.shipping.mirrors.EraseGone(ctx, eraseConsultations(k).before()); err != nil && ctx.Err() == nil {
				log.Error("consultations of nodes that are gone cannot be erased", "error", err)
			}
		}
		select {
		case <-daily.C:
		case <-ctx.Done():
			return
		}
	}
}

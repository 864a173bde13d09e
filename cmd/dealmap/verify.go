package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/proof"
	"github.com/mesure5/dealmap/store/secrets"
)

type auditVerifyCmd struct {
	Checkpoints []string `help:"Fichiers d’attestations qu’un autre service a gardés ; ceux du dossier sont toujours lus." placeholder:"FICHIER,…"`
	Key         []string `help:"Clés des attestations (dealmap audit key) ; par défaut celle de l’installation, serveur arrêté." placeholder:"CLÉ,…"`
}

// Help is shown by dealmap audit verify --help.
func (auditVerifyCmd) Help() string {
	return `Chaque ligne des deux journaux est relue, les arbres sont recalculés et comparés à chaque attestation. Le dossier n’est pas modifié.

Qui est maître de la machine peut réécrire le dossier entier et le signer de nouveau : seules des attestations gardées ailleurs
(serve --checkpoints, puis ici --checkpoints) le montrent alors. Vérifiez de préférence une copie, sur une autre machine, avec
--key. Le code de sortie est 1 quand quelque chose ne va pas.`
}

// Run verifies both logs.
func (c *auditVerifyCmd) Run(ctx context.Context, g *Globals, out *output) error {
	o := verifyLogs{Keys: c.Key}
	for _, path := range c.Checkpoints {
		// A server has another working folder.
		absolute, err := filepath.Abs(path)
		if err != nil {
			return fmt.Errorf("--checkpoints : %w", err)
		}
		o.Checkpoints = append(o.Checkpoints, absolute)
	}
	return withConsole(g, out, func(console *console) error {
		report, err := give(ctx, console, o)
		if err != nil {
			return err
		}
		for _, f := range []*proof.Finding{&report.Journal, &report.Consultations} {
			fmt.Fprintf(out.stdout, "%s : lignes lues %d, dont effacées %d ; attestations comparées %d, jusqu’à la ligne n° %d ; racine %s\n",
				logName(f.Log), f.Lines, f.Erased, f.Checkpoints, f.Attested, f.Root)
		}
		for _, f := range report.Notes {
			fmt.Fprintf(out.stdout, "%s : signatures bonnes %d\n", f.Path, f.Count)
		}
		if report.OK() {
			fmt.Fprintln(out.stdout, allWell(&report))
			return nil
		}
		for _, problem := range report.Problems() {
			fmt.Fprintln(out.stdout, "!", problem)
		}
		return errors.New(verdict(&report))
	})
}

// allWell claims no more than the checkpoints carry: lines that nothing attests yet are only consistent with themselves.
func allWell(report *audit.Report) string {
	for _, f := range []*proof.Finding{&report.Journal, &report.Consultations} {
		if f.Lines > 0 && f.Attested == 0 {
			return "Les journaux sont cohérents, mais rien n’atteste encore le " + logName(f.Log) + " (dealmap audit checkpoint l’atteste maintenant)."
		}
	}
	return "Rien n’a été changé."
}

func logName(log string) string {
	if log == audit.JournalLog {
		return "journal des modifications"
	}
	return "journal des consultations"
}

// verdict says in one line where the first difference is.
func verdict(report *audit.Report) string {
	said := "vérification : ce n’est pas ce qui a été écrit et attesté"
	for _, f := range []*proof.Finding{&report.Journal, &report.Consultations} {
		switch {
		case f.FirstBad > 0:
			said += fmt.Sprintf(" ; %s : première ligne fautive, la n° %d", logName(f.Log), f.FirstBad)
		case f.Range[1] > 0:
			said += fmt.Sprintf(" ; %s : première ligne fautive entre les n° %d et %d", logName(f.Log), f.Range[0], f.Range[1])
		case !f.OK():
			said += " ; " + logName(f.Log)
		}
	}
	return said
}

// verifyLogs verifies both logs against every checkpoint at hand.
type verifyLogs struct {
	Checkpoints []string `json:"checkpoints"`
	Keys        []string `json:"keys"`
}

func (o verifyLogs) do(ctx context.Context, d desk) (report audit.Report, err error) {
	shown := func(log string, done, total int64) { d.progress(uint64(done), uint64(total), logName(log)) }
	if d.keeper != nil {
		if len(o.Keys) > 0 {
			return audit.Report{}, errors.New("--key : un serveur en marche vérifie avec sa propre clé ; vérifiez une copie du dossier, ou arrêtez-le")
		}
		return d.keeper.Verify(ctx, o.Checkpoints, shown)
	}
	keys := o.Keys
	if len(keys) == 0 {
		if _, err := os.Stat(d.path(secrets.FileName)); err != nil {
			return audit.Report{}, fmt.Errorf("--key manque, et la clé de l’installation n’est pas là : %w", err)
		}
		key, err := d.Key()
		if err != nil {
			return audit.Report{}, err
		}
		keys = []string{key.Verifier()}
	}
	engine, err := d.shared(ctx)
	if err != nil {
		return audit.Report{}, err
	}
	if engine == nil {
		return audit.Verify(ctx, d.globals.Data, nil, keys, o.Checkpoints, shown)
	}
	report, err = audit.Verify(ctx, d.globals.Data, engine, keys, o.Checkpoints, shown)
	return report, errors.Join(err, engine.Close())
}

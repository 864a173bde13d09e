package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/addresses"
)

type gazetteerCmd struct {
	Import gazetteerImportCmd `cmd:"" help:"Importer des fichiers de la Base adresse nationale (CSV, .gz)."`
	Info   gazetteerInfoCmd   `cmd:"" help:"Dire, par département, ce qui est connu et depuis quand."`
	Find   gazetteerFindCmd   `cmd:"" help:"Chercher une adresse."`
}

type gazetteerImportCmd struct {
	Files []string `arg:"" name:"fichier" help:"Fichiers CSV de la BAN, gzip ou non." type:"existingfile"`
}

// Help is shown by dealmap gazetteer import --help.
func (gazetteerImportCmd) Help() string {
	return `Les adresses des listes sont cherchées dans ce répertoire, sur cette machine ; aucune ne part ailleurs. Les fichiers sont ceux de
adresse.data.gouv.fr : adresses-13.csv.gz, lieux-dits-13-beta.csv.gz, ou une Base adresse locale. Un fichier de la BAN remplace ce qui était
connu des départements qu’il contient (adresses et lieux-dits chacun pour soi), une Base adresse locale ses seules communes. Un import interrompu ne
change rien. Le serveur en marche voit les nouvelles adresses aussitôt.`
}

// Run imports the files, one after the other.
func (c *gazetteerImportCmd) Run(ctx context.Context, g *Globals, out *output) (err error) {
	if err := os.MkdirAll(g.Data, 0o700); err != nil {
		return err
	}
	path := filepath.Join(g.Data, addresses.FileName)
	for _, file := range c.Files {
		summary, err := c.file(ctx, g, out, path, file)
		if errors.Is(err, addresses.ErrUnusable) {
			fmt.Fprintf(out.stderr, "%v\nIl est refait ; les autres départements sont à importer de nouveau. Si le serveur est en marche, relancez-le.\n", err)
			if err := addresses.Remove(path); err != nil {
				return err
			}
			summary, err = c.file(ctx, g, out, path, file)
		}
		for _, bad := range summary.BadLines {
			fmt.Fprintf(out.stderr, "%s, ligne %d : %s\n", file, bad.Line, bad.Reason)
		}
		if err != nil {
			return fmt.Errorf("%s : %w", file, err)
		}
		fmt.Fprintf(out.stdout, "%s (%s) : %d lignes, %d adresses prises, %d mises de côté.\n", file, summary.Title, summary.Rows, summary.Addresses, summary.Bad)
		for _, d := range summary.Departements {
			fmt.Fprintf(out.stdout, "  %s : %d communes, %d adresses (%d avant)\n", d.Departement, d.Communes, d.After, d.Before)
		}
	}
	return nil
}

func (c *gazetteerImportCmd) file(ctx context.Context, g *Globals, out *output, path, name string) (s addresses.Summary, err error) {
	file, err := os.Open(name)
	if err != nil {
		return s, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return s, err
	}
	gazetteer, err := addresses.Open(path)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, gazetteer.Close()) }()
	bars := newBars(g, out)
	defer bars.finish()
	return gazetteer.Import(ctx, io.Reader(file), func(bytes, rows int64) {
		bars.show(uint64(bytes), uint64(info.Size()), "adresses de "+filepath.Base(name))
	})
}

// openGazetteer opens the gazetteer of a data folder; one that was never imported is said, and not made.
func openGazetteer(g *Globals) (*addresses.Gazetteer, error) {
	path := filepath.Join(g.Data, addresses.FileName)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s : aucune adresse n’a été importée (dealmap gazetteer import)", path)
	}
	return addresses.Open(path)
}

type gazetteerInfoCmd struct{}

// Run lists the départements.
func (gazetteerInfoCmd) Run(ctx context.Context, g *Globals, out *output) (err error) {
	gazetteer, err := openGazetteer(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gazetteer.Close()) }()
	known, err := gazetteer.Info(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "département\tcommunes\tadresses\tvoies\tlieux-dits\timporté le\t")
	for _, d := range known {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\t\n", d.Code, d.Communes, d.Addresses, d.Streets, d.Places, d.Imported.Format("02/01/2006 15:04"))
	}
	return w.Flush()
}

type gazetteerFindCmd struct {
	Address  string `arg:"" name:"adresse" help:"L’adresse, entière ou sans sa commune."`
	Commune  string `help:"Code INSEE de la commune, actuelle ou ancienne." placeholder:"CODE"`
	Postcode string `help:"Code postal." placeholder:"CODE"`
	City     string `help:"Nom de la commune." placeholder:"NOM"`
}

// Help is shown by dealmap gazetteer find --help.
func (gazetteerFindCmd) Help() string {
	return `La commune et le code postal, quand ils sont dits, ne sont jamais quittés.

Exemple : dealmap gazetteer find "12 rue de la République" --commune 13055`
}

// Run prints what may be meant, best first, and whether an import would take it.
func (c *gazetteerFindCmd) Run(ctx context.Context, g *Globals, out *output) (err error) {
	gazetteer, err := openGazetteer(g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gazetteer.Close()) }()
	hits, err := gazetteer.Locate(ctx, addresses.Query{Text: c.Address, Postcode: c.Postcode, Commune: c.Commune, CommuneName: c.City})
	if err != nil {
		return err
	}
	if len(hits) == 0 {
		fmt.Fprintln(out.stdout, "Rien trouvé d’assez proche.")
		return nil
	}
	w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "score\tadresse\tcommune\tposition\tprécision\tpourquoi")
	for _, h := range hits {
		fmt.Fprintf(w, "%.2f\t%s\t%s\t%.6f, %.6f\t%s\t%s\n", h.Score, h.Label, h.Commune, h.Position.Lat(), h.Position.Lon(), accuracyLabel(h.Accuracy), h.Why)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if _, ok := addresses.Best(hits); !ok {
		fmt.Fprintln(out.stdout, "Plusieurs se valent : un import n’en prendrait aucune ; dites la commune ou le code postal.")
	}
	return nil
}

func accuracyLabel(a dealmap.Accuracy) string {
	for _, term := range dealmap.Accuracies() {
		if term.Value == string(a) {
			return term.Label
		}
	}
	return string(a)
}

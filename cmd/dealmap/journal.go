package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/journalcopy"
	"github.com/mesure5/dealmap/store/postgres"
)

type journalCmd struct {
	Copy journalCopyCmd `cmd:"" help:"Porter le journal du fichier d’un dossier à PostgreSQL, ou l’inverse."`
}

type journalCopyCmd struct {
	From   string `help:"D’où : bolt:DOSSIER (dossier des données) ou postgres://…" required:"" placeholder:"SOURCE"`
	To     string `help:"Vers où, de même." required:"" placeholder:"CIBLE"`
	Retire bool   `help:"Mettre la source hors service ensuite, pour qu’aucun serveur n’y écrive plus par mégarde."`
}

// Help is shown by dealmap journal copy --help.
func (journalCopyCmd) Help() string {
	return `Chaque écriture est copiée octet pour octet, effacements compris : les empreintes et tout ce qui en a été attesté restent valables. À la fin la
chaîne est relue et les deux racines de Merkle sont comparées. La source n’est que lue ; une copie interrompue se reprend par la même commande, et
jusqu’à sa fin aucun serveur n’ouvre la cible. Aucun serveur ne doit travailler sur l’une ni sur l’autre pendant ce temps.

La cible est vide, ou contient le début du même journal (le reste y est alors ajouté) ; toute autre est refusée.

Ce qui n’est pas dans le journal ne bouge pas : secrets.db (mots de passe, jetons, clé de l’installation), sessions.db, consultations.db, les attestations
(checkpoints.txt, certificates.txt, journal.tree.db), les listes en attente, les contours et le répertoire d’adresses restent dans le dossier des
données ; continuez avec ce même dossier. state.db vaut aussi pour la copie : rien n’est relu depuis le début.

--retire renomme journal.db et journal.db.head en journal.db.copied et journal.db.copied.head, ou ferme le journal de PostgreSQL aux nœuds. Sans cette
option, rangez vous-même le fichier ailleurs : le dossier qui a son propre journal ne suit pas un journal partagé.

Exemple : dealmap journal copy --from bolt:/var/lib/dealmap --to postgres://dealmap@pg1:5432,pg2:5432/dealmap --retire`
}

// Run copies the journal.
func (c *journalCopyCmd) Run(ctx context.Context, g *Globals, out *output) (err error) {
	from, err := parseSide("--from", c.From)
	if err != nil {
		return err
	}
	to, err := parseSide("--to", c.To)
	if err != nil {
		return err
	}
	if c.Retire && from.folder != "" {
		if err := boltjournal.CanRetire(from.file()); err != nil {
			return err
		}
	}
	result, err := copyJournal(ctx, g, out, from, to, c.Retire)
	if err != nil {
		return err
	}
	fmt.Fprintf(out.stdout, "Journal porté de %s à %s : %d écritures, dont %d effacées ; copiées à l’instant : %d.\nRacine de Merkle, la même des deux côtés : %s\n",
		from.name, to.name, result.Entries, result.Erased, result.Copied, result.Root)
	if c.Retire {
		if err := retireFiles(from, to); err != nil {
			return fmt.Errorf("la copie est faite et vérifiée, mais : %w", err)
		}
	}
	_, err = fmt.Fprint(out.stdout, advice(from, to, c.Retire))
	return err
}

// side is one side of a copy.
type side struct {
	flag, name  string
	folder, dsn string // one of both
}

func (s *side) file() string { return filepath.Join(s.folder, store.JournalFile) }

func parseSide(flag, text string) (*side, error) {
	folder, isFile := strings.CutPrefix(text, "bolt:")
	switch {
	case isFile && folder != "":
		s := &side{flag: flag, folder: filepath.Clean(folder)}
		s.name = s.file()
		return s, nil
	case strings.HasPrefix(text, "postgres://"), strings.HasPrefix(text, "postgresql://"):
		return &side{flag: flag, name: "PostgreSQL", dsn: text}, nil
	}
	return nil, fmt.Errorf("%s : bolt:DOSSIER ou postgres://… est attendu", flag)
}

// openJournal is what copying and closing want of either engine.
type openJournal interface {
	journalcopy.Target
	Close() error
}

func (s *side) open(ctx context.Context, g *Globals, out *output, o boltjournal.Options) (openJournal, error) {
	if s.folder != "" {
		if err := offline(&Globals{Data: s.folder}); err != nil {
			return nil, fmt.Errorf("%s : %w", s.flag, err)
		}
		j, err := boltjournal.Open(s.file(), o)
		if err != nil {
			return nil, fmt.Errorf("%s : %w", s.flag, err)
		}
		return j, nil
	}
	db, err := postgres.Open(ctx, s.dsn, postgres.Options{Logger: g.logger(out.stderr), Alone: true})
	if err != nil {
		return nil, fmt.Errorf("%s : %w", s.flag, err)
	}
	j := db.Journal()
	s.name = j.Where()
	return j, nil
}

// copyJournal copies with both sides closed to others, and closes the source of a copy that is to be the only one.
func copyJournal(ctx context.Context, g *Globals, out *output, from, to *side, retire bool) (r journalcopy.Result, err error) {
	source, err := from.open(ctx, g, out, boltjournal.Options{ReadOnly: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := to.open(ctx, g, out, boltjournal.Options{Copy: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	bars := newBars(g, out)
	r, err = journalcopy.Copy(ctx, source, target, bars.show)
	bars.finish()
	if engine, ok := source.(*postgres.Journal); ok && err == nil && retire {
		if err = engine.Retire(ctx); err != nil {
			err = fmt.Errorf("la copie est faite et vérifiée, mais la source ne peut être mise hors service : %w", err)
		}
	}
	return r, err
}

// retireFiles puts aside what would have a folder follow the old journal.
func retireFiles(from, to *side) error {
	if from.folder != "" {
		_, err := boltjournal.Retire(from.file())
		return err
	}
	if to.folder == "" {
		return nil
	}
	mark := filepath.Join(to.folder, nodeFile)
	if err := os.Rename(mark, mark+".copied"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// advice says what is left to do.
func advice(from, to *side, retired bool) string {
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, "- "+fmt.Sprintf(format, args...)) }
	switch {
	case from.folder != "" && retired:
		say("%s est mis de côté sous le nom %s.copied, avec sa trace ; gardez-le jusqu’à la prochaine sauvegarde.", from.file(), store.JournalFile)
	case from.folder != "":
		say("%s est resté : rangez-le ailleurs avec %s.head (ou relancez avec --retire), pour qu’aucun serveur n’y écrive plus.", from.file(), store.JournalFile)
	case retired:
		say("Le journal de %s est fermé aux nœuds ; le porter de nouveau vers ce moteur le rouvre.", from.name)
	default:
		say("Le journal de %s reste ouvert : n’y démarrez plus de nœud (ou relancez avec --retire).", from.name)
	}
	folder := from.folder
	if folder == "" {
		folder = to.folder
	}
	if folder == "" {
		folder = "le dossier des données"
	}
	say("secrets.db, sessions.db, consultations.db, les attestations, les listes en attente, les contours et le répertoire d’adresses ne sont pas dans le "+
		"journal : ils restent dans %s, avec lequel il faut continuer.", folder)
	if to.folder == "" {
		say("Démarrez : dealmap serve --data %s --journal postgres://…", folder)
		return "Reste à faire :\n" + strings.Join(lines, "\n") + "\n"
	}
	if mark := filepath.Join(to.folder, nodeFile); !retired && from.dsn != "" {
		if _, err := os.Stat(mark); err == nil {
			say("%s dit que ce dossier suit un journal partagé : rangez-le ailleurs.", mark)
		}
	}
	if _, err := os.Stat(filepath.Join(to.folder, "secrets.db")); err != nil {
		say("%s n’a pas de secrets.db : mettez-y le contenu du dossier d’un des nœuds (sans %s).", to.folder, nodeFile)
	}
	say("Démarrez : dealmap serve --data %s", to.folder)
	return "Reste à faire :\n" + strings.Join(lines, "\n") + "\n"
}

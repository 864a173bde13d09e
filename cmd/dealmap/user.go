package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/secrets"
	"golang.org/x/term"
)

// minPassword is the least length of a password, in characters.
const minPassword = 12

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Créer un compte local avec son habilitation."`
	Password userPasswordCmd `cmd:"" help:"Changer un mot de passe."`
	End      userEndCmd      `cmd:"" help:"Mettre fin aux habilitations d’un compte."`
	List     userListCmd     `cmd:"" help:"Lister les habilitations."`
}

type userAddCmd struct {
	Username    string   `arg:"" name:"compte" help:"Nom du compte."`
	Role        string   `help:"Rôle : investigator, cross, ofast, prefet, procureur, partner, auditor ou admin." required:"" placeholder:"RÔLE"`
	Name        string   `help:"Nom montré aux collègues ; par défaut celui du compte." placeholder:"NOM"`
	Service     string   `help:"Service : PN, PP, GN, DGDDI ou OFAST." placeholder:"SERVICE"`
	Unit        string   `help:"Unité, par exemple « Cross 13 »." placeholder:"UNITÉ"`
	Territories []string `help:"Territoires, par exemple dep:13,dep:84 ; fr pour tout le pays." name:"territory" placeholder:"CODE,…"`
	Groups      []string `help:"Groupes de diffusion." name:"group" placeholder:"GROUPE,…"`
	Until       string   `help:"Dernier jour de l’habilitation (AAAA-MM-JJ)." placeholder:"JOUR"`
}

// Help is shown by dealmap user add --help.
func (userAddCmd) Help() string {
	return "Le mot de passe se tape deux fois au clavier, ou se lit sur l’entrée standard quand elle n’est pas un terminal."
}

// Run makes the account.
func (c *userAddCmd) Run(ctx context.Context, g *Globals, out *output) error {
	grant := dealmap.Grant{Subject: c.Username, Name: c.Name, Role: dealmap.Role(c.Role), Service: dealmap.Service(c.Service), Unit: c.Unit, Groups: c.Groups}
	if grant.Name == "" {
		grant.Name = c.Username
	}
	for _, text := range c.Territories {
		code, err := dealmap.ParseTerritoryCode(text)
		if err != nil {
			return fmt.Errorf("--territory : %w", err)
		}
		grant.Territories = append(grant.Territories, code)
	}
	if c.Until != "" {
		day, err := dealmap.ParseDate(c.Until)
		if err != nil {
			return fmt.Errorf("--until : %w", err)
		}
		paris, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			return fmt.Errorf("--until : %w", err)
		}
		grant.Until = time.Date(int(day.Year), day.Month, int(day.Day)+1, 0, 0, 0, 0, paris)
	}
	return withAccounts(ctx, g, out, func(s *store.Store, vault *secrets.Secrets) error {
		if _, ok := s.Snapshot().Viewer(c.Username, time.Now()); ok {
			return fmt.Errorf("« %s » a déjà une habilitation en cours : dealmap user end d’abord", c.Username)
		}
		password, err := askPassword(out)
		if err != nil {
			return err
		}
		if err := giveAccount(ctx, s, vault, grant, password); err != nil {
			return err
		}
		fmt.Fprintf(out.stdout, "compte %s créé.\n", c.Username)
		return nil
	})
}

type userPasswordCmd struct {
	Username string `arg:"" name:"compte" help:"Nom du compte."`
}

// Run changes a password.
func (c *userPasswordCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withAccounts(ctx, g, out, func(_ *store.Store, vault *secrets.Secrets) error {
		names, err := vault.List()
		if err != nil {
			return err
		}
		if !slices.Contains(names, c.Username) {
			return fmt.Errorf("le compte « %s » n’existe pas", c.Username)
		}
		password, err := askPassword(out)
		if err != nil {
			return err
		}
		return vault.Set(c.Username, password)
	})
}

type userEndCmd struct {
	Username string `arg:"" name:"compte" help:"Nom du compte."`
}

// Run ends what a person may do.
func (c *userEndCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withAccounts(ctx, g, out, func(s *store.Store, _ *secrets.Secrets) error {
		ended := 0
		for _, grant := range s.Snapshot().Grants() {
			if grant.Subject != c.Username || !grant.Active(time.Now()) {
				continue
			}
			if _, err := s.Do(ctx, dealmap.Console(operator(), dealmap.RoleAdmin), dealmap.EndGrant{ID: grant.ID}, ""); err != nil {
				return err
			}
			ended++
		}
		if ended == 0 {
			return fmt.Errorf("« %s » n’a pas d’habilitation en cours", c.Username)
		}
		fmt.Fprintf(out.stdout, "%d habilitation(s) terminée(s).\n", ended)
		return nil
	})
}

type userListCmd struct{}

// Run lists the grants.
func (userListCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withAccounts(ctx, g, out, func(s *store.Store, _ *secrets.Secrets) error {
		w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "compte\trôle\tservice\tunité\tterritoires\tdu\tau\t")
		for _, grant := range s.Snapshot().Grants() {
			codes := make([]string, len(grant.Territories))
			for i, code := range grant.Territories {
				codes[i] = string(code)
			}
			until := "—"
			if !grant.Until.IsZero() {
				until = grant.Until.Add(-time.Nanosecond).Format(time.DateOnly) // the last day, that of --until
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", grant.Subject, grant.Role, grant.Service, grant.Unit,
				strings.Join(codes, ","), grant.From.Format(time.DateOnly), until)
		}
		return w.Flush()
	})
}

func withAccounts(ctx context.Context, g *Globals, out *output, work func(*store.Store, *secrets.Secrets) error) (err error) {
	s, _, err := openStore(ctx, g, g.logger(out.stderr), out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	vault, err := secrets.Open(dataFile(g, "secrets.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, vault.Close()) }()
	return work(s, vault)
}

func askPassword(out *output) (string, error) {
	read := readLine
	if term.IsTerminal(int(os.Stdin.Fd())) {
		read = func(prompt string) (string, error) {
			fmt.Fprint(out.stderr, prompt)
			typed, err := term.ReadPassword(int(os.Stdin.Fd()))
			fmt.Fprintln(out.stderr)
			return string(typed), err
		}
	}
	password, err := read("Mot de passe : ")
	if err != nil {
		return "", fmt.Errorf("lire le mot de passe : %w", err)
	}
	if len([]rune(password)) < minPassword {
		return "", fmt.Errorf("un mot de passe a au moins %d caractères", minPassword)
	}
	if term.IsTerminal(int(os.Stdin.Fd())) {
		again, err := read("Encore une fois : ")
		if err != nil || again != password {
			return "", errors.Join(errors.New("les deux mots de passe diffèrent"), err)
		}
	}
	return password, nil
}

func readLine(string) (string, error) {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if errors.Is(err, io.EOF) && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

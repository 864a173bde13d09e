package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mesure5/dealmap"
	"golang.org/x/term"
)

// minPassword is the least length of a password, in characters.
const minPassword = 12

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Habiliter une personne : compte local, ou compte du fournisseur d’identité (--oidc-sub)."`
	Password userPasswordCmd `cmd:"" help:"Changer un mot de passe."`
	End      userEndCmd      `cmd:"" help:"Mettre fin aux habilitations d’un compte, à l’instant."`
	Unlock   userUnlockCmd   `cmd:"" help:"Laisser un compte essayer de nouveau après trop d’échecs."`
	List     userListCmd     `cmd:"" help:"Lister les habilitations."`
}

type userAddCmd struct {
	Username    string   `arg:"" name:"compte" help:"Nom du compte ; avec --oidc-sub, nom montré aux collègues."`
	OIDCSub     string   `help:"Identifiant (sub) de la personne chez le fournisseur d’identité ; sans mot de passe ici." name:"oidc-sub" placeholder:"SUB"`
	OIDCIssuer  string   `help:"Adresse de ce fournisseur ; par défaut celui du serveur en marche." name:"oidc-issuer" placeholder:"URL"`
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
	return `Le mot de passe se tape deux fois au clavier, ou se lit sur l’entrée standard quand elle n’est pas un terminal.

Avec --oidc-sub la personne se connecte chez le fournisseur d’identité ; l’habilitation porte sur le fournisseur et son
identifiant, jamais sur une adresse de courriel :
dealmap user add "Cross 59" --oidc-sub 4f1c… --oidc-issuer https://id.exemple.fr --role cross --service PN --unit "Cross 59" --territory dep:59`
}

// Run gives the grant.
func (c *userAddCmd) Run(ctx context.Context, g *Globals, out *output) error {
	grant, err := c.grant()
	if err != nil {
		return err
	}
	return withConsole(g, out, func(console *console) error {
		if c.OIDCSub != "" {
			given, err := give(ctx, console, giveExternal{Issuer: c.OIDCIssuer, Sub: c.OIDCSub, Grant: grant})
			if err != nil {
				return err
			}
			fmt.Fprintf(out.stdout, "%s habilité.\n", given)
			return nil
		}
		// Asked first, so that nobody types a password for nothing.
		if err := vacant(ctx, console, grant.Subject); err != nil {
			return err
		}
		password, err := askPassword(out)
		if err != nil {
			return err
		}
		if _, err := give(ctx, console, giveAccount{Grant: grant, Password: password}); err != nil {
			return err
		}
		fmt.Fprintf(out.stdout, "compte %s créé.\n", c.Username)
		return nil
	})
}

func (c *userAddCmd) grant() (dealmap.Grant, error) {
	grant := dealmap.Grant{Subject: c.Username, Name: c.Name, Role: dealmap.Role(c.Role), Service: dealmap.Service(c.Service), Unit: c.Unit, Groups: c.Groups}
	if grant.Name == "" {
		grant.Name = c.Username
	}
	for _, text := range c.Territories {
		code, err := dealmap.ParseTerritoryCode(text)
		if err != nil {
			return grant, fmt.Errorf("--territory : %w", err)
		}
		grant.Territories = append(grant.Territories, code)
	}
	if c.Until != "" {
		end, err := lastDay(c.Until)
		if err != nil {
			return grant, fmt.Errorf("--until : %w", err)
		}
		grant.Until = end
	}
	return grant, nil
}

// lastDay is the end of a French day, in the form AAAA-MM-JJ.
func lastDay(text string) (time.Time, error) {
	day, err := dealmap.ParseDate(text)
	if err != nil {
		return time.Time{}, err
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.Time{}, err
	}
	return time.Date(int(day.Year), time.Month(day.Month), int(day.Day)+1, 0, 0, 0, 0, paris), nil
}

// vacant refuses a subject that has a grant already.
func vacant(ctx context.Context, c *console, subject string) error {
	grants, err := give(ctx, c, listGrants{})
	if err != nil {
		return err
	}
	for _, grant := range grants {
		if grant.Subject == subject && grant.Active(time.Now()) {
			return alreadyGranted(subject)
		}
	}
	return nil
}

type userPasswordCmd struct {
	Username string `arg:"" name:"compte" help:"Nom du compte."`
}

// Help is shown by dealmap user password --help.
func (userPasswordCmd) Help() string {
	return "Les sessions ouvertes avec l’ancien mot de passe prennent fin. Les jetons restent : « dealmap user end » ferme tout à l’instant."
}

// Run changes a password.
func (c *userPasswordCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		if _, err := give(ctx, console, findAccount{Username: c.Username}); err != nil {
			return err
		}
		password, err := askPassword(out)
		if err != nil {
			return err
		}
		_, err = give(ctx, console, setPassword{Username: c.Username, Password: password})
		return err
	})
}

type userUnlockCmd struct {
	Username string `arg:"" name:"compte" help:"Nom du compte."`
}

// Run lets an account be signed in to again.
func (c *userUnlockCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		if _, err := give(ctx, console, unlockAccount{Username: c.Username}); err != nil {
			return err
		}
		fmt.Fprintf(out.stdout, "compte %s débloqué.\n", c.Username)
		return nil
	})
}

type userEndCmd struct {
	Username string `arg:"" name:"compte" help:"Compte, tel que la première colonne de « dealmap user list » le montre."`
}

// Help is shown by dealmap user end --help.
func (userEndCmd) Help() string {
	return "Sessions, jetons et cartes ouvertes de la personne meurent avec l’habilitation, aussi quand le serveur est en marche."
}

// Run ends what a person may do.
func (c *userEndCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		ended, err := give(ctx, console, endGrants{Subject: c.Username})
		if err != nil {
			return err
		}
		fmt.Fprintf(out.stdout, "%d habilitation(s) terminée(s).\n", ended)
		return nil
	})
}

type userListCmd struct{}

// Run lists the grants.
func (userListCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		grants, err := give(ctx, console, listGrants{})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(out.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "compte\tnom\trôle\tservice\tunité\tterritoires\tdu\tau\tétat\t")
		for _, grant := range grants {
			codes := make([]string, len(grant.Territories))
			for i, code := range grant.Territories {
				codes[i] = string(code)
			}
			state := "en cours"
			switch now := time.Now(); {
			case now.Before(grant.From):
				state = "à venir"
			case !grant.Active(now):
				state = "terminée"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", grant.Subject, grant.Name, grant.Role, grant.Service, grant.Unit,
				strings.Join(codes, ","), grant.From.Format(time.DateOnly), untilDay(grant.Until), state)
		}
		return w.Flush()
	})
}

// untilDay shows the last day before an end: that of --until.
func untilDay(until time.Time) string {
	if until.IsZero() {
		return "—"
	}
	return until.Add(-time.Nanosecond).Format(time.DateOnly)
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

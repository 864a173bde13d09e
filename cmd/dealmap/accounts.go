package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/secrets"
	"github.com/mesure5/dealmap/web"
)

// orders are those that a running server takes.
var orders = []entry{
	takes[giveAccount](), takes[giveExternal](), takes[findAccount](), takes[setPassword](), takes[unlockAccount](),
	takes[endGrants](), takes[listGrants](),
	takes[listTokens](), takes[endToken](), takes[erasePlace](),
	takes[makeCheckpoint](), takes[auditKey](), takes[proveLine](), takes[verifyLogs](), takes[eraseConsultations](),
	takes[exportState](), takes[writeKey](),
}

func alreadyGranted(subject string) error {
	return fmt.Errorf("« %s » a déjà une habilitation en cours : dealmap user end d’abord", subject)
}

// giveAccount makes a local account with its grant.
type giveAccount struct {
	Grant    dealmap.Grant `json:"grant"`
	Password string        `json:"password"`
}

func (o giveAccount) do(ctx context.Context, d desk) (nothing, error) {
	s, err := d.Store(ctx)
	if err != nil {
		return nothing{}, err
	}
	vault, err := d.Secrets()
	if err != nil {
		return nothing{}, err
	}
	if _, ok := s.Snapshot().Viewer(o.Grant.Subject, time.Now()); ok {
		return nothing{}, alreadyGranted(o.Grant.Subject)
	}
	return nothing{}, addAccount(ctx, s, vault, d.admin(), o.Grant, o.Password)
}

// addAccount sets the password first: a grant without a password opens nothing, a password without a grant neither.
func addAccount(ctx context.Context, s *store.Store, vault *secrets.Secrets, by dealmap.Viewer, grant dealmap.Grant, password string) error {
	if err := vault.Set(grant.Subject, password); err != nil {
		return err
	}
	_, err := s.Do(ctx, by, dealmap.GiveGrant{ID: newID(), Grant: grant}, "")
	return err
}

// giveExternal gives a grant to a person whom an identity provider knows. The answer is the grant's subject.
type giveExternal struct {
	Issuer string        `json:"issuer"`
	Sub    string        `json:"sub"`
	Grant  dealmap.Grant `json:"grant"`
}

func (o giveExternal) do(ctx context.Context, d desk) (string, error) {
	if o.Issuer == "" {
		o.Issuer = d.issuer
	}
	if o.Issuer == "" {
		return "", errors.New("--oidc-issuer manque : l’adresse du fournisseur d’identité")
	}
	s, err := d.Store(ctx)
	if err != nil {
		return "", err
	}
	o.Grant.Subject = externalSubject(o.Issuer, o.Sub)
	if _, ok := s.Snapshot().Viewer(o.Grant.Subject, time.Now()); ok {
		return "", alreadyGranted(o.Grant.Subject)
	}
	_, err = s.Do(ctx, d.admin(), dealmap.GiveGrant{ID: newID(), Grant: o.Grant}, "")
	return o.Grant.Subject, err
}

// externalSubject names a person of an identity provider: the pair is what OpenID Connect promises to be of one person for ever.
func externalSubject(issuer, sub string) string { return "oidc:" + issuer + "#" + sub }

// findAccount fails when there is no such local account.
type findAccount struct {
	Username string `json:"username"`
}

func (o findAccount) do(_ context.Context, d desk) (nothing, error) {
	vault, err := d.Secrets()
	if err != nil {
		return nothing{}, err
	}
	names, err := vault.List()
	if err == nil && !slices.Contains(names, o.Username) {
		err = fmt.Errorf("le compte « %s » n’existe pas", o.Username)
	}
	return nothing{}, err
}

// setPassword changes the password of a local account, and ends the sessions opened with the old one.
type setPassword struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

func (o setPassword) do(ctx context.Context, d desk) (nothing, error) {
	if _, err := (findAccount{Username: o.Username}).do(ctx, d); err != nil {
		return nothing{}, err
	}
	vault, err := d.Secrets()
	if err != nil {
		return nothing{}, err
	}
	sessions, err := d.Sessions()
	if err != nil {
		return nothing{}, err
	}
	if err := vault.Set(o.Username, o.Password); err != nil {
		return nothing{}, err
	}
	return nothing{}, web.EndSessions(sessions, o.Username, web.DefaultSessionLife)
}

// unlockAccount forgets how often signing in to a local account failed.
type unlockAccount struct {
	Username string `json:"username"`
}

func (o unlockAccount) do(ctx context.Context, d desk) (nothing, error) {
	if _, err := findAccount(o).do(ctx, d); err != nil {
		return nothing{}, err
	}
	vault, err := d.Secrets()
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, vault.Unlock(o.Username)
}

// endGrants ends every grant in force of a person, and those that are still to begin. The answer is how many.
type endGrants struct {
	Subject string `json:"subject"`
}

func (o endGrants) do(ctx context.Context, d desk) (int, error) {
	s, err := d.Store(ctx)
	if err != nil {
		return 0, err
	}
	ended := 0
	for _, grant := range s.Snapshot().Grants() {
		if grant.Subject != o.Subject || (!grant.Until.IsZero() && !time.Now().Before(grant.Until)) {
			continue
		}
		if _, err := s.Do(ctx, d.admin(), dealmap.EndGrant{ID: grant.ID}, ""); err != nil {
			return ended, err
		}
		ended++
	}
	if ended == 0 {
		return 0, fmt.Errorf("« %s » n’a pas d’habilitation en cours", o.Subject)
	}
	return ended, nil
}

// listGrants answers with all grants.
type listGrants struct{}

func (listGrants) do(ctx context.Context, d desk) ([]*dealmap.Grant, error) {
	s, err := d.Store(ctx)
	if err != nil {
		return nil, err
	}
	return s.Snapshot().Grants(), nil
}

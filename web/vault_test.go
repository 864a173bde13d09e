package web_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

// mostFailures is after how many wrong passwords a vault locks an account, and lockedFor for how long.
const (
	mostFailures = 10
	lockedFor    = 15 * time.Minute
)

// vault keeps secrets in memory, without hashing: everyone has the same password until it is changed.
type vault struct {
	now func() time.Time

	mu       sync.Mutex
	accounts map[string]*account
	tokens   map[string]dealmap.ID
	failing  error // of what concerns tokens
}

type account struct {
	password string
	must     bool
	failures int
	until    time.Time
}

func newVault(now func() time.Time) *vault {
	v := &vault{now: now, accounts: map[string]*account{}, tokens: map[string]dealmap.ID{}}
	for name := range people {
		v.accounts[name] = &account{password: password}
	}
	v.accounts["nobody"] = &account{password: password}
	return v
}

func (v *vault) VerifyFrom(_ context.Context, username, given, _ string) (bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if username == "broken" {
		return false, errors.New("secrets file /var/lib/dealmap/secrets is gone")
	}
	a := v.accounts[username]
	switch {
	case a == nil:
		return false, dealmap.Forbidden("mauvais mot de passe")
	case v.now().Before(a.until):
		return false, &web.LockedError{Until: a.until}
	case a.password != given:
		if a.failures++; a.failures >= mostFailures {
			a.until, a.failures = v.now().Add(lockedFor), 0
		}
		return false, dealmap.Forbidden("mauvais mot de passe")
	}
	a.failures = 0
	return a.must, nil
}

func (v *vault) ChangeFrom(_ context.Context, username, old, new, _ string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	a := v.accounts[username]
	if a == nil || a.password != old {
		return dealmap.Forbidden("mauvais mot de passe")
	}
	if len(new) < 12 {
		return dealmap.Invalid("password", "de 12 à 200 caractères")
	}
	a.password, a.must = new, false
	return nil
}

func (v *vault) List(context.Context) ([]web.LocalAccount, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var list []web.LocalAccount
	for name, a := range v.accounts {
		list = append(list, web.LocalAccount{Username: name, MustChange: a.must, LockedUntil: a.until})
	}
	slices.SortFunc(list, func(a, b web.LocalAccount) int { return strings.Compare(a.Username, b.Username) })
	return list, nil
}

func (v *vault) SetOnce(_ context.Context, username, password string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if strings.ToLower(username) != username || username == "" {
		return dealmap.Invalid("username", "lettres minuscules")
	}
	if len(password) < 12 {
		return dealmap.Invalid("password", "de 12 à 200 caractères")
	}
	v.accounts[username] = &account{password: password, must: true}
	return nil
}

func (v *vault) Delete(_ context.Context, username string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.accounts[username] == nil {
		return dealmap.NotFound()
	}
	delete(v.accounts, username)
	return nil
}

func (v *vault) Unlock(_ context.Context, username string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	a := v.accounts[username]
	if a == nil {
		return dealmap.NotFound()
	}
	a.until, a.failures = time.Time{}, 0
	return nil
}

func (v *vault) NewToken(context.Context) (id dealmap.ID, text string, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failing != nil {
		return id, "", v.failing
	}
	_, _ = rand.Read(id[:]) // never fails (crypto/rand)
	text = "dm_" + strings.ReplaceAll(id.String(), "-", "") + "_" + rand.Text()
	v.tokens[text] = id
	return id, text, nil
}

func (v *vault) VerifyToken(_ context.Context, text string) (dealmap.ID, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failing != nil {
		return dealmap.ID{}, v.failing
	}
	id, ok := v.tokens[text]
	if !ok {
		return dealmap.ID{}, dealmap.Forbidden("jeton inconnu")
	}
	return id, nil
}

func (v *vault) DeleteToken(_ context.Context, id dealmap.ID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for text, of := range v.tokens {
		if of == id {
			delete(v.tokens, text)
		}
	}
	return nil
}

// break_ makes everything about tokens fail.
func (v *vault) break_(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failing = err
}

// secrets is how many tokens have one.
func (v *vault) secrets() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.tokens)
}

package postgres_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/secrets"
)

// within is how soon a node has what another one wrote.
const within = 2 * time.Second

func vault(t *testing.T, path string, install []byte) *secrets.Secrets {
	t.Helper()
	s, err := secrets.OpenWith(path, install)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func share(t *testing.T, s *secrets.Secrets, dsn string) {
	t.Helper()
	table := node(t, dsn).Shared(s.Key("shared"))
	if err := table.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Share(t.Context(), table, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // before the connection
}

func opens(t *testing.T, s *secrets.Secrets, username, password string) bool {
	t.Helper()
	_, err := s.Verify(t.Context(), username, password)
	if err != nil && !errors.Is(err, secrets.ErrCredentials) {
		t.Fatal(err)
	}
	return err == nil
}

// TestSecretsAreShared has two nodes with accounts of their own come together, and changes on either.
func TestSecretsAreShared(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	dsn := server.DSN(server.Database(t))
	const first, second = "première phrase de passe", "seconde phrase de passe"
	install := make([]byte, 32)
	folder := t.TempDir()
	a, b := vault(t, filepath.Join(folder, "a.db"), install), vault(t, filepath.Join(folder, "b.db"), install)
	if err := errors.Join(a.Set("cross13", first), a.SetOnce("ofast", first), b.Set("stranger", first), b.Set("cross13", second)); err != nil {
		t.Fatal(err)
	}
	_, early, err := a.NewToken()
	if err != nil {
		t.Fatal(err)
	}
	share(t, a, dsn)
	share(t, b, dsn)
	for name, s := range map[string]*secrets.Secrets{"a": a, "b": b} {
		names, err := s.List()
		if err != nil || !slices.Equal(names, []string{"cross13", "ofast"}) {
			t.Fatalf("%s has %v, %v", name, names, err)
		}
		if must, err := s.MustChange("ofast"); !must || err != nil || !opens(t, s, "cross13", first) || opens(t, s, "cross13", second) {
			t.Errorf("%s has other passwords (%v)", name, err)
		}
		if _, err := s.VerifyToken(early); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Failures count on the node where they were made; a new password opens the account on all.
	for range 10 {
		opens(t, a, "cross13", "faux")
	}
	if a.Locked("cross13").IsZero() || !b.Locked("cross13").IsZero() {
		t.Error("failures are counted elsewhere")
	}
	if err := b.Set("cross13", second); err != nil {
		t.Fatal(err)
	}
	if !opens(t, b, "cross13", second) {
		t.Error("a password is not in force where it was set")
	}
	eventually(t, within, "the new password is in force on the other node", func() bool { return opens(t, a, "cross13", second) })
	id, text, err := b.NewToken()
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, within, "a token is known to the other node", func() bool {
		got, err := a.VerifyToken(text)
		return err == nil && got == id
	})
	if err := errors.Join(a.DeleteToken(id), a.Delete("ofast"), a.Set("ofast2", first)); err != nil {
		t.Fatal(err)
	}
	eventually(t, within, "what was deleted is so on the other node", func() bool {
		_, err := b.VerifyToken(text)
		names, _ := b.List()
		return errors.Is(err, secrets.ErrToken) && slices.Equal(names, []string{"cross13", "ofast2"})
	})
	if must, err := b.MustChange("ofast"); must || err != nil {
		t.Errorf("a mark of an account that is gone: %v", err)
	}
}

// TestSecretsWithoutEngine kills the engine: who is known signs in, and nothing is changed.
func TestSecretsWithoutEngine(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	const first, second = "première phrase de passe", "seconde phrase de passe"
	path := filepath.Join(t.TempDir(), "a.db")
	a := vault(t, path, make([]byte, 32))
	share(t, a, dsn)
	if err := a.Set("cross13", first); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	eventually(t, 30*time.Second, "writes are refused", func() bool {
		return dealmap.KindOf(a.Set("cross13", second)) == dealmap.KindUnavailable
	})
	if !opens(t, a, "cross13", first) {
		t.Error("nobody signs in without the engine")
	}
	server.Run(t)
	eventually(t, 10*time.Second, "writes are taken again", func() bool { return a.Set("cross13", second) == nil })
	if !opens(t, a, "cross13", second) {
		t.Error("the new password is not in force")
	}
	// A command that does not share must not change what the others would put back.
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	alone := vault(t, path, make([]byte, 32))
	if err := alone.Set("cross13", first); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Errorf("changed past the others: %v", err)
	}
	if err := errors.Join(alone.Leave(), alone.Set("cross13", first)); err != nil {
		t.Error(err)
	}
}

package secrets

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	const password = "le cheval bat la campagne"
	for _, name := range []string{"cross13", "ofast"} {
		if err := s.Set(name, password); err != nil {
			t.Fatal(err)
		}
	}
	key := s.Key("etag")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || bytes.Contains(data, []byte(password)) {
		t.Fatalf("the file holds the password (%v)", err)
	}
	if s, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !bytes.Equal(key, s.Key("etag")) || len(key) != 32 || bytes.Equal(key, s.Key("cursor")) {
		t.Fatal("keys must be stable and differ by purpose")
	}
	ctx := context.Background()
	if subject, err := s.Verify(ctx, "cross13", password); err != nil || subject != "cross13" {
		t.Fatalf("%q %v", subject, err)
	}
	for _, try := range [][2]string{{"cross13", "faux"}, {"personne", password}, {"", ""}, {"cross13", strings.Repeat("x", 5000)}} {
		if subject, err := s.Verify(ctx, try[0], try[1]); !errors.Is(err, ErrCredentials) || subject != "" {
			t.Errorf("%q is let in: %q %v", try[0], subject, err)
		}
	}
	if err := s.Delete("cross13"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(ctx, "cross13", password); !errors.Is(err, ErrCredentials) {
		t.Fatalf("a deleted account is let in: %v", err)
	}
	if err := s.Delete("cross13"); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Fatalf("deleted twice: %v", err)
	}
	if names, err := s.List(); err != nil || !slices.Equal(names, []string{"ofast"}) {
		t.Fatalf("%v %v", names, err)
	}
}

func TestBadAccountsAreRefused(t *testing.T) {
	t.Parallel()
	s, err := Open(filepath.Join(t.TempDir(), FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, bad := range [][2]string{{"Éric", "assez long, oui"}, {"", "assez long, oui"}, {"ok", "court"}, {"ok", strings.Repeat("x", 300)}} {
		if err := s.Set(bad[0], bad[1]); dealmap.KindOf(err) != dealmap.KindInvalid {
			t.Errorf("%q: %v", bad[0], err)
		}
	}
}

func TestHashOfAnotherProgramIsRead(t *testing.T) {
	t.Parallel()
	// Made with the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 24
	const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := matches(stored, "password"); !ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	if ok, err := matches(stored, "Password"); ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	for _, bad := range []string{"", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$AAAA", "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"} {
		if _, err := matches(bad, "password"); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

const rightPassword = "le cheval bat la campagne"

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func opened(t *testing.T, path string, c *clock) *Secrets {
	t.Helper()
	s, err := open(path, nil, false, c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// lockedFor returns how long a try is refused without being looked at, 0 when it is looked at.
func lockedFor(t *testing.T, s *Secrets, name, password, from string) time.Duration {
	t.Helper()
	_, err := s.VerifyFrom(context.Background(), name, password, from)
	if locked, ok := errors.AsType[*LockedError](err); ok {
		if !errors.Is(err, ErrLocked) || errors.Is(err, ErrCredentials) {
			t.Fatalf("what a locked account gives: %v", err)
		}
		return locked.Until.Sub(s.now())
	}
	if password != rightPassword && !errors.Is(err, ErrCredentials) {
		t.Fatalf("%s, wrong password: %v", name, err)
	}
	if password == rightPassword && err != nil {
		t.Fatalf("%s, right password: %v", name, err)
	}
	return 0
}

// TestLockout plays the same attack on an account and on a name that is no account's: everything that the attacker is
// told must be the same.
func TestLockout(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	c := newClock()
	s := opened(t, path, c)
	if err := s.Set("cross13", rightPassword); err != nil {
		t.Fatal(err)
	}
	told := map[string][]time.Duration{}
	for round := range 18 {
		for _, name := range []string{"cross13", "personne"} {
			told[name] = append(told[name], lockedFor(t, s, name, "faux", fmt.Sprint("10.0.0.", round)))
			told[name] = append(told[name], lockedFor(t, s, name, "faux", "10.1.1.1"))
		}
		c.pass(time.Minute)
		if round%5 == 4 { // a restart changes nothing
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = opened(t, path, c)
		}
	}
	if !slices.Equal(told["cross13"], told["personne"]) {
		t.Fatalf("an account and a name that is none differ:\n%v\n%v", told["cross13"], told["personne"])
	}
	// Ten failures by the fifth round, then 1 minute, then 2, 4, 8.
	want := []time.Duration{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 * time.Minute, time.Minute, time.Minute, 0, 4 * time.Minute}
	if got := told["cross13"][:len(want)]; !slices.Equal(got, want) {
		t.Fatalf("locked for %v, want %v", got, want)
	}
	if s.Locked("cross13").IsZero() || !s.Locked("cross13").Equal(s.Locked("personne")) || !s.Locked("ofast").IsZero() {
		t.Fatalf("locked until %v, %v, %v", s.Locked("cross13"), s.Locked("personne"), s.Locked("ofast"))
	}
	if lockedFor(t, s, "cross13", rightPassword, "10.2.2.2") == 0 {
		t.Fatal("a locked account takes the right password")
	}
	if _, err := s.Verify(context.Background(), "cross13", rightPassword); !errors.Is(err, ErrCredentials) || !errors.Is(err, ErrLocked) {
		t.Fatalf("without an address: %v", err)
	}
	if err := s.Unlock("cross13"); err != nil {
		t.Fatal(err)
	}
	if lockedFor(t, s, "cross13", rightPassword, "10.2.2.2") != 0 {
		t.Fatal("unlocked, and still locked")
	}
	for range 8 { // however long it goes on, an hour at most, and half a day later nine tries are free again
		lockedFor(t, s, "personne", "faux", "")
		c.pass(time.Hour + time.Second)
	}
	lockedFor(t, s, "personne", "faux", "")
	if wait := lockedFor(t, s, "personne", "faux", ""); wait != time.Hour {
		t.Fatalf("locked for %v at last", wait)
	}
	c.pass(26 * time.Hour)
	for range freeFailures - 1 {
		lockedFor(t, s, "personne", "faux", "")
	}
	if !s.Locked("personne").IsZero() {
		t.Fatal("what was forgotten still counts")
	}
}

func TestSuccessStartsAnew(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := opened(t, filepath.Join(t.TempDir(), FileName), c)
	if err := s.Set("ofast", rightPassword); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for range freeFailures - 1 {
			if lockedFor(t, s, "ofast", "faux", "") != 0 {
				t.Fatal("locked too early")
			}
		}
		if lockedFor(t, s, "ofast", rightPassword, "") != 0 {
			t.Fatal("locked too early")
		}
	}
}

// TestOwnerIsNotLockedOut: an attacker elsewhere locks the account for everybody but an address that signed in lately.
func TestOwnerIsNotLockedOut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	c := newClock()
	s := opened(t, path, c)
	if err := s.Set("ofast", rightPassword); err != nil {
		t.Fatal(err)
	}
	const office, attacker = "2001:db8::1", "198.51.100.7"
	lockedFor(t, s, "ofast", rightPassword, office)
	for range freeFailures {
		lockedFor(t, s, "ofast", "faux", attacker)
	}
	if lockedFor(t, s, "ofast", rightPassword, attacker) == 0 || lockedFor(t, s, "ofast", rightPassword, "") == 0 {
		t.Fatal("the attacker is not locked out")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || bytes.Contains(data, []byte(office)) || bytes.Contains(data, []byte(attacker)) {
		t.Fatalf("the file tells addresses (%v)", err)
	}
	s = opened(t, path, c)
	if lockedFor(t, s, "ofast", rightPassword, office) != 0 {
		t.Fatal("the owner is locked out")
	}
	if lockedFor(t, s, "ofast", rightPassword, attacker) == 0 {
		t.Fatal("the owner's success frees the attacker")
	}
	for range freeFailures { // the owner's machine may be the attacker's
		lockedFor(t, s, "ofast", "faux", office)
	}
	if lockedFor(t, s, "ofast", rightPassword, office) == 0 {
		t.Fatal("failures from a known address do not count")
	}
	c.pass(trustedFor + time.Hour)
	for range freeFailures {
		lockedFor(t, s, "ofast", "faux", attacker)
	}
	if lockedFor(t, s, "ofast", rightPassword, office) == 0 {
		t.Fatal("an address is known for ever")
	}
	if err := s.SetOnce("ofast", rightPassword); err != nil {
		t.Fatal(err)
	}
	if n := entries(t, s, bucketAddresses) + entries(t, s, bucketFailures); n != 0 {
		t.Fatalf("%d traces of the owner before", n)
	}
}

func entries(t *testing.T, s *Secrets, bucket []byte) (n int) {
	t.Helper()
	err := s.view(func(tx *bolt.Tx) error { n = tx.Bucket(bucket).Stats().KeyN; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTogether: guesses at the same time are no way around the count.
func TestTogether(t *testing.T) {
	t.Parallel()
	s := opened(t, filepath.Join(t.TempDir(), FileName), newClock())
	if err := s.Set("ofast", rightPassword); err != nil {
		t.Fatal(err)
	}
	var looked, refused int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			_, err := s.VerifyFrom(context.Background(), "ofast", "faux", "")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, ErrLocked):
				refused++
			case errors.Is(err, ErrCredentials):
				looked++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if looked > freeFailures || looked+refused != 60 {
		t.Fatalf("%d guesses were looked at", looked)
	}
	if len(s.guard.running) != 0 {
		t.Fatal("attempts are left over")
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for range cap(s.turns) {
		s.turns <- struct{}{}
	}
	if _, err := s.VerifyFrom(ended, "gn", "faux", ""); !errors.Is(err, context.Canceled) || len(s.guard.running) != 0 {
		t.Fatalf("%v, %d left over", err, len(s.guard.running))
	}
}

// TestStrangersAreBounded: names that are no account's take only so much room, and never that of accounts.
func TestStrangersAreBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := opened(t, filepath.Join(t.TempDir(), FileName), c)
	if err := s.Set("ofast", rightPassword); err != nil {
		t.Fatal(err)
	}
	for range freeFailures {
		lockedFor(t, s, "ofast", "faux", "")
	}
	for i := range mostStrangers {
		s.guard.strangers[s.guard.account(fmt.Sprint("inconnu", i))] = counter{failures: 1, last: c.now()}
	}
	c.pass(time.Second)
	lockedFor(t, s, "dernier", "faux", "")
	if n := len(s.guard.strangers); n > mostStrangers || n < mostStrangers/2 {
		t.Fatalf("%d names are kept", n)
	}
	if _, kept := s.guard.strangers[s.guard.account("dernier")]; !kept || s.Locked("ofast").IsZero() {
		t.Fatal("the wrong ones were let go")
	}
	for i := range 2 * mostAddresses {
		if err := s.Unlock("ofast"); err != nil {
			t.Fatal(err)
		}
		a, err := s.guard.begin("ofast", fmt.Sprint("adresse ", i), true)
		if err == nil {
			err = a.end(true)
		}
		if err != nil {
			t.Fatal(err)
		}
		c.pass(time.Minute)
	}
	if n := entries(t, s, bucketAddresses); n != mostAddresses {
		t.Fatalf("%d addresses are kept", n)
	}
}

// TestSameWork compares how long a wrong password takes for an account and for no account: the same hash is made, so that
// even a busy machine gives the same order of time.
func TestSameWork(t *testing.T) {
	t.Parallel()
	s := opened(t, filepath.Join(t.TempDir(), FileName), newClock())
	if err := s.Set("ofast", rightPassword); err != nil {
		t.Fatal(err)
	}
	fastest := map[string]time.Duration{}
	for range freeFailures - 1 {
		for _, name := range []string{"ofast", "personne"} {
			start := time.Now()
			lockedFor(t, s, name, "faux", "")
			if took := time.Since(start); fastest[name] == 0 || took < fastest[name] {
				fastest[name] = took
			}
		}
	}
	t.Logf("account %v, none %v", fastest["ofast"], fastest["personne"])
	if a, b := fastest["ofast"], fastest["personne"]; a > 3*b || b > 3*a {
		t.Fatalf("an account takes %v, none %v", a, b)
	}
}

func TestFirstPasswordMustBeChanged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	s := opened(t, path, newClock())
	must := func() bool {
		t.Helper()
		must, err := s.MustChange("gn")
		if err != nil {
			t.Fatal(err)
		}
		return must
	}
	ctx := context.Background()
	const first, own = "donné par un autre", "choisi par moi-même"
	if err := s.SetOnce("gn", first); err != nil || !must() {
		t.Fatalf("%v", err)
	}
	if _, err := s.Verify(ctx, "gn", first); err != nil || !must() {
		t.Fatalf("signing in is enough: %v", err)
	}
	for name, try := range map[string][2]string{"wrong": {"faux", own}, "same": {first, first}, "short": {first, "court"}} {
		if err := s.Change(ctx, "gn", try[0], try[1]); err == nil || !must() {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if err := s.Change(ctx, "gn", first, own); err != nil || must() {
		t.Fatalf("%v", err)
	}
	if _, err := s.Verify(ctx, "gn", first); !errors.Is(err, ErrCredentials) {
		t.Fatalf("the first password: %v", err)
	}
	if err := s.SetOnce("gn", first); err != nil || !must() {
		t.Fatalf("%v", err)
	}
	if err := s.Set("gn", own); err != nil || must() {
		t.Fatalf("%v", err)
	}
	if must, err := s.MustChange("personne"); must || err != nil {
		t.Fatalf("%v %v", must, err)
	}
}

func TestLockedErrorIsRead(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{time.Second: "dans une minute", 61 * time.Second: "dans 2 minutes", time.Hour: "dans 60 minutes"} {
		if got := (&LockedError{wait: wait}).Error(); !strings.Contains(got, want) {
			t.Errorf("%v: %q", wait, got)
		}
	}
}

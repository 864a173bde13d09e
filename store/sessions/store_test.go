package sessions

import (
	"path/filepath"
	"testing"
	"time"
)

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s, err := openAt(path, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	for token, minutes := range map[string]int{"a": 1, "b": 10, "c": 20} {
		if err := s.Commit(token, []byte("data "+token), now.Add(time.Duration(minutes)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Delete("c"); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete("never"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = openAt(path, func() time.Time { return now }); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if data, found, err := s.Find("a"); err != nil || !found || string(data) != "data a" {
		t.Fatalf("%q %v %v", data, found, err)
	}
	now = now.Add(5 * time.Minute)
	for token, want := range map[string]bool{"a": false, "b": true, "c": false} {
		if _, found, err := s.Find(token); err != nil || found != want {
			t.Errorf("session %s: found %v, %v", token, found, err)
		}
	}
	all, err := s.All()
	if err != nil || len(all) != 1 || string(all["b"]) != "data b" {
		t.Fatalf("%v %v", all, err)
	}
	if n, err := s.sweep(); n != 1 || err != nil {
		t.Fatalf("swept %d, %v", n, err)
	}
	if n, err := s.sweep(); n != 0 || err != nil {
		t.Fatalf("swept %d again, %v", n, err)
	}
}

package secrets

import (
	"bytes"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeyFile writes a key, types it badly in every way, and reads it.
func TestKeyFile(t *testing.T) {
	t.Parallel()
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	text := FormatKey(key)
	for name, typed := range map[string]string{
		"as written": text, "small letters": strings.ToLower(text), "windows": "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
		"one line": strings.ReplaceAll(text[strings.LastIndex(text, "#"):][strings.Index(text[strings.LastIndex(text, "#"):], "\n"):], "\n", " "),
		"letters":  strings.ReplaceAll(text, "0", "o"),
	} {
		if got, err := ParseKey(typed); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: %x %v", name, got, err)
		}
	}
	body := strings.Index(text, ".\n#") // the second line of comments
	body += strings.Index(text[body+2:], "\n") + 3
	for i := body; i < len(text); i++ {
		changed := []byte(text)
		if changed[i] == '-' || changed[i] == '\n' {
			continue
		}
		for _, c := range []byte("27AZ") {
			if changed[i] = c; text[i] == c {
				continue
			}
			if _, err := ParseKey(string(changed)); !errors.Is(err, ErrKeyFile) {
				t.Fatalf("character %d changed to %c: %v", i-body, c, err)
			}
		}
		if text[i-1] != '-' && text[i-1] != '\n' && text[i-1] != text[i] {
			changed[i-1], changed[i] = text[i], text[i-1]
			if _, err := ParseKey(string(changed)); !errors.Is(err, ErrKeyFile) {
				t.Fatalf("characters %d and %d swapped: %v", i-1-body, i-body, err)
			}
		}
	}
	for _, bad := range []string{"", "\n", text[:len(text)-2], text + "A", text[:body], "é" + text[body+2:], strings.Replace(text[body:], text[body:body+1], "U", 1)} {
		if _, err := ParseKey(bad); !errors.Is(err, ErrKeyFile) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestOpenWith makes a file with the key of another one.
func TestOpenWith(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a, err := Open(filepath.Join(folder, "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	path := filepath.Join(folder, "b.db")
	for range 2 {
		b, err := OpenWith(path, a.InstallKey())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Key("shared"), b.Key("shared")) {
			t.Error("the keys differ")
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := OpenWith(path, make([]byte, keySize)); !errors.Is(err, ErrOtherKey) || !strings.Contains(err.Error(), path) {
		t.Errorf("another key: %v", err)
	}
	if _, err := OpenWith(filepath.Join(folder, "c.db"), make([]byte, keySize-1)); !errors.Is(err, ErrKeyFile) {
		t.Errorf("a short key: %v", err)
	}
}

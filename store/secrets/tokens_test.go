package secrets

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	var ids []dealmap.ID
	for range 3 {
		id, text, err := s.NewToken()
		if err != nil || !strings.HasPrefix(text, "dm_"+hex.EncodeToString(id[:])+"_") || len(text) != 79 {
			t.Fatalf("%s %q %v", id, text, err)
		}
		if _, err := dealmap.ParseID(id.String()); err != nil || id.String()[14] != '4' {
			t.Fatalf("%s is no random UUID: %v", id, err)
		}
		ids, texts = append(ids, id), append(texts, text)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		secret, err := tokenEncoding.DecodeString(text[36:])
		if data, err2 := os.ReadFile(path); err != nil || err2 != nil || bytes.Contains(data, secret) || bytes.Contains(data, []byte(text[36:])) {
			t.Fatalf("the file holds the secret (%v %v)", err, err2)
		}
	}
	if s, err = OpenExisting(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, text := range texts {
		if id, err := s.VerifyToken(text); err != nil || id != ids[i] {
			t.Fatalf("%s %v", id, err)
		}
	}
	last := texts[0][len(texts[0])-1]
	for name, forged := range map[string]string{
		"empty": "", "another's secret": texts[0][:36] + texts[1][36:], "no prefix": texts[0][3:], "longer": texts[0] + "A",
		"a line": texts[0] + "\n", "cut": texts[0][:78], "padded": texts[0][:78] + "=", "capitals": "dm_" + strings.ToUpper(texts[0][3:35]) + texts[0][35:],
		"unknown": "dm_" + strings.Repeat("0", 32) + texts[0][35:], "blank": " " + texts[0], "other": texts[0][:40] + flip(texts[0][40]) + texts[0][41:],
		"spare bits": texts[0][:78] + string(rune(spare(last))),
	} {
		if id, err := s.VerifyToken(forged); !errors.Is(err, ErrToken) || !id.IsZero() {
			t.Errorf("%s: %s %v", name, id, err)
		}
	}
	for range 2 {
		if err := s.DeleteToken(ids[0]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.VerifyToken(texts[0]); !errors.Is(err, ErrToken) {
		t.Fatalf("a deleted token: %v", err)
	}
}

func flip(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

// spare returns another character that decodes to the same bytes where decoding is lax: of the last one, two bits count for
// nothing.
func spare(c byte) byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return alphabet[strings.IndexByte(alphabet, c)^1]
}

func FuzzToken(f *testing.F) {
	f.Add("dm_0123456789abcdef0123456789abcdef_" + strings.Repeat("A", 43))
	f.Add("dm_0123456789abcdef0123456789abcdef_" + strings.Repeat("_", 43))
	f.Add("dm_0123456789ABCDEF0123456789abcdef_" + strings.Repeat("A", 43))
	f.Add("dm_")
	f.Fuzz(func(t *testing.T, text string) {
		id, secret, ok := parseToken(text)
		if ok && tokenPrefix+hex.EncodeToString(id[:])+"_"+tokenEncoding.EncodeToString(secret) != text {
			t.Fatalf("%q is a second way to write a token", text)
		}
		if !ok && len(secret) == secretSize && len(text) == tokenLength && strings.HasPrefix(text, tokenPrefix) && text[35] == '_' &&
			tokenPrefix+hex.EncodeToString(id[:])+"_"+tokenEncoding.EncodeToString(secret) == text {
			t.Fatalf("%q is refused", text)
		}
	})
}

func TestSecretsBelongToAMap(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	if there, err := Exists(path); there || err != nil {
		t.Fatalf("%v %v", there, err)
	}
	refused := func(why string) {
		t.Helper()
		if s, err := OpenExisting(path); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), path) {
			s.Close()
			t.Fatalf("%s: %v", why, err)
		}
	}
	refused("absent")
	if there, err := Exists(path); there || err != nil {
		t.Fatalf("asking for one has made it: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused("empty")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Belong([32]byte{1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = OpenExisting(path); err != nil {
		t.Fatal(err)
	}
	if err := s.Belong([32]byte{2}); !errors.Is(err, ErrForeign) {
		t.Fatalf("another map's: %v", err)
	}
	if err := s.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketKeys).Delete(keyInstall) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	refused("without a key")
}

// TestFirstVersionIsRead opens a file as the first version made it.
func TestFirstVersionIsRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Set("ofast", rightPassword); err != nil {
		t.Fatal(err)
	}
	err = s.update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketOnce, bucketTokens, bucketFailures, bucketStrangers, bucketAddresses} {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if s, err = OpenExisting(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if lockedFor(t, s, "ofast", rightPassword, "x") != 0 || lockedFor(t, s, "ofast", "faux", "y") != 0 {
		t.Fatal("locked")
	}
}

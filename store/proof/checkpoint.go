package proof

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The origins of the two logs' checkpoints.
const (
	OriginJournal       = "dealmap/journal"
	OriginConsultations = "dealmap/consultations"
)

// SignerName is the name in the signatures of an installation.
const SignerName = "dealmap"

// ErrCheckpoint is wrapped by every error that says that a text is not a checkpoint, or not signed by the key.
var ErrCheckpoint = errors.New("attestation illisible, modifiée ou signée par une autre clé")

// mostText bounds what a note is made of, in bytes.
const mostText = 64 << 10

// Checkpoint says that a log had a size and a root at a time.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
	Time   time.Time // to the second, UTC
	// Source is the file that it was read from, where that is known. It is not part of what is signed.
	Source string
}

// text is the signed text: three lines of C2SP tlog-checkpoint and the time as an extension.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\ntime=%s\n", c.Origin, c.Size, c.Root, c.Time.UTC().Format(time.RFC3339))
}

func parseText(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || lines[4] != "" {
		return c, errors.New("four lines are expected")
	}
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || c.Size > mostLeaves {
		return c, fmt.Errorf("size %q", lines[1])
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, fmt.Errorf("root %q", lines[2])
	}
	stamp, _ := strings.CutPrefix(lines[3], "time=")
	if c.Time, err = time.Parse(time.RFC3339, stamp); err != nil {
		return c, fmt.Errorf("time %q", lines[3])
	}
	if c.Time = c.Time.UTC(); c.Origin == "" || c.text() != text {
		return c, errors.New("not in canonical form")
	}
	return c, nil
}

// Key signs the checkpoints of one installation (Ed25519).
type Key struct {
	signer   note.Signer
	verifier string
}

// NewKey makes the key that belongs to a seed. name is the signer's name in the notes; it holds no space and no plus.
func NewKey(seed [32]byte, name string) (Key, error) {
	private := ed25519.NewKeyFromSeed(seed[:])
	verifier, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	if err != nil {
		return Key{}, fmt.Errorf("make key %q: %w", name, err)
	}
	parts := strings.SplitN(verifier, "+", 3)
	if len(parts) != 3 {
		return Key{}, fmt.Errorf("make key %q: bad name", name)
	}
	const ed25519Algorithm = 1
	data := base64.StdEncoding.EncodeToString(append([]byte{ed25519Algorithm}, seed[:]...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + parts[0] + "+" + parts[1] + "+" + data)
	if err != nil {
		return Key{}, fmt.Errorf("make key %q: %w", name, err)
	}
	return Key{signer, verifier}, nil
}

// Verifier returns the public key as text (note's "vkey"): what a verifier is given.
func (k Key) Verifier() string { return k.verifier }

// Sign returns the note of a checkpoint.
func (k Key) Sign(c Checkpoint) ([]byte, error) {
	c.Time = c.Time.UTC().Truncate(time.Second)
	if _, err := parseText(c.text()); err != nil || strings.Contains(c.Origin, "\n") {
		return nil, fmt.Errorf("sign checkpoint of %q at %d: %w", c.Origin, c.Size, err)
	}
	return k.SignText(c.text())
}

// SignText returns a note of any text, which ends with a newline.
func (k Key) SignText(text string) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return signed, nil
}

// OpenText returns the text of a note that one of the keys signed.
func OpenText(signed []byte, vkeys ...string) (string, error) {
	if len(signed) > mostText {
		return "", fmt.Errorf("%w: %d bytes", ErrCheckpoint, len(signed))
	}
	list := make([]note.Verifier, 0, len(vkeys))
	for i, vkey := range vkeys {
		if slices.Contains(vkeys[:i], vkey) {
			continue // twice the same is ambiguous to note
		}
		v, err := note.NewVerifier(strings.TrimSpace(vkey))
		if err != nil {
			return "", fmt.Errorf("key %q: %w", vkey, err)
		}
		list = append(list, v)
	}
	opened, err := note.Open(signed, note.VerifierList(list...))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	for _, sig := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return "", fmt.Errorf("%w: %w", ErrCheckpoint, err) // note itself passes over bits that mean nothing
		}
	}
	return opened.Text, nil
}

// Open reads a checkpoint that one of the keys signed.
func Open(signed []byte, vkeys ...string) (Checkpoint, error) {
	text, err := OpenText(signed, vkeys...)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("open checkpoint: %w", err)
	}
	c, err := parseText(text)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("open checkpoint: %w: %w", ErrCheckpoint, err)
	}
	return c, nil
}

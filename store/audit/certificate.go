package audit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Certificate says what was erased of a log: the content of lines, whose hashes stay in the tree.
type Certificate struct {
	Log      string
	From, To int64 // the first and the last line, from 1
	Count    int64 // how many between them, both included
	Reason   string
	Time     time.Time
	// Size and Root are those of the log when it was certified.
	Size int64
	Root tlog.Hash
}

// Text is the certificate as it is signed: one line a field.
func (c Certificate) Text() string {
	return fmt.Sprintf("dealmap/%s/certificate\nlines=%d-%d\ncount=%d\nreason=%q\ntime=%s\nsize=%d\nroot=%s\n", c.Log, c.From, c.To, c.Count,
		c.Reason, c.Time.UTC().Format(time.RFC3339), c.Size, c.Root)
}

// Certify signs a certificate, with the log's size and root and the time of now, and adds it to certificates.txt; it
// returns when that is on the disk.
func (k *Keeper) Certify(c Certificate) (note []byte, err error) {
	if _, known := titles[c.Log]; !known || c.From < 1 || c.To < c.From || c.Count < 1 || c.Count > c.To-c.From+1 {
		return nil, fmt.Errorf("certify lines %d to %d of %q: no such lines", c.From, c.To, c.Log)
	}
	l := k.log(c.Log)
	c.Time, c.Size = k.o.Now().Truncate(time.Second), l.Size()
	if c.Root, err = l.RootAt(c.Size); err != nil {
		return nil, fmt.Errorf("certify lines %d to %d of %s: %w", c.From, c.To, c.Log, err)
	}
	return k.CertifyText(c.Text())
}

// CertifyText does the same with any certificate that has a text, such as that of the consultation log. One that is there
// already is not added again, so that an erasure which is finished after a crash may certify anew.
func (k *Keeper) CertifyText(text string) (note []byte, err error) {
	if !strings.HasPrefix(text, "dealmap/") || strings.Contains(text, "\n\n") {
		return nil, fmt.Errorf("certify: %q is no certificate", text)
	}
	k.certifying.Lock()
	defer k.certifying.Unlock()
	if note, err = k.o.Key.SignText(text); err != nil {
		return nil, fmt.Errorf("certify: %w", err)
	}
	file := noteFile{filepath.Join(k.dir, CertificatesName)}
	there, err := os.ReadFile(file.path)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("certify: %w", err)
	}
	for n, bad := range proof.Notes(bytes.NewReader(there)) {
		if bad == nil && bytes.Equal(n.Text, note) {
			return note, nil
		}
	}
	if err := file.append(note); err != nil {
		return nil, fmt.Errorf("certify: %w", err)
	}
	return note, nil
}

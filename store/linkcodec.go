package store

import (
	"fmt"

	"github.com/mesure5/dealmap"
)

// The stored form of a link, besides its id, which is its key:
//
//	form      one byte, linkForm
//	terms     length ‖ owner, co-owners (none), handling
//	author    length ‖ who recorded it
//	kin       length ‖ kind, means, network, grading
//	head      length ‖ numbers, flags, and the lengths of texts, in the order of writeLink
//	texts     one after the other
//
// As in places (placewrite.go), terms, author and kin are those of many links, which share what was read once.
const linkForm = 1

// kin is what a link shares with others besides.
type kin struct {
	kind    dealmap.LinkKind
	means   dealmap.Means
	network string
	grading dealmap.Grading
}

// writeLink returns the stored form of a link.
func writeLink(l *dealmap.Link) []byte {
	f := &l.Facts
	var author, kin appender
	author.text(l.By.Subject)
	author.text(string(l.By.Role))
	author.text(string(l.By.Service))
	author.text(l.By.Unit)
	kin.text(string(f.Kind))
	kin.text(string(f.Means))
	kin.text(f.Network)
	kin.text(f.Grading.Scheme)
	kin.text(f.Grading.Source)
	kin.text(f.Grading.Information)

	var w placeWriter
	w.out = append(append(w.out, f.From[:]...), f.To[:]...)
	w.own(f.Note)
	w.own(f.SourceRecord)
	w.int(int64(l.Revision))
	w.int(int64(f.Strength))
	w.days(f.Since, f.Until)
	w.moments(l.Recorded, l.Changed)
	w.bool(l.Synthetic)
	w.bool(l.Removed)

	whole := appender{append(make([]byte, 0, 64+2*len(w.out)+len(w.texts)), linkForm)}
	whole.bytes(heldForm(dealmap.Held{Owner: f.Owner, Handling: f.Handling}))
	whole.bytes(author.out)
	whole.bytes(kin.out)
	whole.bytes(w.out)
	return append(whole.out, w.texts...)
}

// linkReader reads stored forms of links. What many of them say alike is read once. It serves one goroutine.
type linkReader struct {
	terms   map[string]*dealmap.Held
	authors map[string]*dealmap.Author
	kin     map[string]*kin
}

func newLinkReader() *linkReader {
	return &linkReader{map[string]*dealmap.Held{}, map[string]*dealmap.Author{}, map[string]*kin{}}
}

func readAuthor(s *scanner) dealmap.Author {
	return dealmap.Author{Subject: s.shared(), Role: dealmap.Role(s.shared()), Service: dealmap.Service(s.shared()), Unit: s.shared()}
}

func readKin(s *scanner) kin {
	return kin{
		dealmap.LinkKind(s.shared()), dealmap.Means(s.shared()), s.shared(),
		dealmap.Grading{Scheme: s.shared(), Source: s.shared(), Information: s.shared()},
	}
}

// link reads one from its key and its stored form.
func (r *linkReader) link(key, data []byte) (*dealmap.Link, error) {
	if len(key) != len(dealmap.ID{}) || len(data) == 0 || data[0] != linkForm {
		return nil, errStateCheck
	}
	bad := false
	terms, rest := cut(data[1:], &bad)
	author, rest := cut(rest, &bad)
	common, rest := cut(rest, &bad)
	head, texts := cut(rest, &bad)
	if bad {
		return nil, errStateCheck
	}
	held, by, k := once(r.terms, terms, &bad, readTerms), once(r.authors, author, &bad, readAuthor), once(r.kin, common, &bad, readKin)
	l := &dealmap.Link{ID: dealmap.ID(key), By: *by, Facts: dealmap.LinkFacts{
		Kind: k.kind, Means: k.means, Network: k.network, Grading: k.grading, Owner: held.Owner, Handling: held.Handling,
	}}
	h := headScanner{scanner: scanner{data: string(head)}, texts: scanner{data: string(texts)}}
	h.link(l)
	if bad || !h.done() || !h.texts.done() || len(held.CoOwners) > 0 {
		return nil, fmt.Errorf("%w: link %s", errStateCheck, l.ID)
	}
	return l, nil
}

func (h *headScanner) link(l *dealmap.Link) {
	f := &l.Facts
	f.From, f.To = h.id(), h.id()
	f.Note, f.SourceRecord = h.own(), h.own()
	l.Revision, f.Strength = int(h.int()), int(h.int())
	h.days(&f.Since, &f.Until)
	h.moments(&l.Recorded, &l.Changed)
	l.Synthetic, l.Removed = h.bool(), h.bool()
}

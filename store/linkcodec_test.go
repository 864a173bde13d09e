package store

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// fullLink returns a link all of whose values are there and differ.
func fullLink(t *testing.T) (*dealmap.Link, []varied) {
	l := &dealmap.Link{}
	all := leaves(t, "", reflect.ValueOf(l).Elem())
	for i, one := range all {
		one.set(2*i + 1)
	}
	l.Recorded = l.Recorded.In(time.FixedZone("", 7200))
	return l, all
}

// TestLinksAreStoredWhole holds that whatever a link says is in its stored form, and read from it: also what is added to links one day.
func TestLinksAreStoredWhole(t *testing.T) {
	t.Parallel()
	reader := newLinkReader()
	l, all := fullLink(t)
	if len(all) < 30 {
		t.Fatalf("only %d values", len(all))
	}
	before := writeLink(l)
	for i, one := range all {
		if one.name == ".ID" {
			continue // the key
		}
		one.set(2*i + 100)
		data := writeLink(l)
		if bytes.Equal(data, before) {
			t.Errorf("%s is not in the stored form", one.name)
		}
		got, err := reader.link(l.ID[:], data)
		if err != nil {
			t.Fatalf("%s: %v", one.name, err)
		}
		if !bytes.Equal(writeLink(got), data) {
			t.Errorf("%s: read\n%+v\nof\n%+v", one.name, got, l)
		}
		one.set(2*i + 1)
	}
	for _, l := range []*dealmap.Link{l, {}} {
		got, err := reader.link(l.ID[:], writeLink(l))
		if err != nil {
			t.Fatal(err)
		}
		sameLink(t, got, l)
	}
}

// sameLink compares two links, moments by when and in what zone they are.
func sameLink(t *testing.T, got, want *dealmap.Link) {
	t.Helper()
	a, b := *got, *want
	for _, times := range [][2]*time.Time{{&a.Recorded, &b.Recorded}, {&a.Changed, &b.Changed}} {
		if times[0].Format(time.RFC3339Nano) != times[1].Format(time.RFC3339Nano) {
			t.Errorf("%v is read as %v", times[1], times[0])
		}
		*times[0], *times[1] = time.Time{}, time.Time{}
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("read\n%+v\nof\n%+v", a, b)
	}
}

// TestLinksCutShort holds that a stored form of which a part is missing, or that goes on, is refused.
func TestLinksCutShort(t *testing.T) {
	t.Parallel()
	l, _ := fullLink(t)
	whole := writeLink(l)
	for size := range whole {
		if _, err := newLinkReader().link(l.ID[:], whole[:size]); !errors.Is(err, errStateCheck) {
			t.Fatalf("%d bytes of %d: %v", size, len(whole), err)
		}
	}
	if _, err := newLinkReader().link(l.ID[:], append(whole, 0)); !errors.Is(err, errStateCheck) {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := newLinkReader().link(l.ID[1:], whole); !errors.Is(err, errStateCheck) {
		t.Errorf("a short key: %v", err)
	}
}

// FuzzReadLink holds that no stored form makes the reader fall, and that what is read is written the same way again.
func FuzzReadLink(f *testing.F) {
	for _, l := range []*dealmap.Link{{}, {Revision: 2, Facts: dealmap.LinkFacts{Kind: dealmap.Rival, Network: "R-13-7KQ", Note: "vu"}}} {
		f.Add(writeLink(l))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var id dealmap.ID
		l, err := newLinkReader().link(id[:], data)
		if err != nil {
			return
		}
		again, err := newLinkReader().link(id[:], writeLink(l))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(writeLink(again), writeLink(l)) {
			t.Errorf("%x is read as\n%+v\nthen as\n%+v", data, l, again)
		}
	})
}

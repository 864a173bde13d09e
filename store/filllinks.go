package store

import (
	"slices"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// readLinks reads all links, in the order of their ids.
func readLinks(tx *bolt.Tx, got *sum) (links []*dealmap.Link, err error) {
	reader := newLinkReader()
	err = tx.Bucket([]byte(linksBucket)).ForEach(func(k, v []byte) error {
		got.add(sumOf(linksBucket, k, v))
		l, err := reader.link(k, v)
		if err != nil {
			return err
		}
		links = append(links, l)
		return nil
	})
	return links, err
}

// fillLinks puts links, in the order of their ids, into a state that has none, but the places that they tie: quicker than one by one.
func (s *state) fillLinks(links []*dealmap.Link) {
	ends := make([]end, 0, 2*len(links))
	for _, l := range links {
		s.links.byID.Load(string(l.ID[:]), l)
		s.links.ordered.Load(l)
		ends = append(ends, end{l.Facts.From, l.Facts.To, l.ID}, end{l.Facts.To, l.Facts.From, l.ID})
	}
	slices.SortFunc(ends, func(a, b end) int { return a.compare(&b) })
	s.webbing.ends = fillTree(s.webbing.ends, len(ends), func(i int) end { return ends[i] })
	for _, l := range links {
		s.strand(l.ID, l)
	}
}

// byID has links by their ids.
func byID(links []*dealmap.Link) map[dealmap.ID]*dealmap.Link {
	all := make(map[dealmap.ID]*dealmap.Link, len(links))
	for _, l := range links {
		all[l.ID] = l
	}
	return all
}

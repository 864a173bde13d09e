package store

import (
	"cmp"
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

// takeLinks puts links, in the order of their ids, into a state that has all the places that they tie, but no links: quicker than one by one.
func (f *filling) takeLinks(links []*dealmap.Link) {
	ends, ranks := make([]end, 0, 2*len(links)), make([]rank, 0, 2*len(links))
	for _, l := range links {
		f.links.byID.Load(string(l.ID[:]), l)
		f.links.ordered.Load(l)
		ends = append(ends, end{l.Facts.From, l.Facts.To, l.ID}, end{l.Facts.To, l.Facts.From, l.ID})
		ranks = append(ranks, rankOf(string(l.Facts.From[:]), len(ranks)), rankOf(string(l.Facts.To[:]), len(ranks)+1))
	}
	slices.SortFunc(ends, func(a, b end) int { return a.compare(&b) })
	f.webbing.ends = fillTree(f.webbing.ends, len(ends), func(i int) end { return ends[i] })
	records := f.find(ranks)
	for i, l := range links {
		made, box := f.twist(l, records[2*i], records[2*i+1])
		f.strands.put(l, made, box)
	}
}

// find returns the records of ids, by the numbers in their ranks, nil where there is none: both are gone through in their order, which is
// quicker than to look for each.
func (f *filling) find(ids []rank) []*record {
	sortRanks(ids, cmp.Compare[uint32])
	found := make([]*record, len(ids))
	rest := f.records
	for _, id := range ids {
		for len(rest) > 0 {
			at := rankOf(string(rest[0].id[:]), 0)
			if at.first == id.first && at.second == id.second {
				found[id.item] = rest[0]
			}
			if at.first > id.first || at.first == id.first && at.second >= id.second {
				break
			}
			rest = rest[1:]
		}
	}
	return found
}

// byID has links by their ids.
func byID(links []*dealmap.Link) map[dealmap.ID]*dealmap.Link {
	all := make(map[dealmap.ID]*dealmap.Link, len(links))
	for _, l := range links {
		all[l.ID] = l
	}
	return all
}

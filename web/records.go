package web

import (
	"slices"
	"sync/atomic"

	"github.com/mesure5/dealmap"
	"github.com/prometheus/client_golang/prometheus"
)

// records keeps, within a bound, how places were written for lists, so that what many people ask for again and again is written once. What
// is kept is found only for an equal sight, which Scope.See must have made for whoever asks now: it shows them nothing that their own sight
// does not say, and a place that changes, a grant that ends or an embargo that begins makes another sight or none. Nobody waits for it.
type records struct {
	most    int64 // bytes
	buckets []bucketOfRecords
	size    atomic.Int64
	hand    atomic.Uint64 // the bucket that gives way next
	erased  atomic.Uint64 // up to this entry nothing of erased records is kept
	door    *doorkeeper

	asked, made atomic.Uint64
}

// bucketOfRecords is as long as a line of the processor's cache: looking takes one read of memory beside that of what is found.
type bucketOfRecords struct {
	hints   [4]atomic.Uint64 // of what lies there, or lay or will lie there
	records [4]atomic.Pointer[writtenRecord]
}

// writtenRecord is never changed once it is kept. It is as long as a line of the processor's cache.
type writtenRecord struct {
	sight dealmap.Sight
	form  form
	text  string // without the distance
	gap   int    // where in the text a distance goes
}

// aroundARecord is what a record takes beside its text, in bytes: itself, its share of what the allocator rounds up, its place in a bucket. The
// place that its sight is of is not counted, some 750 bytes where the map does not keep it whole itself.
const aroundARecord = 160

func (r *writtenRecord) bytes() int64 { return int64(len(r.text)) + aroundARecord }

// newRecords makes room for as many bytes; none are kept when that is less than a record.
func newRecords(most int) *records {
	r := &records{most: int64(most)}
	n := 2
	for n*aboutAFeature < most {
		n *= 2
	}
	r.buckets = make([]bucketOfRecords, n/2) // room for twice as many as fit into the memory: few buckets are then too full
	r.door = newDoorkeeper(n)
	return r
}

// mostOfARecord is the longest text that is kept, in bytes; hardly any is longer.
const mostOfARecord = 8 << 10

// slotOf tells apart the ways in which an equal sight is written.
func slotOf(sight dealmap.Sight, f form) uint64 {
	slot := sight.Slot() ^ uint64(f.properties()^allProperties)*0x9e3779b97f4a7c15 // as Slot does
	if f&exporting != 0 {
		slot = ^slot
	}
	return slot
}

func (r *records) bucket(slot uint64) *bucketOfRecords {
	return &r.buckets[slot>>16&uint64(len(r.buckets)-1)]
}

// get returns what was written for an equal sight, nil when it is not kept.
func (r *records) get(sight dealmap.Sight, f form) *writtenRecord {
	slot := slotOf(sight, f)
	b := r.bucket(slot)
	for i := range b.hints {
		if b.hints[i].Load() == slot {
			if one := b.records[i].Load(); one != nil && one.is(sight, f) {
				return one
			}
		}
	}
	return nil
}

// together is how many places are looked up step by step side by side.
const together = 64

// find gets what was written of places, and returns how many are kept. They lie anywhere in memory, of which the processor fetches much at
// once when nothing else is done between: each step of looking is taken for many before the next.
func (r *records) find(places []found, f form) (kept int) {
	var slots [together]uint64
	for some := range slices.Chunk(places, together) {
		for i := range some {
			slots[i] = slotOf(some[i].sight, f)
			r.bucket(slots[i]).hints[0].Load()
		}
		for i := range some {
			some[i].written = r.bucket(slots[i]).hinted(slots[i])
		}
		for i := range some {
			if one := some[i].written; one != nil && !one.is(some[i].sight, f) {
				some[i].written = r.get(some[i].sight, f) // the hint is of another, or of what lay there
			}
		}
		for i := range some {
			if one := some[i].written; one != nil && one.text[0] == '{' { // so that the text is on its way
				kept++
			}
		}
	}
	return kept
}

// hinted returns what lies where a hint says that it could be.
func (b *bucketOfRecords) hinted(slot uint64) *writtenRecord {
	for i := range b.hints {
		if b.hints[i].Load() == slot {
			return b.records[i].Load()
		}
	}
	return nil
}

// is reports whether it was written of an equal sight in a form.
func (r *writtenRecord) is(sight dealmap.Sight, f form) bool { return r.sight == sight && r.form == f }

// worth reports whether what will be written for a sight is to be kept: as long as there is room everything is, and then what was asked for
// lately already. Who goes once through a map that is larger than the memory then neither fills it nor waits for that.
func (r *records) worth(sight dealmap.Sight, f form) bool {
	return r.size.Load() < r.most-r.most/16 || r.door.again(slotOf(sight, f))
}

// put keeps a record that was written from a map whose last erasure is an entry.
func (r *records) put(one *writtenRecord, erased dealmap.Seq) {
	if one.bytes() > min(r.most, mostOfARecord) {
		return
	}
	slot := slotOf(one.sight, one.form)
	b := r.bucket(slot)
	at := int(slot >> 8 & 3)
	for i := range b.hints {
		if b.hints[i].Load() == slot {
			at = i
			break
		}
		if b.records[i].Load() == nil {
			at = i
		}
	}
	b.hints[at].Store(slot)
	r.change(one, b.records[at].Swap(one))
	// Whoever forgets says so first and clears then: this is either cleared, or sees here that it is too late.
	if r.erased.Load() > uint64(erased) && b.records[at].CompareAndSwap(one, nil) {
		r.change(nil, one)
	}
	for r.size.Load() > r.most {
		r.clear(&r.buckets[r.hand.Add(1)&uint64(len(r.buckets)-1)])
	}
}

func (r *records) change(added, gone *writtenRecord) {
	var by int64
	if added != nil {
		by += added.bytes()
	}
	if gone != nil {
		by -= gone.bytes()
	}
	r.size.Add(by)
}

func (r *records) clear(b *bucketOfRecords) {
	for i := range b.records {
		r.change(nil, b.records[i].Swap(nil))
	}
}

// forget lets go of everything that was written before an entry that erased a record for good.
func (r *records) forget(erased dealmap.Seq) {
	for {
		before := r.erased.Load()
		if uint64(erased) <= before {
			return
		}
		if r.erased.CompareAndSwap(before, uint64(erased)) {
			for i := range r.buckets {
				r.clear(&r.buckets[i])
			}
			return
		}
	}
}

// count counts the places of a page, and those that were kept.
func (r *records) count(asked, kept int) {
	r.asked.Add(uint64(asked))
	r.made.Add(uint64(asked - kept))
}

func (r *records) metrics() []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "dealmap_kept_records_asked_total", Help: "Places of lists."},
			func() float64 { return float64(r.asked.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "dealmap_kept_records_made_total", Help: "Places of lists that were written: the others were kept from before."},
			func() float64 { return float64(r.made.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "dealmap_kept_records_bytes", Help: "Memory of the places of lists that are kept as they were written."},
			func() float64 { return float64(r.size.Load()) }),
	}
}

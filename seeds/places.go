package seeds

import (
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// Places yields n synthetic places in the order of the départements' codes, as the commands that open their records: marked
// synthetic, possible duplicates accepted, facts complete. [Distribution] says how many lie where; within a département they
// lie around the centres of its communes, more and farther out where more people live, never in the sea.
//
// The same n, seed, territories and asOf give the same places; another seed gives others. Dates are at most asOf; the
// embargoes and most reviews are after it. The territories are usually those of [Territories]. Places are made one by one as
// they are asked for, about a million in four seconds. Where no commune of a département has a known centre, as never happens
// with those territories, the others share its places.
func Places(n int, seed uint64, terr *geo.Territories, asOf time.Time) iter.Seq[dealmap.AddPlace] {
	return func(yield func(dealmap.AddPlace) bool) {
		where := allGrounds(terr)
		var peopled []geo.Territory
		for _, d := range terr.Level(dealmap.LevelDepartement) {
			if where[d.Code] != nil {
				peopled = append(peopled, d)
			}
		}
		counts := distribute(n, peopled)
		for _, d := range peopled {
			w := writer{
				departement: d, grounds: where[d.Code], seed: seed ^ hash(d.Code.ID()), today: dealmap.DateOf(asOf.UTC()),
				networks: 2 + int(float64(d.Population)/60_000),
			}
			for k := range counts[d.Code] {
				if !yield(w.place(uint64(k))) {
					return
				}
			}
		}
	}
}

func hash(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}

// writer makes the places of one département.
type writer struct {
	departement geo.Territory
	grounds     *grounds
	seed        uint64
	today       dealmap.Date
	networks    int
}

// Streams of random numbers, so that places, estates and networks do not follow each other.
const (
	placeStream   = 1 << 56
	estateStream  = 2 << 56
	networkStream = 3 << 56
)

// estate is what the places in one estate share.
type estate struct {
	position orb.Point
	name     string
	street   string
	network  string
	landlord string
}

func (w *writer) estateOf(g *ground, number int) estate {
	rng := rand.New(rand.NewPCG(w.seed^hash(g.commune), estateStream|uint64(number)))
	e := estate{position: g.estate(rng), name: fictional(estateWords, rng), street: fictional(streetWords, rng)}
	if rng.IntN(100) < 45 {
		e.network = w.network(rng.IntN(w.networks))
	}
	if rng.IntN(100) < 40 {
		e.landlord = pick(rng, landlords) + " " + w.departement.Code.ID()
	}
	return e
}

// network is the code of one of the département's networks.
func (w *writer) network(number int) string {
	return opaque("R", w.departement.Code.ID(), letters, 3, rand.New(rand.NewPCG(w.seed, networkStream|uint64(number))))
}

// place makes the k-th place of the département; it is the same however many there are.
func (w *writer) place(k uint64) dealmap.AddPlace {
	rng := rand.New(rand.NewPCG(w.seed, placeStream|k))
	add := dealmap.AddPlace{AcceptDuplicates: true, Synthetic: true}
	add.ID = newID(rng)
	g := w.grounds.draw(rng)
	e := w.estateOf(g, rng.IntN(g.estates))
	f := &add.Facts
	f.Commune, f.CommuneYear = g.commune, g.year
	f.Kind = pickShare(rng, kinds)
	f.Accuracy = pickShare(rng, accuracies[f.Kind.IsDealPoint()])
	if f.Accuracy != dealmap.AccuracyCommune {
		position := g.near(e.position, rng)
		f.Position = &position
	}
	w.describe(f, e, rng)
	w.own(f, g.population, rng)
	w.live(&add, rng)
	w.handle(f, rng)
	return add
}

// newID draws a random UUID, version 4.
func newID(rng *rand.Rand) (id dealmap.ID) {
	for i, half := range []uint64{rng.Uint64(), rng.Uint64()} {
		for b := range 8 {
			id[8*i+b] = byte(half >> (8 * b))
		}
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

package dealmap

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

func randomFilter(r *rand.Rand) Filter {
	day := DateOf(noon)
	var f Filter
	maybe := func(set func()) {
		if r.IntN(4) == 0 {
			set()
		}
	}
	maybe(func() { f.Territory = []TerritoryCode{"dep:13", "com:84007", "zone:nord", France}[r.IntN(4)] })
	maybe(func() { f.Statuses = []Status{Active, Status(Statuses()[r.IntN(5)].Value)} })
	maybe(func() { f.Kinds = []Kind{Kind(Kinds()[r.IntN(10)].Value), Street} })
	maybe(func() { f.Products = []Product{Product(Products()[r.IntN(8)].Value)} })
	maybe(func() { f.Services = []Service{[]Service{ServicePN, ServiceGN}[r.IntN(2)]} })
	maybe(func() { f.Network = []string{"R-13-7KQ", "R-13-ZZZ"}[r.IntN(2)] })
	maybe(func() { f.Text = []string{"lavoir", "13055", "nulle part"}[r.IntN(3)] })
	maybe(func() { f.ConfirmedBefore = day.AddDays(r.IntN(5) - 2) })
	maybe(func() { f.ConfirmedAfter = day.AddDays(r.IntN(5) - 2) })
	maybe(func() { f.Due = day.AddDays(r.IntN(5) - 2) })
	f.DealPoints = r.IntN(2) == 0
	return f
}

// TestSieveIsSeeAndMatch judges every place through others of its ground, terms and traits, as a gathering does, and wants what
// Scope.See, Filter.Match and Sight.Anchor say of the place itself.
func TestSieveIsSeeAndMatch(t *testing.T) {
	t.Parallel()
	r := seed(t)
	day := DateOf(noon)
	places := make([]*Place, 1500)
	grounds, terms, traits := map[Ground][]*Place{}, map[Terms][]*Place{}, map[Traits][]*Place{}
	for i := range places {
		p := randomPlace(r, i)
		p.Facts.Kind = Kind(Kinds()[r.IntN(10)].Value)
		p.Facts.Products = [][]Product{nil, {"cannabis"}, {"cannabis", "heroin"}}[r.IntN(3)]
		p.Facts.Networks = [][]string{nil, {"R-13-7KQ"}}[r.IntN(2)]
		if r.IntN(5) > 0 {
			p.Facts.LastSeen = day.AddDays(r.IntN(5) - 2)
		}
		if r.IntN(3) > 0 {
			p.Facts.NextReview = day.AddDays(r.IntN(5) - 2)
		}
		if r.IntN(3) == 0 {
			p.Status, p.Closing = Closed, &Closing{Reason: ClosingReason(ClosingReasons()[r.IntN(5)].Value), Date: day}
		}
		switch r.IntN(10) {
		case 0:
			p.Facts.Position = nil
		case 1:
			p.Facts.Accuracy = AccuracyCommune
		}
		places[i] = p
		grounds[p.Ground()] = append(grounds[p.Ground()], p)
		terms[p.Terms()] = append(terms[p.Terms()], p)
		traits[p.Traits()] = append(traits[p.Traits()], p)
	}
	if most := len(places) / 4; len(grounds) > most || len(terms) > most || len(traits) > most {
		t.Fatalf("%d grounds, %d terms, %d traits: too few places share them to say", len(grounds), len(terms), len(traits))
	}
	one := func(list []*Place) *Place { return list[r.IntN(len(list))] }
	counted := 0
	for range 400 {
		scope, filter := NewScope(randomViewer(r), day.AddDays(r.IntN(3)-1)), randomFilter(r)
		sieve := NewSieve(&scope, &filter)
		first, last := sieve.Confirmed()
		for _, p := range places {
			ground := one(grounds[p.Ground()]).Territories
			at, within := sieve.Standing(ground), sieve.Within(ground)
			like := one(terms[p.Terms()]).Held()
			d := sieve.Detail(&like, at)
			n := p.Facts.LastSeen.Days()
			got := within && d != Nothing && sieve.Admits(&like, d) && sieve.Traits(one(traits[p.Traits()]).Features(), d) && first <= n && n <= last &&
				(!sieve.Singly() || sieve.Passes(p, d))
			sight, ok := scope.See(p)
			if want := ok && filter.Match(sight); got != want {
				t.Fatalf("%+v, %+v: the sieve says %v, See and Match say %v of %+v", scope.Viewer(), filter, got, want, p)
			}
			if !got {
				continue
			}
			counted++
			where, has := d.Anchor(p)
			if want, wanted := sight.Anchor(); d != sight.Detail() || where != want || has != wanted {
				t.Fatalf("detail %d anchored at %v (%v) instead of %d at %v (%v)", d, where, has, sight.Detail(), want, wanted)
			}
			if other := one(places); other.HasPosition() && p.HasPosition() {
				if _, too := d.Anchor(other); too != has {
					t.Fatalf("detail %d anchors one place and not another", d)
				}
			}
		}
	}
	if counted == 0 {
		t.Fatal("nothing was counted")
	}
}

// TestTermsAndGroundNameAllThatThePolicyReads changes each member of what the policy may read (audience): no change may go
// unnoticed, also none of a member that is added later.
func TestTermsAndGroundNameAllThatThePolicyReads(t *testing.T) {
	t.Parallel()
	if n := reflect.TypeFor[audience]().NumField(); n != 6 {
		t.Fatalf("an audience has %d members; this test changes the 4 that are of a place", n)
	}
	base := func() *Place {
		return &Place{Status: Active, Facts: marseille(), Territories: []TerritoryCode{"com:13055", "dep:13"}}
	}
	check := func(what string, change func(*Place)) {
		p := base()
		change(p)
		if p.Terms() == base().Terms() && p.Ground() == base().Ground() {
			t.Errorf("another %s, the same terms and ground", what)
		}
	}
	parts := map[string]func(*Place) reflect.Value{
		"owner":    func(p *Place) reflect.Value { return reflect.ValueOf(&p.Facts.Owner).Elem() },
		"handling": func(p *Place) reflect.Value { return reflect.ValueOf(&p.Facts.Handling).Elem() },
	}
	for name, part := range parts {
		for i := range part(base()).NumField() {
			check(name+"."+part(base()).Type().Field(i).Name, func(p *Place) {
				switch f := part(p).Field(i); f.Kind() {
				case reflect.String:
					f.SetString("autre")
				case reflect.Bool:
					f.SetBool(!f.Bool())
				case reflect.Slice:
					f.Set(reflect.ValueOf([]string{"autre"}))
				case reflect.Struct:
					f.Set(reflect.ValueOf(DateOf(noon)))
				default:
					t.Fatalf("%s is of a kind that this test does not know", name)
				}
			})
		}
	}
	check("territory", func(p *Place) { p.Territories = p.Territories[:1] })
	check("territory", func(p *Place) { p.Territories = []TerritoryCode{"com:13055,dep:13"} })
	check("co-owner", func(p *Place) { p.Facts.CoOwners = []Owner{{ServiceGN, "BR"}} })
	check("group", func(p *Place) { p.Facts.Handling.Groups = []string{"a", "b"} })
}

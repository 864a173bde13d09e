package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// chronicle is a map with every state that it was in.
type chronicle struct {
	r      *rand.Rand
	state  *state
	at     time.Time
	ids    []dealmap.ID
	past   []*Snapshot
	times  []time.Time
	chains [][]dealmap.TerritoryCode
}

func newChronicle(t *testing.T, r *rand.Rand, entries int) *chronicle {
	c := &chronicle{
		r: r, state: newState(), at: time.Date(2023, 1, 3, 9, 0, 0, 0, time.UTC),
		chains: [][]dealmap.TerritoryCode{
			{"com:13055", "arr:133", "dep:13", "reg:93", "zone:sud"}, {"com:13001", "arr:131", "dep:13", "reg:93", "zone:sud"}, {"dep:13", "reg:93", "zone:sud"},
			{"com:84007", "arr:841", "dep:84", "reg:93", "zone:sud"}, {"com:59350", "arr:595", "dep:59", "reg:32", "zone:nord"},
		},
	}
	for range entries {
		c.at = c.at.Add(time.Duration(1+r.IntN(60)) * time.Hour)
		id, body := c.entry()
		if body == nil {
			continue
		}
		if _, err := c.state.fold(dealmap.Event{Seq: c.state.seq + 1, Time: c.at, Subject: id, Kind: kindOf(body), Body: body}); err != nil {
			t.Fatal(err)
		}
		c.past, c.times = append(c.past, c.state.snapshot()), append(c.times, c.at)
	}
	return c
}

func kindOf(body dealmap.Body) dealmap.EventKind {
	switch body.(type) {
	case dealmap.PlaceAdded:
		return dealmap.EventPlaceAdded
	case dealmap.PlaceStepped:
		return dealmap.EventPlaceStepped
	case dealmap.PlaceConfirmed:
		return dealmap.EventPlaceConfirmed
	case dealmap.PlaceChanged:
		return dealmap.EventPlaceChanged
	case dealmap.PlaceErased:
		return dealmap.EventPlaceErased
	}
	return dealmap.EventPlaceFiled
}

func one_[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// entry draws what happens next: places come, change, are confirmed, restricted, moved, merged, withdrawn and erased.
func (c *chronicle) entry() (dealmap.ID, dealmap.Body) {
	r, today := c.r, dealmap.DateOf(c.at)
	if len(c.ids) < 5 || r.IntN(4) == 0 {
		id := dealmap.ID{byte(len(c.ids) + 1), byte(r.Uint32()), 6: 0x40, 8: 0x80}
		c.ids = append(c.ids, id)
		position := &orb.Point{5.2 + r.Float64()*0.3, 43.2 + r.Float64()*0.2}
		if r.IntN(5) == 0 {
			position = nil
		}
		facts := dealmap.Facts{
			Kind: one_(r, dealmap.Street, dealmap.Four, dealmap.Drive, dealmap.Delivery, dealmap.StashFlat), Name: "Lieu", Position: position, Accuracy: dealmap.AccuracyStreet,
			Products: one_(r, nil, []dealmap.Product{"cannabis"}, []dealmap.Product{"cannabis", "cocaine"}), Intensity: r.IntN(6),
			Owner:    dealmap.Owner{Service: one_(r, dealmap.ServicePN, dealmap.ServiceGN), Unit: one_(r, "Cross 13", "BR Aubagne")},
			Handling: c.handling(today), FirstSeen: today.AddDays(-r.IntN(400)), LastSeen: today.AddDays(-r.IntN(3)), NextReview: today.AddDays(r.IntN(120)),
		}
		added := dealmap.PlaceAdded{Status: one_(r, dealmap.Reported, dealmap.Active, dealmap.Disrupted, dealmap.Closed), Facts: facts, Territories: one_(r, c.chains...)}
		if added.Status == dealmap.Closed {
			added.Closing = &dealmap.Closing{Reason: dealmap.Faded, Date: today}
		}
		return id, added
	}
	id := one_(r, c.ids...)
	p := c.state.Place(id)
	if p == nil {
		return id, nil
	}
	switch r.IntN(9) {
	case 0, 1, 2:
		to := one_(r, dealmap.Active, dealmap.Disrupted, dealmap.Dormant, dealmap.Closed)
		step := dealmap.PlaceStepped{From: p.Status, To: to, Date: today}
		if to == dealmap.Closed {
			step.Closing = &dealmap.Closing{Reason: one_(r, dealmap.Dismantled, dealmap.Displaced, dealmap.Mistake), Date: today}
		}
		return id, step
	case 3, 4:
		return id, dealmap.PlaceConfirmed{Date: today, Review: today.AddDays(90)}
	case 5:
		h := c.handling(today)
		embargo := "null"
		if !h.EmbargoUntil.IsZero() {
			embargo = `"` + h.EmbargoUntil.String() + `"`
		}
		return id, dealmap.PlaceChanged{Patch: []byte(fmt.Sprintf(`{"handling":{"reach":%q,"code":%q,"blurred":%v,"embargo_until":%s}}`, h.Reach, h.Code, h.Blurred, embargo))}
	case 6:
		return id, dealmap.PlaceChanged{Patch: []byte(fmt.Sprintf(`{"position":[%v,%v],"products":["crack"]}`, 5.2+r.Float64()*0.3, 43.2+r.Float64()*0.2)), Territories: one_(r, c.chains...)}
	case 7:
		return id, dealmap.PlaceFiled{Into: one_(r, dealmap.ID{}, one_(r, c.ids...)), Withdrawn: r.IntN(6) == 0}
	default:
		if r.IntN(6) == 0 {
			return id, dealmap.PlaceErased{}
		}
		return id, nil
	}
}

func (c *chronicle) handling(today dealmap.Date) dealmap.Handling {
	h := dealmap.Handling{Reach: one_(c.r, dealmap.ReachNational, dealmap.ReachService, dealmap.ReachDepartement, dealmap.ReachZone), Code: "H0", Blurred: c.r.IntN(2) == 0}
	if c.r.IntN(5) == 0 {
		h.EmbargoUntil = today.AddDays(c.r.IntN(60))
	}
	return h
}

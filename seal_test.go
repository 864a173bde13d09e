package dealmap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// everyKind holds one event of each kind; a new kind that is missing here fails TestEveryKindIsGolden.
func everyKind() []Event {
	author := Author{Subject: "cross13", Role: RoleCross, Service: ServicePN, Unit: "Cross 13"}
	facts := marseille()
	facts.Owner = Owner{ServicePN, "Cross 13"}
	facts.Handling = Handling{Reach: ReachGroup, Code: "H1", Groups: []string{"Aurore"}, EmbargoUntil: DateOf(noon), Blurred: true}
	facts.Grading = Grading{"europol", "B", "2"}
	facts.FirstSeen, facts.LastSeen, facts.NextReview = DateOf(noon), DateOf(noon), DateOf(noon).AddDays(90)
	facts.Address, facts.Landlord, facts.Note, facts.CommuneYear = "12 rue des Lilas", "Bailleur", "hall « A »", 2025
	facts.Lookouts, facts.Obstacles, facts.Cameras, facts.SourceRecord = true, true, true, "liste.csv:12"
	bodies := []Body{
		PlaceAdded{Reference: "13-K7QF", Status: Closed, Facts: facts, Territories: chains["com:13055"], Synthetic: true,
			Closing: &Closing{Reason: Displaced, Date: DateOf(noon), Operation: "OP 12", DisplacedTo: "13-K7QF"}},
		PlaceChanged{Patch: json.RawMessage(`{"hours":null,"intensity":4}`), Territories: chains["com:13001"]},
		PlaceStepped{From: Active, To: Closed, Date: DateOf(noon), Closing: &Closing{Reason: Faded, Date: DateOf(noon)}, Note: "n", Review: DateOf(noon)},
		PlaceConfirmed{Date: DateOf(noon), Note: "vu", Review: DateOf(noon).AddDays(90)},
		GrantGiven{Grant: Grant{ID: id(9), Subject: "gn", Name: "GN", Role: RoleInvestigator, Service: ServiceGN, Unit: "SR", Groups: []string{"Aurore"},
			Territories: []TerritoryCode{"dep:13"}, Chains: [][]TerritoryCode{chains["dep:13"]}, From: noon, Until: noon.AddDate(1, 0, 0), By: "admin"}},
		GrantEnded{At: noon},
		PlaceErased{Reason: "order", Decision: "D-2026-12", Entries: []Seq{1, 2, 3}},
		TokenGiven{Token: Token{ID: id(10), Subject: "gn", Grant: id(9), Name: "QGIS", Territories: []TerritoryCode{"dep:13"}, Motive: "enquête",
			Case: "C-1", From: noon, Until: noon.AddDate(0, 1, 0)}},
		TokenEnded{At: noon},
		ReportSubmitted{Statement: Statement{Text: "allées et venues", Address: "12 rue des Lilas", Commune: "13055", Position: point(5.37, 43.3),
			Products: []Product{"crack"}, Hours: "Mo-Fr 18:00-23:00", Seen: DateOf(noon)}, Territories: chains["com:13055"]},
		ReportSettled{Status: ReportKept, Answer: "merci"},
		PlaceMerged{Member: id(20), Take: map[string]Side{"name": SideFrom}, Winners: []Winner{{"name", SideFrom, "choisi à la fusion"}},
			Change: ContentChange{Patch: json.RawMessage(`{"name":"Tour B"}`), Territories: chains["com:13055"], Status: Closed,
				Closing: &Closing{Reason: Faded, Date: DateOf(noon)}}},
		PlaceSplit{Member: id(20), Change: ContentChange{Patch: json.RawMessage(`{"name":"Tour A"}`)}, Moved: []string{"hours"}},
		PlaceFiled{Into: id(1), Withdrawn: true, Change: ContentChange{Patch: json.RawMessage(`{"hours":"Mo-Su 12:00-22:00"}`)}},
		PairSettled{A: id(1), B: id(20), Verdict: VerdictNeighbours},
		ImportMoved{To: ImportComing, Name: "liste.csv", Digest: Hash{1, 2}, Counts: ImportCounts{Rows: 3, Added: 1, Merged: 1, Quarantined: 1}, KeepEdited: true},
		OperationRecorded{Reference: "OP-13-K7QF", Territories: chains["dep:13"], Facts: OperationFacts{Type: Judicial, From: DateOf(noon), Until: DateOf(noon).AddDays(2),
			Territory: "dep:13", Places: []ID{id(1)}, Note: "n", Owner: Owner{ServicePN, "Cross 13"}, Handling: Handling{Reach: ReachNational, Code: "H1"},
			Results: Results{Arrests: 1, Custody: 2, Fines: 3, Checks: 4, CannabisGrams: 5, CocaineGrams: 6, HeroinGrams: 7, OtherDrugsGrams: 8, CashEuros: 9,
				Weapons: 10, Vehicles: 11, PlacesClosed: 12}}},
		OperationChanged{Patch: json.RawMessage(`{"note":null,"results":{"arrests":4}}`), Territories: chains["com:13055"], Removed: true},
		MeetingNoted{Territory: "dep:13", Territories: chains["dep:13"], Date: DateOf(noon), Removed: true},
		LinkRecorded{Synthetic: true, Facts: LinkFacts{From: id(1), To: id(20), Kind: Supplies, Means: "road", Strength: 3, Since: DateOf(noon), Until: DateOf(noon),
			Network: "R-13-7KQ", Note: "n", Owner: Owner{ServicePN, "Cross 13"}, Grading: Grading{"europol", "B", "2"},
			Handling: Handling{Reach: ReachNational, Code: "H1"}, SourceRecord: "liens.csv:12"}},
		LinkChanged{Patch: json.RawMessage(`{"means":null,"strength":4}`), Removed: true},
		LinkErased{Reason: "order", Decision: "D-2026-12", Entries: []Seq{21, 22}},
		NetworkRecorded{Code: "R-13-7KQ", Territories: chains["dep:13"], Facts: NetworkFacts{Territory: "dep:13", Status: NetworkActive,
			Products: []Product{"cannabis"}, Since: DateOf(noon), Until: DateOf(noon), Note: "n", Owner: Owner{ServicePN, "Cross 13"},
			Grading: Grading{"europol", "B", "2"}, Handling: Handling{Reach: ReachNational, Code: "H1"}, CaseRefs: []string{"PV-1"}}},
		NetworkChanged{Patch: json.RawMessage(`{"note":null}`), Territories: chains["com:13055"], Removed: true},
	}
	events := make([]Event, len(bodies))
	for i, body := range bodies {
		events[i] = Event{Seq: Seq(i + 1), Time: noon, Author: author, Motive: "enquête", Case: "C-1", Kind: body.kind(), Subject: id(i + 1), Body: body}
	}
	events[1].Request = Request{Key: [16]byte{1, 2}, Digest: [16]byte{3, 4}}
	return events
}

// TestEveryKindIsGolden keeps the journal readable for ever: the bytes of every kind of event must not drift.
func TestEveryKindIsGolden(t *testing.T) {
	t.Parallel()
	salt := bytes.Repeat([]byte{0x5a}, SaltSize)
	var prev Hash
	var chain []Sealed
	for _, e := range everyKind() {
		sealed, err := Seal(prev, e, salt)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join("testdata", "golden", string(e.Kind)+".txt")
		text := fmt.Appendf(nil, "%s\n%s\n%s\n", sealed.Header, sealed.Body, sealed.Hash)
		if *update {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, want) {
			t.Errorf("%s: bytes differ from the golden file:\n%s%s", e.Kind, text, want)
		}
		back, hash, err := Unseal(prev, sealed.Header, salt, sealed.Body)
		if err != nil || hash != sealed.Hash || !reflect.DeepEqual(back, e) {
			t.Errorf("%s does not come back: %+v, %v", e.Kind, back, err)
		}
		prev = sealed.Hash
		chain = append(chain, sealed)
	}
	for _, kind := range EventKinds() {
		if _, err := os.Stat(filepath.Join("testdata", "golden", kind.Value+".txt")); err != nil {
			t.Error(err)
		}
	}
	if len(chain) != len(EventKinds()) {
		t.Errorf("%d kinds, want %d", len(chain), len(EventKinds()))
	}
}

func TestUnsealFindsEveryChangedByte(t *testing.T) {
	t.Parallel()
	r := seed(t)
	salt := bytes.Repeat([]byte{7}, SaltSize)
	e := everyKind()[0]
	sealed, err := Seal(Hash{1}, e, salt)
	if err != nil {
		t.Fatal(err)
	}
	for range 500 {
		head, body, s := bytes.Clone(sealed.Header), bytes.Clone(sealed.Body), bytes.Clone(salt)
		part := [][]byte{head, body, s}[r.IntN(3)]
		part[r.IntN(len(part))] ^= byte(1 + r.IntN(255))
		_, hash, err := Unseal(Hash{1}, head, s, body)
		if err == nil && hash == sealed.Hash {
			t.Fatal("a changed byte went unnoticed")
		}
	}
	if _, _, err := Unseal(Hash{2}, sealed.Header, salt, sealed.Body); !errors.Is(err, ErrTampered) {
		t.Errorf("wrong predecessor: %v", err)
	}
	erased, hash, err := Unseal(Hash{1}, sealed.Header, nil, nil)
	if err != nil || erased.Body != nil || hash != sealed.Hash {
		t.Errorf("an erased body breaks the chain: %v", err)
	}
}

func TestFoldOfErasedEntries(t *testing.T) {
	t.Parallel()
	events := everyKind()
	add := events[0]
	p, err := Fold(nil, add)
	if err != nil {
		t.Fatal(err)
	}
	gone := Event{Seq: 9, Subject: add.Subject, Kind: EventPlaceChanged}
	if after, err := Fold(p, gone); err != nil || after.Revision != 2 || after.Facts.Name != p.Facts.Name {
		t.Errorf("an erased change: %+v, %v", after, err)
	}
	if after, err := Fold(nil, gone); err != nil || after != nil {
		t.Errorf("a change of an erased place: %+v, %v", after, err)
	}
	if _, err := Fold(p, add); err == nil {
		t.Error("a place was opened twice")
	}
	if _, err := Fold(p, events[4]); err == nil {
		t.Error("a grant was folded into a place")
	}
}

func FuzzUnseal(f *testing.F) {
	sealed, err := Seal(Hash{}, everyKind()[0], make([]byte, SaltSize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed.Header, sealed.Body)
	f.Fuzz(func(t *testing.T, head, body []byte) {
		if e, _, err := Unseal(Hash{}, head, make([]byte, SaltSize), body); err == nil && body != nil && e.Body == nil {
			t.Fatal("a body was lost")
		}
	})
}

package dealmap

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// OperationType says what kind of operation was carried out.
type OperationType string

// The types of operation.
const (
	Pilonnage    OperationType = "pilonnage"    // repeated presence and checks
	Judicial     OperationType = "judicial"     // arrests in a case
	Dissuasion   OperationType = "dissuasion"   // presence that keeps buyers and sellers away
	Reinvestment OperationType = "reinvestment" // the place is taken back: works, lighting, life
)

// OperationTypes returns the types of operation with their labels.
func OperationTypes() []Term {
	return []Term{{"pilonnage", "Pilonnage"}, {"judicial", "Opération judiciaire"}, {"dissuasion", "Dissuasion"}, {"reinvestment", "Réinvestissement"}}
}

// Results are what an operation brought, counted. They are numbers only: nobody is named or told apart.
type Results struct {
	Arrests         int `json:"arrests,omitempty"`
	Custody         int `json:"custody,omitempty"`
	Fines           int `json:"fines,omitempty"` // amendes forfaitaires délictuelles
	Checks          int `json:"checks,omitempty"`
	CannabisGrams   int `json:"cannabis_g,omitempty"`
	CocaineGrams    int `json:"cocaine_g,omitempty"`
	HeroinGrams     int `json:"heroin_g,omitempty"`
	OtherDrugsGrams int `json:"other_drugs_g,omitempty"`
	CashEuros       int `json:"cash_eur,omitempty"`
	Weapons         int `json:"weapons,omitempty"`
	Vehicles        int `json:"vehicles,omitempty"`
	PlacesClosed    int `json:"places_closed,omitempty"`
}

// resultCount is one count of Results: its label, the most that is no slip of the keyboard, and where it is kept.
type resultCount struct {
	name, label string
	most        int
	of          func(*Results) *int
}

var resultCounts = []resultCount{
	{"arrests", "Interpellations", 10_000, func(r *Results) *int { return &r.Arrests }},
	{"custody", "Gardes à vue", 10_000, func(r *Results) *int { return &r.Custody }},
	{"fines", "Amendes forfaitaires délictuelles", 100_000, func(r *Results) *int { return &r.Fines }},
	{"checks", "Contrôles", 1_000_000, func(r *Results) *int { return &r.Checks }},
	{"cannabis_g", "Cannabis saisi (g)", 100_000_000, func(r *Results) *int { return &r.CannabisGrams }},
	{"cocaine_g", "Cocaïne saisie (g)", 100_000_000, func(r *Results) *int { return &r.CocaineGrams }},
	{"heroin_g", "Héroïne saisie (g)", 100_000_000, func(r *Results) *int { return &r.HeroinGrams }},
	{"other_drugs_g", "Autres produits saisis (g)", 100_000_000, func(r *Results) *int { return &r.OtherDrugsGrams }},
	{"cash_eur", "Numéraire saisi (€)", 1_000_000_000, func(r *Results) *int { return &r.CashEuros }},
	{"weapons", "Armes saisies", 10_000, func(r *Results) *int { return &r.Weapons }},
	{"vehicles", "Véhicules saisis", 10_000, func(r *Results) *int { return &r.Vehicles }},
	{"places_closed", "Lieux fermés", 10_000, func(r *Results) *int { return &r.PlacesClosed }},
}

// ResultCounts returns the counts of Results with their labels.
func ResultCounts() []Term {
	list := make([]Term, len(resultCounts))
	for i, c := range resultCounts {
		list[i] = Term{c.name, c.label}
	}
	return list
}

// Count returns the count of a name of ResultCounts, 0 for others.
func (r *Results) Count(name string) int {
	for _, c := range resultCounts {
		if c.name == name {
			return *c.of(r)
		}
	}
	return 0
}

func (r *Results) check(errs *fieldErrors) {
	for _, c := range resultCounts {
		if n := *c.of(r); n < 0 || n > c.most {
			errs.add("results."+c.name, "un nombre entier de 0 à %d est attendu", c.most)
		}
	}
}

// OperationFacts is what a person states of an operation: what recording and changing set. The JSON names are the API's and the
// journal's; they only grow. There are no persons in it.
type OperationFacts struct {
	Type OperationType `json:"type"`
	From Date          `json:"from"`
	// Until is its last day, that of From when it lasted no longer.
	Until     Date          `json:"until,omitzero"`
	Territory TerritoryCode `json:"territory"`
	// Places are those that it concerned.
	Places   []ID     `json:"places,omitempty"`
	Results  Results  `json:"results,omitzero"`
	Note     string   `json:"note,omitempty"`
	Owner    Owner    `json:"owner"`
	Handling Handling `json:"handling"`
}

const (
	// mostOperationPlaces is how many places one operation may name.
	mostOperationPlaces = 200
	// mostOperationDays is how long one operation may last, in days: repeated presence goes on for months, not for years.
	mostOperationDays = 366
)

// firstOperation is the day before which no operation is recorded.
var firstOperation = Date{2000, 1, 1}

// FieldOperation is an operation that was carried out on the ground; the six Operations are those of processing. It is immutable
// once folded and never leaves the server; only what Scope.SeeOperation makes of it does.
type FieldOperation struct {
	ID        ID
	Reference string
	// Revision counts its changes, from 1.
	Revision int
	Facts    OperationFacts
	// Territories is the chain of Facts.Territory, itself first.
	Territories []TerritoryCode
	By          Author
	Recorded    time.Time
	Changed     time.Time
	// Removed: it had been recorded in error.
	Removed bool
}

// MarshalJSON refuses: outputs are made of OperationSights.
func (FieldOperation) MarshalJSON() ([]byte, error) { return nil, errSealed }

func (o *FieldOperation) audience() audience {
	return audience{owner: &o.Facts.Owner, handling: &o.Facts.Handling, territories: o.Territories}
}

// check judges facts, fills in what may be left out, and returns the chain of the territory. Places are judged apart.
func (f *OperationFacts) check(errs *fieldErrors, v Viewer, env Env) []TerritoryCode {
	if f.Owner == (Owner{}) {
		f.Owner = Owner{v.Service, v.Unit}
	}
	if f.Handling.Reach == "" && len(f.Handling.Groups) == 0 {
		f.Handling.Reach = ReachNational
	}
	if f.Handling.Code == "" {
		f.Handling.Code = "H0"
	}
	if !known(OperationTypes(), string(f.Type)) {
		errs.add("type", "« %s » est inconnu (%s)", clip(string(f.Type)), oneOf(OperationTypes()))
	}
	f.checkDays(errs, env)
	f.Results.check(errs)
	checkText(errs, "note", f.Note, 0, 2000)
	checkText(errs, "owner.unit", f.Owner.Unit, 1, 80)
	if !known(Services(), string(f.Owner.Service)) {
		errs.add("owner.service", "« %s » est inconnu (%s)", clip(string(f.Owner.Service)), oneOf(Services()))
	}
	f.Handling.check(errs)
	chain, ok := env.Gazetteer.Chain(f.Territory)
	switch {
	case f.Territory == "":
		errs.add("territory", "manque")
	case f.Territory == France:
		errs.add("territory", "une opération a lieu dans un territoire : indiquez la zone, la région, le département ou la commune")
	case !ok:
		errs.add("territory", "« %s » est un territoire inconnu", clip(string(f.Territory)))
	}
	return chain
}

func (f *OperationFacts) checkDays(errs *fieldErrors, env Env) {
	if f.Until.IsZero() {
		f.Until = f.From
	}
	tomorrow := env.Today().AddDays(1) // it is tomorrow already overseas
	switch {
	case f.From.IsZero():
		errs.add("from", "manque")
	case f.From.Before(firstOperation):
		errs.add("from", "précède l’année 2000")
	case tomorrow.Before(f.From):
		errs.add("from", "est dans l’avenir : une opération se note une fois qu’elle a eu lieu")
	case f.Until.Before(f.From):
		errs.add("until", "précède le début (%s)", f.From)
	case tomorrow.Before(f.Until):
		errs.add("until", "est dans l’avenir : une opération se note une fois qu’elle a eu lieu")
	case f.From.AddDays(mostOperationDays).Before(f.Until):
		errs.add("until", "une opération dure un an au plus : notez-en plusieurs")
	}
}

// checkPlaces judges the places that somebody names: each shown to them as itself, and in the territory. What they name twice
// counts once.
func (f *OperationFacts) checkPlaces(errs *fieldErrors, s State, scope Scope) {
	if f.Places = uniqueIDs(f.Places); len(f.Places) > mostOperationPlaces {
		errs.add("places", "%d lieux, %d au plus", len(f.Places), mostOperationPlaces)
		return
	}
	for i, id := range f.Places {
		field := fmt.Sprintf("places[%d]", i)
		sight, ok := scope.See(s.Place(id))
		switch {
		case !ok || !sight.Showable():
			errs.add(field, "lieu introuvable, ou hors de votre périmètre")
		case sight.Detail() == Blurred:
			errs.add(field, "ce lieu n’est diffusé que flouté à votre service")
		case !sight.Within(f.Territory):
			errs.add(field, "le lieu %s n’est pas dans le territoire %s", sight.Reference(), f.Territory)
		}
	}
}

func uniqueIDs(list []ID) (unique []ID) {
	for _, id := range list {
		if !slices.Contains(unique, id) {
			unique = append(unique, id)
		}
	}
	return unique
}

// OperationPrefix begins the references of operations, and of nothing else.
const OperationPrefix = "OP-"

// operationGround is what stands between prefix and code in the reference of an operation: the département, or the wider
// territory that it took place in.
func operationGround(chain []TerritoryCode) string {
	if departement := chainAt(chain, LevelDepartement); departement != "" {
		return departement.ID()
	}
	return strings.ToUpper(chain[0].ID())
}

// ParseOperationReference returns the reference of an operation (OP-13-K7QF) as stored, or an error when the form or the check
// character is wrong.
func ParseOperationReference(text string) (string, error) {
	wrong := Invalid("reference", "« "+clip(text)+" » n’est pas la référence d’une opération (par exemple OP-13-K7QF) ou comporte une faute de frappe")
	rest, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), OperationPrefix)
	at := strings.LastIndexByte(rest, '-')
	if !ok || at < 1 {
		return "", wrong
	}
	ground, code := rest[:at], strings.NewReplacer("I", "1", "L", "1", "O", "0").Replace(rest[at+1:])
	whole := OperationPrefix + ground + "-" + code
	if len(whole) > 40 || !codePattern.MatchString(ground) || len(code) < 4 || len(code) > 10 {
		return "", wrong
	}
	if strings.Trim(code, referenceAlphabet) != "" || checkCharacter(whole[:len(whole)-1]) != whole[len(whole)-1] {
		return "", wrong
	}
	return whole, nil
}

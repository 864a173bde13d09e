package dealmap

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

const (
	// reviewDays is when a record must be looked at again if nobody says otherwise.
	reviewDays = 90
	// checkDays is when somebody must go and look whether a place that was closed stays closed.
	checkDays = 30
	// farMetres is how far outside its declared territory a position may lie: outlines may be indicative, and a declared
	// code wins over geometry, but another part of the country is a mistake.
	farMetres = 40_000
)

var (
	communePattern = regexp.MustCompile(`^(\d{2}|2A|2B)\d{3}$`)
	networkPattern = regexp.MustCompile(`^R-(2A|2B|\d{2,3})-[0-9A-Z]{3,8}$`)
	codePattern    = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} ._/:-]*$`)
	hoursPattern   = regexp.MustCompile(`^[0-9A-Za-z :;,.+/|"()\[\]–-]*$`)
)

// window is a part of the world in which French territory lies, in degrees WGS 84.
type window struct {
	name  string
	bound orb.Bound
}

// windows are generous boxes around all French territory; what lies outside is a mistake whatever the outlines say.
var windows = []window{
	{"métropole", box(-5.6, 41.2, 9.9, 51.4)},
	{"Antilles et Guyane", box(-63.3, 2.0, -51.4, 18.3)},
	{"Saint-Pierre-et-Miquelon", box(-56.7, 46.6, -55.9, 47.3)},
	{"La Réunion", box(55.1, -21.5, 56.0, -20.8)},
	{"Mayotte", box(44.9, -13.1, 45.4, -12.5)},
	{"Polynésie française", box(-155, -28.5, -134, -7)},
	{"Nouvelle-Calédonie", box(156, -27, 175, -17)},
	{"Wallis-et-Futuna", box(-179, -15, -175.5, -12.5)},
}

func box(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}

// CheckPosition refuses a position that is not on or near French territory; field names it in the error. It recognises
// longitude and latitude exchanged.
func CheckPosition(field string, p orb.Point) error {
	lon, lat := p[0], p[1]
	switch {
	case math.IsNaN(lon) || math.IsNaN(lat) || math.IsInf(lon, 0) || math.IsInf(lat, 0):
		return Invalid(field, "les coordonnées doivent être des nombres")
	case inFrance(p):
		return nil
	case inFrance(orb.Point{lat, lon}):
		return Invalid(field, fmt.Sprintf("longitude et latitude semblent inversées (longitude %g, latitude %g)", lon, lat))
	case lon < -180 || lon > 180:
		return Invalid(field, fmt.Sprintf("longitude %g hors de -180…180 degrés", lon))
	case lat < -90 || lat > 90:
		return Invalid(field, fmt.Sprintf("latitude %g hors de -90…90 degrés", lat))
	}
	return Invalid(field, fmt.Sprintf("hors du territoire français (longitude %g, latitude %g)", lon, lat))
}

func inFrance(p orb.Point) bool {
	return slices.ContainsFunc(windows, func(w window) bool { return w.bound.Contains(p) })
}

// check judges facts, brings lists to their canonical order, fills in what the territory tells, and returns the chain of
// territories. relocate says that the position or the commune is new.
func (f *Facts) check(errs *fieldErrors, env Env, relocate bool) []TerritoryCode {
	if !known(Kinds(), string(f.Kind)) {
		errs.add("kind", "« %s » est inconnu (%s)", clip(string(f.Kind)), oneOf(Kinds()))
	}
	checkText(errs, "name", f.Name, 1, 120)
	checkText(errs, "address", f.Address, 0, 200)
	checkText(errs, "landlord", f.Landlord, 0, 120)
	checkText(errs, "note", f.Note, 0, 2000)
	checkText(errs, "source_record", f.SourceRecord, 0, 200)
	checkText(errs, "owner.unit", f.Owner.Unit, 1, 80)
	checkText(errs, "hours", f.Hours, 0, 200)
	if !hoursPattern.MatchString(f.Hours) {
		errs.add("hours", "horaires au format opening_hours, par exemple « Mo-Su 12:00-22:00 »")
	}
	if !known(Services(), string(f.Owner.Service)) {
		errs.add("owner.service", "« %s » est inconnu (%s)", clip(string(f.Owner.Service)), oneOf(Services()))
	}
	if !known(Accuracies(), string(f.Accuracy)) {
		errs.add("accuracy", "« %s » est inconnu (%s)", clip(string(f.Accuracy)), oneOf(Accuracies()))
	}
	f.checkOccupant(errs)
	f.Products = sortedProducts(f.Products)
	for i, p := range f.Products {
		if !known(Products(), string(p)) {
			errs.add(fmt.Sprintf("products[%d]", i), "« %s » est inconnu (%s)", clip(string(p)), oneOf(Products()))
		}
	}
	if f.Intensity < 0 || f.Intensity > 5 {
		errs.add("intensity", "de 1 à 5")
	}
	f.Handling.check(errs)
	f.Grading.check(errs)
	f.CaseRefs = sortedUnique(f.CaseRefs)
	f.Networks = sortedUnique(f.Networks)
	if len(f.CaseRefs) > 20 {
		errs.add("case_references", "20 au plus")
	}
	if len(f.Networks) > 20 {
		errs.add("networks", "20 au plus")
	}
	for i, c := range f.CaseRefs {
		checkCode(errs, fmt.Sprintf("case_references[%d]", i), c, 40)
	}
	for i, n := range f.Networks {
		if !networkPattern.MatchString(n) {
			errs.add(fmt.Sprintf("networks[%d]", i), "« %s » n’est pas un code de réseau (par exemple R-13-7KQ)", clip(n))
		}
	}
	f.checkDates(errs, env)
	if !relocate {
		return nil
	}
	return f.locate(errs, env)
}

func (f *Facts) checkDates(errs *fieldErrors, env Env) {
	tomorrow := env.Today().AddDays(1)
	if tomorrow.Before(f.FirstSeen) {
		errs.add("first_seen", "est dans l’avenir")
	}
	if tomorrow.Before(f.LastSeen) {
		errs.add("last_confirmed", "est dans l’avenir")
	}
	if !f.LastSeen.IsZero() && f.LastSeen.Before(f.FirstSeen) {
		errs.add("last_confirmed", "précède la première observation")
	}
}

// locate checks position and commune against the gazetteer. A declared commune wins; geometry fills what is not declared.
func (f *Facts) locate(errs *fieldErrors, env Env) []TerritoryCode {
	if f.Position == nil && f.Commune == "" {
		errs.add("geometry", "une position ou une commune est nécessaire")
		return nil
	}
	if f.Position == nil && f.Accuracy != AccuracyCommune {
		errs.add("accuracy", "sans position, la précision est « commune »")
	}
	var located []TerritoryCode
	if f.Position != nil {
		if err := CheckPosition("geometry", *f.Position); err != nil {
			errs.addError(err)
			return nil
		}
		located = env.Gazetteer.Locate(*f.Position)
	}
	if f.Commune == "" {
		f.CommuneYear = 0
		if f.Accuracy == AccuracyCommune && chainAt(located, LevelCommune) == "" {
			errs.add("commune", "manque : la position n’est connue qu’à la commune près")
			return nil
		}
		if located == nil {
			errs.add("geometry", "cette position n’est dans aucun département ; indiquez la commune si elle est en bord de mer")
			return nil
		}
		if com := chainAt(located, LevelCommune); com != "" {
			f.Commune = com.ID()
			f.CommuneYear = env.Gazetteer.Year(com)
		}
		return located
	}
	if !communePattern.MatchString(f.Commune) {
		errs.add("commune", "« %s » n’est pas un code INSEE de commune (cinq caractères, par exemple 13055)", clip(f.Commune))
		return nil
	}
	com := TerritoryCode("com:" + f.Commune)
	chain, ok := env.Gazetteer.Chain(com)
	if !ok {
		errs.add("commune", "la commune %s est inconnue", f.Commune)
		return nil
	}
	if f.CommuneYear == 0 {
		f.CommuneYear = env.Gazetteer.Year(com)
	}
	if departement := chainAt(chain, LevelDepartement); f.Position != nil && chainAt(located, LevelDepartement) != departement {
		if metres, ok := env.Gazetteer.Distance(departement, *f.Position); ok && metres > farMetres {
			errs.add("commune", "la position est à %.0f km du département %s de la commune déclarée", metres/1000, departement.ID())
		}
	}
	return chain
}

// CheckText judges a text that is stored beside the records, such as a session's motive, as every text of a record is judged:
// UTF-8 of least to most characters, none of them invisible, no personal data.
func CheckText(field, text string, least, most int) error {
	var errs fieldErrors
	checkText(&errs, field, text, least, most)
	return errs.err()
}

// invisible are the classes of characters that are not seen: with them a text reads otherwise than it is compared, and personal
// data pass the guard.
var invisible = []*unicode.RangeTable{unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp}

func checkText(errs *fieldErrors, field, text string, least, most int) {
	if !utf8.ValidString(text) {
		errs.add(field, "n’est pas du texte UTF-8")
		return
	}
	switch n := utf8.RuneCountInString(text); {
	case utf8.RuneCountInString(strings.TrimSpace(text)) < least:
		errs.add(field, "manque")
		return
	case n > most:
		errs.add(field, "%d caractères, %d au plus", n, most)
		return
	}
	for _, r := range text {
		if r != '\n' && (r == utf8.RuneError || unicode.In(r, invisible...)) {
			errs.add(field, "contient un caractère de contrôle, invisible ou illisible (U+%04X)", r)
			return
		}
	}
	for _, hit := range Guard(text) {
		*errs = append(*errs, FieldError{Field: field, Start: hit.Start, End: hit.End,
			Message: fmt.Sprintf("« %s » ressemble à %s : les données personnelles ne sont pas admises", text[hit.Start:hit.End], hit.What)})
	}
}

func checkCode(errs *fieldErrors, field, code string, most int) {
	if utf8.RuneCountInString(code) > most || !codePattern.MatchString(code) {
		errs.add(field, "« %s » n’est pas un code (lettres, chiffres, tirets ; %d caractères au plus)", clip(code), most)
		return
	}
	checkText(errs, field, code, 1, most)
}

func sortedProducts(list []Product) []Product {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	order := func(p Product) int {
		return slices.IndexFunc(Products(), func(t Term) bool { return t.Value == string(p) })
	}
	slices.SortStableFunc(list, func(a, b Product) int { return order(a) - order(b) })
	return slices.Compact(list)
}

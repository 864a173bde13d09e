package dealmap

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reach is how far a place may be known.
type Reach string

// The reaches, narrowest first. ReachGroup shows the place to the members of Handling.Groups only.
const (
	ReachService     Reach = "service"
	ReachDepartement Reach = "departement"
	ReachZone        Reach = "zone"
	ReachNational    Reach = "national"
	ReachGroup       Reach = "group"
)

// Reaches returns the reaches with their labels.
func Reaches() []Term {
	return []Term{
		{"service", "Service propriétaire"}, {"departement", "Département"}, {"zone", "Zone de défense"},
		{"national", "Nationale"}, {"group", "Groupe nommé"},
	}
}

// HandlingCodes returns Europol's codes, which govern use where the reach governs sight.
func HandlingCodes() []Term {
	return []Term{
		{"H0", "H0 · usage de police courant"}, {"H1", "H1 · pas d’usage judiciaire sans accord"},
		{"H2", "H2 · pas de transmission sans accord du fournisseur"}, {"H3", "H3 · autre restriction, à demander"},
	}
}

// Handling says who may know of a place and what they may do with it.
type Handling struct {
	Reach  Reach    `json:"reach"`
	Code   string   `json:"code"`
	Groups []string `json:"groups,omitempty"`
	// EmbargoUntil hides the place from everyone but its owner and the procureur until the end of that day.
	EmbargoUntil Date `json:"embargo_until,omitzero"`
	// Blurred shows the place outside its reach as its commune with its details withheld, where otherwise it is absent.
	Blurred bool `json:"blurred,omitempty"`
}

// UnderEmbargo reports whether an embargo holds on the given day.
func (h Handling) UnderEmbargo(day Date) bool {
	return !h.EmbargoUntil.IsZero() && !h.EmbargoUntil.Before(day)
}

// shortens reports whether h ends an embargo earlier that holds on the given day.
func (h Handling) shortens(was Handling, day Date) bool {
	return was.UnderEmbargo(day) && h.EmbargoUntil.Before(was.EmbargoUntil)
}

func (h *Handling) check(errs *fieldErrors) {
	if !known(Reaches(), string(h.Reach)) {
		errs.add("handling.reach", "« %s » est inconnu (%s)", clip(string(h.Reach)), oneOf(Reaches()))
	}
	if !known(HandlingCodes(), h.Code) {
		errs.add("handling.code", "« %s » est inconnu (H0 à H3)", clip(h.Code))
	}
	if (h.Reach == ReachGroup) != (len(h.Groups) > 0) {
		errs.add("handling.groups", "un groupe est nécessaire pour la diffusion « group », et pour elle seulement")
	}
	if len(h.Groups) > 20 {
		errs.add("handling.groups", "20 groupes au plus")
	}
	for i, g := range h.Groups {
		checkCode(errs, fmt.Sprintf("handling.groups[%d]", i), g, 40)
	}
	h.Groups = sortedUnique(h.Groups)
}

// Grading is how far source and information may be trusted, in the scheme of whoever graded; it is never converted.
type Grading struct {
	Scheme      string `json:"scheme"`
	Source      string `json:"source"`
	Information string `json:"information"`
}

// GradingSchemes returns the schemes with their labels.
func GradingSchemes() []Term {
	return []Term{{"europol", "Europol (A-B-C-X × 1-4)"}, {"admiralty", "Amirauté (A-F × 1-6)"}}
}

func (g Grading) check(errs *fieldErrors) {
	if g == (Grading{}) {
		return
	}
	sources, information := "", ""
	switch g.Scheme {
	case "europol":
		sources, information = "ABCX", "1234"
	case "admiralty":
		sources, information = "ABCDEF", "123456"
	default:
		errs.add("grading.scheme", "« %s » est inconnu (%s)", clip(g.Scheme), oneOf(GradingSchemes()))
		return
	}
	if len(g.Source) != 1 || !strings.Contains(sources, g.Source) {
		errs.add("grading.source", "une lettre parmi %s", strings.Join(strings.Split(sources, ""), ", "))
	}
	if len(g.Information) != 1 || !strings.Contains(information, g.Information) {
		errs.add("grading.information", "un chiffre parmi %s", strings.Join(strings.Split(information, ""), ", "))
	}
}

func (h *Handling) same(o *Handling) bool {
	return h.Reach == o.Reach && h.Code == o.Code && h.EmbargoUntil == o.EmbargoUntil && h.Blurred == o.Blurred && slices.Equal(h.Groups, o.Groups)
}

// Date is a day of the calendar without a clock or zone, written 2026-11-23; the zero Date is unset. It takes four bytes, of which a map
// holds several million.
type Date struct {
	Year  int16
	Month int8 // 1 is January
	Day   int8
}

// DateOf returns the day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int16(y), int8(m), int8(d)}
}

// ParseDate reads 2026-11-23; the empty text is the zero Date.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return Date{}, Invalid("date", "« "+clip(text)+" » n’est pas une date (AAAA-MM-JJ)")
	}
	return DateOf(t), nil
}

// IsZero reports whether the date is unset.
func (d Date) IsZero() bool { return d == Date{} }

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time {
	return time.Date(int(d.Year), time.Month(d.Month), int(d.Day), 0, 0, 0, 0, time.UTC)
}

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.Number() < other.Number() }

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// Number is greater for a later day, 0 for the zero Date: 20261123. It is no count of days.
func (d Date) Number() int32 { return int32(d.Year)*10000 + int32(d.Month)*100 + int32(d.Day) }

// epoch is the day before the first that [Date.Days] counts.
var epoch = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)

// Days counts the days to d, 1 for 1 January 1900; 0 for the zero Date.
func (d Date) Days() int32 {
	if d.IsZero() {
		return 0
	}
	return int32(d.Time().Sub(epoch) / (24 * time.Hour))
}

// DateOfDays is the day that [Date.Days] counts so.
func DateOfDays(n int32) Date {
	if n == 0 {
		return Date{}
	}
	return DateOf(epoch.AddDate(0, 0, int(n)))
}

// French returns the day as it is written in French, 23/11/2026; empty for the zero Date.
func (d Date) French() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
}

func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	*d = parsed
	return err
}

func sortedUnique(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

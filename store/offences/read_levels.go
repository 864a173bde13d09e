package offences

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"time"

	"github.com/mesure5/dealmap"
)

// burglary is counted per dwelling, not per inhabitant.
const burglary = "Cambriolages de logement"

var (
	departementPattern = regexp.MustCompile(`^(\d{2}|2A|2B|97\d)$`)
	communePattern     = regexp.MustCompile(`^(\d{2}|2A|2B)\d{3}$`)
)

// record is one figure of a département; everything is required.
type record struct {
	Departement *string  `json:"codeDepartement"`
	Year        *int     `json:"annee"`
	Indicator   *string  `json:"indicateur"`
	Unit        *string  `json:"uniteDeCompte"`
	Number      *int     `json:"nombre"`
	Rate        *float64 `json:"tauxPourMille"`
	Population  *int     `json:"inseePop"`
}

func readDepartements(meta json.RawMessage, records []json.RawMessage, known func(dealmap.TerritoryCode) bool) (Table, error) {
	t := Table{Level: dealmap.LevelDepartement, Source: ministry + ", par département", Licence: licence}
	var about struct {
		Generated time.Time `json:"generatedAt"`
	}
	if len(meta) > 0 {
		if err := json.Unmarshal(meta, &about); err != nil {
			return t, fmt.Errorf("champ « meta.generatedAt » : une date est attendue (%w)", err)
		}
	}
	if !about.Generated.IsZero() {
		t.Source += ", fichier du " + dealmap.DateOf(about.Generated).French()
	}
	where := func(i int) string { return fmt.Sprintf("enregistrement %d", i+1) }
	entries := make([]entry, len(records))
	for i, raw := range records {
		var r record
		if err := json.Unmarshal(raw, &r); err != nil {
			return t, fmt.Errorf("%s, %w", where(i), located(raw, err))
		}
		e, field, problem := r.entry(known)
		if problem != "" {
			return t, fmt.Errorf("%s, champ « %s » : %s", where(i), field, problem)
		}
		entries[i] = e
	}
	return tabulate(t, entries, where)
}

// entry checks a record; problem is empty when it is sound.
func (r *record) entry(known func(dealmap.TerritoryCode) bool) (e entry, field, problem string) {
	for _, given := range []struct {
		name    string
		missing bool
	}{
		{"codeDepartement", r.Departement == nil}, {"annee", r.Year == nil}, {"indicateur", r.Indicator == nil || *r.Indicator == ""},
		{"uniteDeCompte", r.Unit == nil}, {"nombre", r.Number == nil}, {"tauxPourMille", r.Rate == nil}, {"inseePop", r.Population == nil},
	} {
		if given.missing {
			return e, given.name, "manque"
		}
	}
	e = entry{
		code: dealmap.TerritoryCode("dep:" + *r.Departement), indicator: french(*r.Indicator), unit: french(*r.Unit), year: *r.Year,
		population: *r.Population, number: *r.Number, rate: *r.Rate,
	}
	switch {
	case !departementPattern.MatchString(*r.Departement) || !known(e.code):
		return e, "codeDepartement", fmt.Sprintf("« %s » est un département inconnu", *r.Departement)
	case !soundYear(e.year):
		return e, "annee", fmt.Sprintf("%d n’est pas une année de ces statistiques", e.year)
	case e.number < 0 || e.number > math.MaxInt32:
		return e, "nombre", fmt.Sprintf("%d n’est pas un nombre d’infractions", e.number)
	case e.population <= 0 || e.population > math.MaxInt32:
		return e, "inseePop", fmt.Sprintf("%d n’est pas une population", e.population)
	case !(e.rate >= 0 && e.rate < 1e6):
		return e, "tauxPourMille", fmt.Sprintf("%g n’est pas un taux", e.rate)
	}
	if per := 1000 * float64(e.number) / float64(e.population); e.indicator != burglary && math.Abs(per-e.rate) > 0.001+0.01*per {
		return e, "tauxPourMille", fmt.Sprintf("%g, mais nombre et inseePop donnent %.4f", e.rate, per)
	}
	return e, "", ""
}

func soundYear(year int) bool { return year >= 1990 && year <= 2100 }

// communeIndicators are the names of the communes' file, as that of the départements has them.
var communeIndicators = map[string]string{
	"burglary": burglary, "drug_trafficking": "Trafic de stupéfiants", "drug_use": "Usage de stupéfiants",
	"fraud": "Escroqueries et fraudes aux moyens de paiement", "robbery_armed": "Vols avec armes", "robbery_unarmed": "Vols violents sans arme",
	"sexual_violence": "Violences sexuelles", "theft_no_violence": "Vols sans violence contre des personnes",
	"vandalism": "Destructions et dégradations volontaires", "vehicle_accessory_theft": "Vols d’accessoires sur véhicules",
	"vehicle_break_in": "Vols dans les véhicules", "vehicle_theft": "Vols de véhicule",
	"violence_family": "Violences physiques intrafamiliales", "violence_outside_family": "Violences physiques hors cadre familial",
}

// readCommunes reads rates of one year; the source gives no numbers, and rates of small communes are smoothed over three years.
func readCommunes(meta json.RawMessage, communes map[string]json.RawMessage) (Table, error) {
	t := Table{Level: dealmap.LevelCommune, Licence: licence}
	var about struct {
		Year int `json:"data_year"`
	}
	if err := json.Unmarshal(meta, &about); err != nil || !soundYear(about.Year) {
		return t, fmt.Errorf("champ « meta.data_year » : une année est attendue")
	}
	t.Source = fmt.Sprintf("%s, par commune, %d (taux ; petits nombres lissés sur trois ans)", ministry, about.Year)
	codes := sortedKeys(communes)
	var entries []entry
	var from []int
	for i, insee := range codes {
		var c struct {
			Population *int                `json:"pop"`
			Rates      map[string]*float64 `json:"ind"`
		}
		raw := communes[insee]
		if err := json.Unmarshal(raw, &c); err != nil {
			return t, fmt.Errorf("commune %s, %w", insee, located(raw, err))
		}
		switch {
		case !communePattern.MatchString(insee):
			return t, fmt.Errorf("commune « %s » : ce n’est pas un code INSEE", insee)
		case c.Population == nil || *c.Population < 0 || *c.Population > math.MaxInt32:
			return t, fmt.Errorf("commune %s, champ « pop » : une population est attendue", insee)
		case c.Rates == nil:
			return t, fmt.Errorf("commune %s, champ « ind » : manque", insee)
		}
		for _, name := range sortedKeys(c.Rates) {
			label, rate := communeIndicators[name], c.Rates[name]
			if label == "" {
				return t, fmt.Errorf("commune %s, champ « ind.%s » : indicateur inconnu", insee, name)
			}
			if rate == nil || !(*rate >= 0 && *rate < 1e6) {
				return t, fmt.Errorf("commune %s, champ « ind.%s » : un taux est attendu", insee, name)
			}
			entries = append(entries, entry{
				code: dealmap.TerritoryCode("com:" + insee), indicator: label, year: about.Year, population: *c.Population, number: absent, rate: *rate,
			})
			from = append(from, i)
		}
	}
	t, err := tabulate(t, entries, func(i int) string { return "commune " + codes[from[i]] })
	for i := range t.Rows {
		t.Rows[i].Numbers = nil
	}
	return t, err
}

package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/list"
)

// Suggestion is a profile that a person looks over.
type Suggestion struct {
	Profile
	// Why: field of the profile (name, epsg, defaults.kind …) → a French sentence.
	Why map[string]string `json:"why"`
	// Unmapped are the headers of the columns that nothing reads.
	Unmapped []string `json:"unmapped"`
	// UnknownValues: field → words of the sample that have no meaning yet.
	UnknownValues map[string][]string `json:"unknown_values"`
}

// enough is the score from which a column is suggested for a field.
const enough = 58

// Suggest proposes how a list is to be read, from what the file says of itself, its header and its first rows.
func Suggest(f list.Findings, header []string, sample []list.Row, terr *geo.Territories) Suggestion {
	m, _ := compile(Profile{}, header, terr)
	s := &suggester{
		m: m, findings: f, header: header, taken: map[int]bool{}, columns: map[string]int{},
		out: Suggestion{Profile: Profile{Columns: map[string]string{}}, Why: map[string]string{}, UnknownValues: map[string][]string{}},
	}
	s.sample = sample[:min(len(sample), maxSampleRows, max(5, maxSampleCells/max(1, len(header))))]
	for i, name := range header {
		s.contents = append(s.contents, inspect(s.sample, i, m))
		s.scores = append(s.scores, headerScores(name))
		if strings.TrimSpace(name) == "" || slices.Index(header, name) < i {
			s.taken[i] = true // a profile could not name it
		}
	}
	s.findCoordinates()
	s.assign()
	s.settle()
	s.findOnly()
	s.findSystem()
	s.findForms()
	s.findUnknown()
	read := map[int]bool{}
	for _, column := range s.columns {
		read[column] = true
	}
	for i, name := range header {
		_, filtered := s.out.Only[name]
		if !read[i] && !filtered {
			s.out.Unmapped = append(s.out.Unmapped, name)
		}
	}
	return s.out
}

// suggester is a suggestion being made.
type suggester struct {
	m        *Mapper
	findings list.Findings
	header   []string
	sample   []list.Row
	contents []content
	scores   []map[string]int
	taken    map[int]bool
	columns  map[string]int
	out      Suggestion
}

func (s *suggester) use(field string, column int, why string) {
	s.columns[field], s.taken[column] = column, true
	s.out.Columns[field] = s.header[column]
	s.out.Why[field] = fmt.Sprintf("colonne « %s » : %s", s.header[column], why)
}

func (s *suggester) drop(field string) {
	delete(s.columns, field)
	delete(s.out.Columns, field)
	delete(s.out.Why, field)
}

// assign gives each field the free column that suits it best, the surest pairs first.
func (s *suggester) assign() {
	type choice struct {
		score, header, column, field int
	}
	var choices []choice
	for i := range s.header {
		if s.taken[i] {
			continue
		}
		for at := range specs {
			field := specs[at].Name
			if field == "x" || field == "y" {
				continue
			}
			named := s.scores[i][field]
			score := s.contents[i].speaks(field)
			if named > 0 {
				score = max(score, named+s.contents[i].fits(field, &specs[at]))
			}
			if score >= enough {
				choices = append(choices, choice{score, named, i, at})
			}
		}
	}
	slices.SortStableFunc(choices, func(a, b choice) int {
		return cmp.Or(b.score-a.score, a.field-b.field, a.column-b.column)
	})
	_, located := s.columns["x"]
	for _, c := range choices {
		field := specs[c.field].Name
		_, given := s.columns[field]
		if given || s.taken[c.column] || field == "position" && located {
			continue
		}
		s.use(field, c.column, s.contents[c.column].reason(field, c.header))
	}
}

// reason says why a column suits a field.
func (c *content) reason(field string, named int) string {
	var parts []string
	if named > 0 {
		parts = append(parts, "son en-tête le dit")
	}
	show := func(count int, what string) {
		if count > 0 {
			parts = append(parts, fmt.Sprintf("%d %% de ses valeurs sont %s", c.share(count), what))
		}
	}
	switch field {
	case "first_seen", "last_confirmed", "next_review", "closing_date", "embargo":
		show(c.dates+c.serials, "des dates")
	case "commune":
		show(c.insee, "des codes INSEE connus")
	case "commune_name":
		show(c.names, "des noms de commune")
	case "postcode":
		show(c.postal, "des codes postaux connus")
	case "position":
		show(c.pairs, "des paires de coordonnées")
	case "grading":
		show(c.gradings, "des cotations")
	case "networks":
		show(c.networks, "des codes de réseau")
	default:
		if s := specOf(field); s.Terms != nil {
			show(c.words[field], "des mots connus")
		}
	}
	if c.filled == 0 {
		parts = append(parts, "elle est vide dans l’échantillon")
	}
	return strings.Join(parts, ", ")
}

// settle mends what columns taken one by one do not tell.
func (s *suggester) settle() {
	if at, ok := s.columns["commune_name"]; ok {
		if _, coded := s.columns["commune"]; !coded {
			why := s.contents[at].reason("commune_name", s.scores[at]["commune_name"])
			s.drop("commune_name")
			s.use("commune", at, why)
		}
	}
	if at, ok := s.columns["number"]; ok {
		if _, street := s.columns["street"]; !street {
			s.drop("number")
			s.taken[at] = false
			if _, given := s.columns["source_id"]; !given && s.contents[at].share(s.contents[at].distinct) >= 90 {
				s.use("source_id", at, "numéro propre à chaque ligne, sans colonne de voie")
			}
		}
	}
	if at := s.spare("networks"); at >= 0 {
		s.out.Why["networks"] = fmt.Sprintf("la colonne « %s » n’a pas de codes de réseau (R-13-7KQ) : elle n’est pas reprise", s.header[at])
	}
	s.nameAnyhow()
	if _, ok := s.columns["kind"]; !ok {
		s.out.Defaults = map[string]string{"kind": string(dealmap.Street)}
		s.out.Why["defaults.kind"] = "aucune colonne ne dit la nature : point de deal de rue pour toutes les lignes, à vérifier"
	}
	s.closeAnyhow()
}

// spare finds a column that the header gives to a field that could not take it.
func (s *suggester) spare(field string) int {
	if _, given := s.columns[field]; given {
		return -1
	}
	return slices.IndexFunc(s.scores, func(scores map[string]int) bool { return scores[field] >= outright })
}

// nameAnyhow takes the first column of some text for the name where none says that it is.
func (s *suggester) nameAnyhow() {
	for _, field := range []string{"name", "address", "street"} {
		if _, ok := s.columns[field]; ok {
			return
		}
	}
	best := -1
	for i, c := range s.contents {
		if s.taken[i] || 2*c.filled < len(s.sample) || c.filled == 0 || c.share(c.dates+c.pairs) > 50 || c.share(c.words["lookouts"]) > 90 || s.isPersonal(i) {
			continue
		}
		if best < 0 || c.share(c.letters) > 50 && s.contents[best].share(s.contents[best].letters) <= 50 {
			best = i
		}
	}
	if best >= 0 {
		s.use("name", best, "faute de mieux, la première colonne de texte : à vérifier")
	}
}

func (s *suggester) isPersonal(column int) bool {
	return slices.ContainsFunc(headerWords(s.header[column]), func(w string) bool { return personal[w] })
}

// closeAnyhow takes the last observation for the date of closing where closed places have no other.
func (s *suggester) closeAnyhow() {
	status, has := s.columns["status"]
	last, seen := s.columns["last_confirmed"]
	if _, dated := s.columns["closing_date"]; !has || !seen || dated {
		return
	}
	closed := slices.ContainsFunc(s.contents[status].values, func(cell string) bool {
		return slices.Equal(s.m.words["status"].meaning(cell).values, []string{string(dealmap.Closed)})
	})
	if closed {
		s.use("closing_date", last, "faute de date de fermeture, la dernière observation des points fermés : à vérifier")
	}
}

// findForms finds how numbers, dates and gradings are written.
func (s *suggester) findForms() {
	for _, field := range []string{"x", "y"} {
		if at, ok := s.columns[field]; ok && s.contents[at].decimal != "" {
			s.out.Decimal = s.contents[at].decimal
			s.out.Why["decimal"] = fmt.Sprintf("« %s » est le signe décimal, l’autre sépare les milliers", s.out.Decimal)
		}
	}
	months, days, where := 0, 0, ""
	for _, field := range []string{"first_seen", "last_confirmed", "closing_date", "next_review", "embargo"} {
		if at, ok := s.columns[field]; ok {
			months += s.contents[at].monthOnly
			days += s.contents[at].dayOnly
			where = s.header[at]
		}
	}
	if months > 0 && days == 0 {
		s.out.MonthFirst = true
		s.out.Why["month_first"] = fmt.Sprintf("colonne « %s » : des dates ne se lisent que mois d’abord", where)
	}
	if months > 0 && days > 0 {
		s.out.Why["month_first"] = fmt.Sprintf("%d dates ne se lisent que jour d’abord, %d que mois d’abord : jour d’abord, les autres seront mises de côté", days, months)
	}
	if at, ok := s.columns["grading"]; ok {
		admiralty := slices.ContainsFunc(s.contents[at].values, func(cell string) bool {
			return strings.ContainsAny(strings.ToUpper(cell), "DF56") && len(cell) <= 4
		})
		if _, told := s.columns["grading_scheme"]; admiralty && !told {
			s.setDefault("grading_scheme", "admiralty", "des cotations n’existent que dans le barème de l’Amirauté")
		}
	}
}

func (s *suggester) setDefault(field, value, why string) {
	if s.out.Defaults == nil {
		s.out.Defaults = map[string]string{}
	}
	s.out.Defaults[field] = value
	s.out.Why["defaults."+field] = why
}

// findOnly finds a column that tells drugs from other things the list holds.
func (s *suggester) findOnly() {
	for i, c := range s.contents {
		if s.taken[i] || c.distinct < 2 || c.distinct > 80 || c.share(c.letters) < 90 || c.share(c.distinct) > 60 {
			continue
		}
		var values []string
		count := 0
		for _, v := range c.values {
			if folded := geo.Fold(v); strings.Contains(folded, "drug") || strings.Contains(folded, "stup") || strings.Contains(folded, "drogue") {
				count++
				if !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
		}
		if count == 0 || c.share(count) > 90 {
			continue
		}
		s.out.Only = map[string][]string{s.header[i]: values}
		s.out.Why["only"] = fmt.Sprintf("colonne « %s » : la liste tient aussi autre chose ; ne sont gardées que les lignes « %s »", s.header[i], strings.Join(values, " », « "))
		s.taken[i] = true
		return
	}
}

// maxUnknown is how many words without a meaning are shown for one field.
const maxUnknown = 50

// findUnknown reads the sample with the profile as it stands and gathers the words that mean nothing.
func (s *suggester) findUnknown() {
	m, _ := compile(s.out.Profile, s.header, s.m.communes.terr)
	for _, row := range s.sample {
		for _, p := range m.Row(row).Problems {
			if all := s.out.UnknownValues[p.Field]; p.Word != "" && len(all) < maxUnknown && !slices.Contains(all, p.Word) {
				s.out.UnknownValues[p.Field] = append(all, p.Word)
			}
		}
	}
}

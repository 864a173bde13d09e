package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
)

// exportAbout is what the places of a file are called: to people, in the name of the file, and as a table.
type exportAbout struct{ title, file, table string }

var (
	aboutDealPoints = exportAbout{"Points de deal", "points-de-deal", "points_de_deal"}
	aboutSites      = exportAbout{"Sites de soutien", "sites-de-soutien", "sites_de_soutien"}
)

func (e *export) about() exportAbout {
	if e.filter.Sites {
		return aboutSites
	}
	return aboutDealPoints
}

// coverLine is one thing that a file says about itself.
type coverLine struct{ label, text string }

// cover is what a file says about itself to whoever opens it: whose it is, whom it is for and what it holds.
func (e *export) cover() []coverLine {
	return []coverLine{
		{"Contenu", e.about().title + ", extrait de dealmap"},
		{"Exporté par", e.exporter()},
		{"Exporté le", momentText(e.at)},
		{"Destinataires", e.recipients()},
		{"Objet de la communication", e.Purpose},
		{"Filtre", filterInWords(e.filterText)},
		{"Règle", handlingRule},
	}
}

// inWords is the cover in one paragraph.
func (e *export) inWords() string {
	var words []string
	for _, line := range e.cover() {
		words = append(words, line.label+" : "+line.text)
	}
	return strings.Join(words, "\n")
}

const handlingRule = "Ce fichier n’est communiqué qu’aux destinataires nommés ci-dessus. Le code de traitement de chaque ligne dit l’usage permis ; " +
	"les champs retenus sont nommés sur la ligne. La communication est inscrite au journal des consultations."

var filterLabels = map[string]string{
	"bbox": "cadre (ouest, sud, est, nord)", "near": "autour de (longitude, latitude)", "radius": "rayon en mètres", "territory": "territoire", "status": "statut",
	"kind": "nature", "product": "produit", "service": "service", "network": "réseau", "q": "texte", "confirmed_before": "confirmé avant le",
	"confirmed_after": "confirmé après le", "due": "vérification échue", "as_of": "carte du",
	layerName: "objets",
}

var filterTerms = map[string][]dealmap.Term{
	"status": dealmap.Statuses(), "kind": dealmap.Kinds(), "product": dealmap.Products(), "service": dealmap.Services(),
	"due":     {{Value: "true", Label: "oui"}, {Value: "false", Label: "non"}},
	layerName: {{Value: layerDealPoints, Label: aboutDealPoints.title}, {Value: layerSites, Label: aboutSites.title}},
}

// filterInWords says in French what the canonical query of a filter asks for.
func filterInWords(query string) string {
	asked, err := url.ParseQuery(query)
	if err != nil || len(asked) == 0 {
		return cmp.Or(query, "aucun")
	}
	var words []string
	for name := range asked {
		text := asked.Get(name)
		if terms := filterTerms[name]; terms != nil {
			values := strings.Split(text, ",")
			for i, value := range values {
				values[i] = dealmap.Label(terms, value)
			}
			text = strings.Join(values, ", ")
		}
		words = append(words, cmp.Or(filterLabels[name], name)+" : "+text)
	}
	slices.Sort(words)
	return strings.Join(words, " ; ")
}

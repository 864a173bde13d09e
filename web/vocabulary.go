package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// GetVocabulary lists every controlled value with its label.
func (s *Server) GetVocabulary(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(*visit) (reply, error) {
		return reply{body: vocabulary(), shared: true}, nil
	})
}

func vocabulary() api.Vocabulary {
	out := api.Vocabulary{
		Kinds: terms(dealmap.Kinds()), Statuses: terms(dealmap.Statuses()), Products: terms(dealmap.Products()), Services: terms(dealmap.Services()),
		Roles: terms(dealmap.Roles()), ClosingReasons: terms(dealmap.ClosingReasons()), Accuracies: terms(dealmap.Accuracies()),
		Reaches: terms(dealmap.Reaches()), HandlingCodes: terms(dealmap.HandlingCodes()), Levels: levels,
		Operations: terms(dealmap.Operations()), EventKinds: terms(dealmap.EventKinds()), ReportStatuses: terms(dealmap.ReportStatuses()),
		ErasureReasons: terms(dealmap.ErasureReasons()), OperationTypes: terms(dealmap.OperationTypes()), OperationResults: terms(dealmap.ResultCounts()),
		LinkKinds: terms(dealmap.LinkKinds()), LinkMeans: terms(dealmap.LinkMeans()), NetworkStatuses: terms(dealmap.NetworkStatuses()),
	}
	for _, term := range dealmap.Intensities() {
		if n, err := strconv.Atoi(term.Value); err == nil {
			out.Intensities = append(out.Intensities, api.ScaleTerm{Value: n, Label: term.Label})
		}
	}
	for _, scheme := range dealmap.GradingSchemes() {
		grades := gradings[scheme.Value]
		out.GradingSchemes = append(out.GradingSchemes, api.GradingTerms{
			Value: api.GradingScheme(scheme.Value), Label: scheme.Label, Sources: grades.sources, Information: grades.information,
		})
	}
	for _, step := range dealmap.Steps() {
		out.Steps = append(out.Steps, api.LifeStep{
			From: api.Status(step.From), To: api.Status(step.To), Action: api.Action(step.Action), Label: stepLabel(step.From, step.To, false),
		})
	}
	return out
}

func terms(list []dealmap.Term) []api.Term {
	out := make([]api.Term, len(list))
	for i, t := range list {
		out[i] = api.Term{Value: t.Value, Label: t.Label}
	}
	return out
}

// stepLabel names a step of a place's life: as something to do (« Fermer ») or as something done (« Fermeture »).
func stepLabel(from, to dealmap.Status, done bool) string {
	label := struct{ todo, done string }{"Marquer " + strings.ToLower(dealmap.Label(dealmap.Statuses(), string(to))),
		"Passage à l’état « " + dealmap.Label(dealmap.Statuses(), string(to)) + " »"}
	switch {
	case to == dealmap.Closed:
		label.todo, label.done = "Fermer", "Fermeture"
	case from == dealmap.Closed:
		label.todo, label.done = "Rouvrir", "Réouverture"
	case to == dealmap.Dormant:
		label.todo = "Mettre en sommeil"
	}
	if done {
		return label.done
	}
	return label.todo
}

var levels = []api.Term{
	{Value: "fr", Label: "France"}, {Value: "zone", Label: "Zone de défense"}, {Value: "reg", Label: "Région"},
	{Value: "dep", Label: "Département"}, {Value: "arr", Label: "Arrondissement"}, {Value: "com", Label: "Commune"},
	{Value: "qpv", Label: "Quartier prioritaire (QPV)"}, {Value: "qrr", Label: "Quartier de reconquête républicaine (QRR)"},
}

// gradings are the values of each scheme: Europol's 4 × 4 and the Admiralty system (DOMAIN §2).
var gradings = map[string]struct{ sources, information []api.Term }{
	"europol": {
		[]api.Term{
			{Value: "A", Label: "A · source sans aucun doute fiable"}, {Value: "B", Label: "B · source fiable le plus souvent"},
			{Value: "C", Label: "C · source peu fiable le plus souvent"}, {Value: "X", Label: "X · fiabilité inconnue"},
		},
		[]api.Term{
			{Value: "1", Label: "1 · exactitude certaine"}, {Value: "2", Label: "2 · connue de la source elle-même"},
			{Value: "3", Label: "3 · rapportée, corroborée"}, {Value: "4", Label: "4 · rapportée, non corroborée"},
		},
	},
	"admiralty": {
		[]api.Term{
			{Value: "A", Label: "A · tout à fait fiable"}, {Value: "B", Label: "B · habituellement fiable"},
			{Value: "C", Label: "C · assez fiable"}, {Value: "D", Label: "D · pas habituellement fiable"},
			{Value: "E", Label: "E · non fiable"}, {Value: "F", Label: "F · fiabilité non appréciable"},
		},
		[]api.Term{
			{Value: "1", Label: "1 · confirmée"}, {Value: "2", Label: "2 · probablement vraie"},
			{Value: "3", Label: "3 · peut-être vraie"}, {Value: "4", Label: "4 · douteuse"},
			{Value: "5", Label: "5 · improbable"}, {Value: "6", Label: "6 · exactitude non appréciable"},
		},
	},
}

package mapping

import (
	"slices"

	"github.com/mesure5/dealmap"
)

// Field is one thing that a column of a list can say of a place.
type Field struct {
	Name  string `json:"name"`
	Label string `json:"label"` // in French
	Help  string `json:"help"`  // in French
	// Terms are the values of a field that has a vocabulary, nil for the others.
	Terms []dealmap.Term `json:"terms,omitempty"`
}

// spec is a field with how its cells are read.
type spec struct {
	Field
	api  string // what the domain's errors call it, without index
	read func(r *reading, cell string)
}

// Fields returns all fields in the order in which a person fills in a record.
func Fields() []Field {
	fields := make([]Field, len(specs))
	for i, s := range specs {
		fields[i] = s.Field
	}
	return fields
}

// Label returns the French label of a field, the name itself when it is unknown.
func Label(field string) string {
	if s := specOf(field); s != nil {
		return s.Label
	}
	return field
}

func specOf(field string) *spec {
	if i := slices.IndexFunc(specs, func(s spec) bool { return s.Name == field }); i >= 0 {
		return &specs[i]
	}
	return nil
}

// yesNo is the vocabulary of the fields that are so or not so.
var yesNo = []dealmap.Term{{Value: "true", Label: "Oui"}, {Value: "false", Label: "Non"}}

var specs = []spec{
	{Field{"name", "Nom du lieu", "Cité, bâtiment, rue ; jamais une personne. À défaut, l’adresse.", nil}, "name",
		line(func(a *dealmap.AddPlace) *string { return &a.Facts.Name })},
	{Field{"address", "Adresse", "Adresse entière, en une colonne.", nil}, "address", part(func(p *parts) *string { return &p.whole })},
	{Field{"number", "Numéro dans la voie", "12, 12 bis ; va avec la voie.", nil}, "address", part(func(p *parts) *string { return &p.number })},
	{Field{"street", "Voie", "Rue, avenue, place.", nil}, "address", part(func(p *parts) *string { return &p.street })},
	{Field{"postcode", "Code postal", "Distingue les communes de même nom.", nil}, "commune", (*reading).readPostcode},
	{Field{"commune", "Commune", "Code INSEE ou nom.", nil}, "commune", part(func(p *parts) *string { return &p.commune })},
	{Field{"commune_name", "Nom de la commune", "Lu quand la colonne de la commune est vide.", nil}, "commune",
		part(func(p *parts) *string { return &p.communeName })},
	{Field{"departement", "Département", "Numéro ou nom ; distingue les communes de même nom.", nil}, "commune",
		part(func(p *parts) *string { return &p.departement })},
	{Field{"x", "X ou longitude", "Coordonnée vers l’est.", nil}, "geometry", part(func(p *parts) *string { return &p.x })},
	{Field{"y", "Y ou latitude", "Coordonnée vers le nord.", nil}, "geometry", part(func(p *parts) *string { return &p.y })},
	{Field{"position", "Coordonnées", "Les deux dans une colonne : « 48,85 ; 2,30 », POINT(2.30 48.85), 43°17′52″N 5°22′10″E.", nil}, "geometry",
		part(func(p *parts) *string { return &p.position })},
	{Field{"accuracy", "Précision", "De la position.", dealmap.Accuracies()}, "accuracy",
		word(func(r *reading, v string) { r.result.Accuracy = dealmap.Accuracy(v) })},
	{Field{"kind", "Nature", "Type de point ou de site.", dealmap.Kinds()}, "kind",
		word(func(r *reading, v string) { r.result.Place.Facts.Kind = dealmap.Kind(v) })},
	{Field{"status", "Statut", "Où en est le point. Un point fermé a un motif et une date.", dealmap.Statuses()}, "status", (*reading).readStatus},
	{Field{"closing_reason", "Motif de fermeture", "À défaut, ce que dit le statut (« démantelé », « déplacé »).", dealmap.ClosingReasons()}, "closing.reason",
		word(func(r *reading, v string) { r.closing.Reason = dealmap.ClosingReason(v) })},
	{Field{"closing_date", "Date de fermeture", "Lue pour les points fermés.", nil}, "closing.date",
		date(func(r *reading) *dealmap.Date { return &r.closing.Date })},
	{Field{"closing_operation", "Opération de fermeture", "Code de l’opération qui a fermé le point.", nil}, "closing.operation",
		func(r *reading, cell string) { r.closing.Operation = oneLine(cell) }},
	{Field{"products", "Produits", "Un ou plusieurs, avec n’importe quel séparateur.", dealmap.Products()}, "products", (*reading).readProducts},
	{Field{"hours", "Horaires", "« 12h-22h », « lundi au samedi 14h à 23h30 » ; illisibles, ils vont dans les observations.", nil}, "hours", (*reading).readHours},
	{Field{"intensity", "Intensité", "De 1 à 5, ou faible, moyen, fort.", dealmap.Intensities()}, "intensity",
		word(func(r *reading, v string) { r.result.Place.Facts.Intensity = int(v[0] - '0') })},
	{Field{"lookouts", "Guetteurs", "Oui ou non.", yesNo}, "lookouts", flag(func(f *dealmap.Facts) *bool { return &f.Lookouts })},
	{Field{"obstacles", "Entraves", "Oui ou non.", yesNo}, "obstacles", flag(func(f *dealmap.Facts) *bool { return &f.Obstacles })},
	{Field{"cameras", "Caméras", "Oui ou non.", yesNo}, "cameras", flag(func(f *dealmap.Facts) *bool { return &f.Cameras })},
	{Field{"landlord", "Bailleur", "Personne morale.", nil}, "landlord", line(func(a *dealmap.AddPlace) *string { return &a.Facts.Landlord })},
	{Field{"note", "Observations", "Texte libre, sans donnée personnelle.", nil}, "note", (*reading).readNote},
	{Field{"owner_service", "Service", "À qui appartient la fiche.", dealmap.Services()}, "owner.service", (*reading).readService},
	{Field{"owner_unit", "Unité", "Brigade, commissariat ; à défaut, ce que dit le service.", nil}, "owner.unit",
		line(func(a *dealmap.AddPlace) *string { return &a.Facts.Owner.Unit })},
	{Field{"first_seen", "Première observation", "Date.", nil}, "first_seen",
		date(func(r *reading) *dealmap.Date { return &r.result.Place.Facts.FirstSeen })},
	{Field{"last_confirmed", "Dernière observation", "Date.", nil}, "last_confirmed",
		date(func(r *reading) *dealmap.Date { return &r.result.Place.Facts.LastSeen })},
	{Field{"next_review", "Échéance de revue", "Date.", nil}, "next_review",
		date(func(r *reading) *dealmap.Date { return &r.result.Place.Facts.NextReview })},
	{Field{"reach", "Diffusion", "Jusqu’où le point peut être connu.", dealmap.Reaches()}, "handling.reach",
		word(func(r *reading, v string) { r.result.Place.Facts.Handling.Reach = dealmap.Reach(v) })},
	{Field{"handling_code", "Code d’usage", "Code d’Europol, H0 à H3.", dealmap.HandlingCodes()}, "handling.code",
		word(func(r *reading, v string) { r.result.Place.Facts.Handling.Code = v })},
	{Field{"groups", "Groupes", "Qui peut voir, quand la diffusion est à un groupe.", nil}, "handling.groups",
		codes(",;|\n", func(f *dealmap.Facts) *[]string { return &f.Handling.Groups })},
	{Field{"embargo", "Embargo jusqu’au", "Date.", nil}, "handling.embargo_until",
		date(func(r *reading) *dealmap.Date { return &r.result.Place.Facts.Handling.EmbargoUntil })},
	{Field{"grading", "Cotation", "Lettre et chiffre : A1, B2.", nil}, "grading", (*reading).readGrading},
	{Field{"grading_scheme", "Barème de la cotation", "Europol à défaut.", dealmap.GradingSchemes()}, "grading.scheme",
		word(func(r *reading, v string) { r.scheme = v })},
	{Field{"case_references", "Procédures", "Numéros de procédure ou de procès-verbal.", nil}, "case_references",
		codes(",;|\n", func(f *dealmap.Facts) *[]string { return &f.CaseRefs })},
	{Field{"networks", "Réseaux", "Codes de réseau, par exemple R-13-7KQ ; jamais un nom de famille.", nil}, "networks", (*reading).readNetworks},
	{Field{"source_id", "Identifiant dans la liste", "Numéro de la fiche chez le service.", nil}, "source_record",
		func(r *reading, cell string) { r.result.SourceID = oneLine(cell) }},
}

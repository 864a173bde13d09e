package dealmap

import (
	"fmt"
	"slices"
	"strings"
)

// Policy returns the policy as a document in French (Markdown), printed from the tables that decide: who sees what, how far a
// handling reaches, what a code lets one do, which fields are withheld, who may do what.
func Policy() string {
	var b strings.Builder
	b.WriteString(policyHead)
	b.WriteString("\n## 1. Qui voit quoi d’un point\n\n")
	b.WriteString("Pour chaque rôle, le tableau se lit de haut en bas : la première ligne dont la condition est remplie décide. " +
		"Si aucune ne l’est, le point n’existe pas pour cette personne.\n\n")
	for _, role := range Roles() {
		fmt.Fprintf(&b, "### %s\n\n", role.Label)
		writeRules(&b, rulesFor(Role(role.Value)))
	}
	b.WriteString("## 2. Jusqu’où va une diffusion\n\n")
	table(&b, []string{"Diffusion", "Comprend"}, func(row func(...string)) {
		for _, reach := range Reaches() {
			row(reach.Label, reaches[Reach(reach.Value)].meaning)
		}
	})
	b.WriteString("## 3. Ce que permet le code d’usage (Europol)\n\n" +
		"La diffusion dit qui voit ; le code dit ce que peuvent en faire ceux qui voient la fiche sans la voir entière. " +
		"Qui la voit entière répond de son usage.\n\n")
	table(&b, []string{"Code", "Export à des destinataires nommés", "Sens", "Retenu en plus"}, func(row func(...string)) {
		for _, code := range HandlingCodes() {
			use := uses[code.Value]
			row(code.Value, yes(use.disclose), use.meaning, labels(use.keep))
		}
	})
	b.WriteString("## 4. Ce que montre chaque vue\n\n")
	header := []string{"Champ"}
	for _, d := range []Detail{Whole, Shown, Blurred, Tallied} {
		header = append(header, detailNames[d])
	}
	table(&b, header, func(row func(...string)) {
		for _, f := range fieldNames {
			cells := []string{f.label}
			for _, d := range []Detail{Whole, Shown, Blurred, Tallied} {
				cells = append(cells, shows(d, f.field))
			}
			row(cells...)
		}
		row("genre et état", "oui", "oui", "oui", "dans les agrégats")
		row("commune et territoires", "oui", "oui", "oui", fmt.Sprintf("dans les agrégats, par mailles de %.0f km", CellWidth(TallyLevel)/1000))
	})
	b.WriteString("## 5. Qui peut faire quoi\n\n")
	header = []string{"Action"}
	for _, role := range Roles() {
		header = append(header, role.Label)
	}
	table(&b, header, func(row func(...string)) {
		for _, action := range Actions() {
			cells := []string{action.Label}
			for _, role := range Roles() {
				cells = append(cells, whereNames[rights[Action(action.Value)][Role(role.Value)]])
			}
			row(cells...)
		}
	})
	b.WriteString("Un jeton d’interface ne sert qu’à lire" + tokenActions() + ", dans les territoires qu’il nomme, jusqu’à sa fin ou celle de l’habilitation " +
		"de son titulaire. « Sur son territoire » : dans un territoire de l’habilitation en cours. L’unité propriétaire peut aussi mettre un embargo " +
		"sur sa fiche, ou le prolonger ; seul le procureur le lève ou l’abrège.\n\n")
	b.WriteString("## 6. Liens, réseaux, signalements, opérations, réunions\n\n" +
		"Un signalement est vu en entier par qui l’a envoyé (et son unité), par la Cross de son territoire et par l’Ofast ; par personne d’autre.\n\n" +
		"Une opération est vue comme un point (tableaux 1 à 3), par son unité, sa diffusion et son territoire : entière, partagée (sans la remarque si le code " +
		"la retient), ou ses chiffres seulement (type, dates, territoire, résultats). Qui ne verrait d’un point qu’une fiche floutée ne la voit pas. " +
		"Parmi les lieux qu’elle concerne, chacun ne voit que ceux qu’il voit sur la carte.\n\n" +
		"Un lien entre deux lieux n’est vu que de qui voit les deux lieux (ni absents, ni floutés) et peut connaître le lien lui-même, par son unité et sa diffusion " +
		"(tableaux 1 à 3, sur le territoire de l’un ou de l’autre). Le CLCT n’en connaît que des nombres, entre territoires, si les deux lieux sont dans le sien. " +
		"Effacer un lieu efface tous ses liens, vus ou non.\n\n" +
		"La fiche d’un réseau est vue comme un point partagé ou entier, jamais floutée ni par le CLCT. Ses lieux et ses liens sont ceux que chacun voit par ailleurs : " +
		"ni la fiche ni les chiffres d’un réseau ne disent combien il en a d’autres.\n\n" +
		"Une réunion du CLCT est vue par le CLCT dont le territoire la comprend, par les Cross et les enquêteurs qui y travaillent et par l’Ofast.\n\n")
	b.WriteString("## 7. Motifs de consultation\n\n")
	table(&b, []string{"Motif", "Référence de procédure", "Précision"}, func(row func(...string)) {
		for _, m := range Motives() {
			row(m.Label, demanded(m.Case), demanded(m.Text))
		}
	})
	b.WriteString("## 8. Ce qui est journalisé\n\n" +
		"Les six opérations de l’article 25 de la directive (UE) 2016/680 (article 101 de la loi du 6 janvier 1978).\n\n")
	table(&b, []string{"Opération", "Journal"}, func(row func(...string)) {
		for _, op := range Operations() {
			row(op.Label, loggedIn(Operation(op.Value)))
		}
	})
	return strings.TrimRight(b.String(), "\n") + "\n"
}

const policyHead = `# Qui voit quoi, et pourquoi

Ce document est écrit par la commande « dealmap policy » à partir des tables du programme qui décident (policy.go, life.go) ;
un test vérifie qu’il est à jour. Mention de protection du traitement : **Diffusion Restreinte**.

- Toute sortie (tuile, liste, décompte, recherche, historique, export, flux en direct) passe par ces tables, point par point.
- Ce qui est caché se comporte comme ce qui n’existe pas : même réponse, même forme, même durée.
- Les droits viennent d’une habilitation datée, jamais du fournisseur d’identité. Sa fin prend effet en moins d’une seconde.
- Chaque consultation est inscrite au journal avec son motif avant que la réponse parte ; sinon rien n’est montré.
`

func writeRules(b *strings.Builder, own []*rule) {
	sighted := slices.ContainsFunc(own, func(r *rule) bool { return r.sees != Nothing })
	if !sighted {
		b.WriteString("Ne voit aucun point, dans aucune sortie.\n\n")
		return
	}
	table(b, []string{"Si", "alors voit", "Raison donnée"}, func(row func(...string)) {
		for _, r := range own {
			row(conditionNames[r.when], detailNames[r.sees], r.because)
		}
		if last := own[len(own)-1]; last.when != always {
			row("sinon", detailNames[Nothing], "")
		}
	})
}

var conditionNames = map[condition]string{
	always:    "dans tous les autres cas",
	offToken:  "la demande vient d’un jeton limité à d’autres territoires",
	embargoed: "un embargo court ce jour-là",
	owned:     "la fiche appartient à l’unité de la personne",
	inside:    "le point est dans un territoire de l’habilitation",
	reached:   "la diffusion comprend la personne (tableau 2)",
	blurrable: "la diffusion admet le flou hors de sa portée",
}

var detailNames = map[Detail]string{
	Nothing: "rien", Tallied: "agrégats seulement", Blurred: "fiche floutée à la commune", Shown: "fiche partagée", Whole: "fiche entière",
}

var whereNames = map[where]string{nowhere: "—", inTerritory: "sur son territoire", anywhere: "partout"}

// Actions returns all actions, as a person reads them, in the order in which the screen offers them.
func Actions() []Term {
	return []Term{
		{string(ActionAdd), "ajouter un point"}, {string(ActionEdit), "modifier"}, {string(ActionConfirm), "confirmer"},
		{string(ActionStep), "changer l’état"}, {string(ActionClose), "fermer"}, {string(ActionReopen), "rouvrir"},
		{string(ActionMerge), "fusionner, séparer"}, {string(ActionImport), "importer une liste"}, {string(ActionExport), "exporter ce qui est vu"}, {string(ActionErase), "effacer"},
		{string(ActionEmbargo), "mettre ou lever un embargo"}, {string(ActionReport), "envoyer un signalement"},
		{string(ActionSettle), "traiter un signalement"}, {string(ActionToken), "créer un jeton d’interface"},
		{string(ActionGrant), "gérer habilitations et comptes"}, {string(ActionAudit), "consulter les journaux et les preuves"},
		{string(ActionOperate), "noter une opération"}, {string(ActionMeet), "noter une réunion du CLCT"},
		{string(ActionLink), "lier deux lieux"}, {string(ActionNetwork), "tenir la fiche d’un réseau"},
	}
}

func tokenActions() string {
	var names []string
	for _, a := range reading {
		names = append(names, Label(Actions(), string(a)))
	}
	return " (et à : " + strings.Join(names, ", ") + ")"
}

func loggedIn(op Operation) string {
	var kinds []string
	for _, k := range EventKinds() {
		if EventKind(k.Value).Operation() == op {
			kinds = append(kinds, k.Label)
		}
	}
	switch op {
	case OpCombination:
		return "journal des consultations : lectures d’un autre système avec un jeton"
	case OpDisclosure:
		return "journal des consultations : exports, avec leurs destinataires"
	case OpConsultation:
		return "journal des consultations : tuiles, listes, fiches, recherches, décomptes, flux en direct"
	}
	if op == OpCollection {
		kinds = append(kinds, "import d’une liste (une création par ligne)")
	}
	return "journal : " + strings.ToLower(strings.Join(kinds, ", "))
}

func labels(set fields) string {
	var names []string
	for _, f := range fieldNames {
		if set&f.field != 0 {
			names = append(names, f.label)
		}
	}
	if names == nil {
		return "—"
	}
	return strings.Join(names, " ; ")
}

func shows(d Detail, f fields) string {
	if reserved[d]&counted[d]&f != 0 {
		return "dans les agrégats"
	}
	return yes(reserved[d]&f == 0)
}

func yes(b bool) string {
	if b {
		return "oui"
	}
	return "non"
}

func demanded(b bool) string {
	if b {
		return "exigée"
	}
	return "facultative"
}

func table(b *strings.Builder, header []string, rows func(row func(...string))) {
	line := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(header...)
	b.WriteString(strings.Repeat("|---", len(header)) + "|\n")
	rows(line)
	b.WriteString("\n")
}

package mapping

import (
	"strings"
	"unicode"
)

// headings are the names that lists give the columns of a field: those that say it outright, and behind « ? » those that may
// mean something else as well. Case, accents, plurals, articles, underscores do not matter.
var headings = map[string]string{
	"name": "nom|libellé|lib|dénomination|désignation|intitulé|lieu|point|point de deal|nom du point|nom du lieu|nom du site|nom usuel|name|label|title|appellation|site|location|lieu-dit|toponyme|" +
		"lieu de vente|nom résidence|nom de la résidence|nom du groupe|nom du programme|libellé du lieu|lieu du deal ? cité|résidence|quartier|secteur|immeuble|bâtiment|groupe immobilier|programme|" +
		"patrimoine|ensemble immobilier|opérateur|place|spot|objet|point name",
	"address":           "adresse|adresse complète|adresse postale|address|adr|adresse du point|adresse du lieu|full address|adresse exacte ? localisation|emplacement|situation géographique",
	"number":            "numéro de voie|numéro voie|n° voie|n° de voie|n° rue|n° de rue|num voie|numéro de rue|num rue|house number|street number|numéro dans la voie|n° adresse ? n°|no|nr|num|numéro",
	"street":            "voie|rue|nom de voie|nom de la voie|libellé de voie|libellé voie|nom de rue|street|street name|odonyme|lib voie|adresse voie|nom rue",
	"postcode":          "cp|code postal|codepostal|code post|postcode|post code|postal code|zip|zip code|codpost|cpostal|c.p.",
	"commune":           "insee|code insee|codeinsee|code commune|codgeo|code geo|depcom|com insee|cog|codecom|code com|citycode|commune insee|num insee|insee commune|insee com|n° insee|cod insee|code insee commune|insee code",
	"commune_name":      "commune|ville|city|town|municipalité|localité|nom commune|nom de la commune|libellé commune|lib commune|nom com|libgeo|commune nom|lib com|nomcom|commune de rattachement",
	"departement":       "département|dept|dep|dpt|code département|num département|n° département|department|nom département|code dep|libellé département",
	"x":                 "x|longitude|lon|long|lng|coord x|coordonnée x|x coord|coordx|xcoord|easting|est|point x|pos x|gps x|gps long|gps lon|geo x|xl93|x93|lambert x|x lambert|long dd|coordonnée est|x centroid|geometrie x",
	"y":                 "y|latitude|lat|coord y|coordonnée y|y coord|coordy|ycoord|northing|nord|point y|pos y|gps y|gps lat|geo y|yl93|y93|lambert y|y lambert|lat dd|coordonnée nord|y centroid|geometrie y",
	"position":          "coordonnée|coord|gps|position|geom|wkt|the geom|latlon|lat lon|latlong|lat long|lonlat|xy|x y|géolocalisation|coordonnée gps|point gps|geo point|geo point 2d|geopoint|geometry|coordinate|position gps|localisation gps ? localisation",
	"accuracy":          "précision|exactitude|accuracy|précision géo|qualité localisation|précision position|niveau de précision|précision localisation|type de localisation|précision gps|précision du point",
	"kind":              "type de point|type de lieu|type de deal|type point deal|nature du point|type de site|mode de vente|mode opératoire|kind|catégorie de point|forme de vente|modalité de vente|type de vente|typologie ? type|nature|catégorie|forme|modalité|mode",
	"status":            "statut|état|etat|status|état du point|statut du point|state|situation du point ? situation|activité|actif|etat actuel",
	"closing_reason":    "motif de fermeture|motif de clôture|raison de fermeture|raison de la fermeture|cause de fermeture|closing reason|motif de démantèlement|motif fin ? motif",
	"closing_date":      "date de fermeture|date de clôture|fermé le|date de démantèlement|démantelé le|closing date|clôturé le|date de fin|closed|closed on|date fin ? fin|fermeture|clôture",
	"closing_operation": "opération de fermeture|opération|code opération|closing operation",
	"products":          "produit|stup|stupéfiant|drogue|substance|product|drug|nature du produit|type de produit|produit vendu|type de stupéfiant|nature stup|produit stupéfiant|nature des stupéfiants|type de drogue ? marchandise",
	"hours":             "horaire|créneau|plage horaire|amplitude|opening hour|heure de vente|créneau horaire|horaire de vente|amplitude horaire|hour|horaire constaté|horaire d’activité ? heure|schedule",
	"intensity":         "intensité|niveau d’activité|intensity|niveau d’intensité|affluence|fréquentation|ampleur ? niveau|importance|volume",
	"lookouts":          "guetteur|chouf|choufs|lookout|présence de guetteur|guet|guetteur présent",
	"obstacles":         "obstacle|entrave|barrage|obstruction|présence d’obstacle|encombrant|barricade",
	"cameras":           "caméra|vidéosurveillance|vidéoprotection|vidéo protection|présence de caméra|cctv|camera ? vidéo",
	"landlord":          "bailleur|bailleur social|nom du bailleur|landlord|organisme hlm|organisme logeur|syndic|propriétaire bailleur ? propriétaire|logeur",
	"note":              "observation|commentaire|remarque|note|comment|remark|annotation ? information|info|divers|description|détail|renseignement|complément|contexte|context|mémo|précision complémentaire",
	"owner_service":     "service|service propriétaire|administration|force|owner service|service gestionnaire|owner|service compétent|service d’origine|service déclarant|service source ? direction|origine|source|force de sécurité",
	"owner_unit":        "unité|brigade|unit|unité gestionnaire|unité compétente|owner unit|unité déclarante|brigade compétente|service enquêteur|unité d’enquête|unité élémentaire ? compagnie|commissariat|bureau|circonscription|csp|groupe|cob|bta",
	"first_seen": "vu 1|première vue|1re vue|vu la première fois|première fois vu|date de constatation|constatation|première observation|créé le|date de création|création|created|date de découverte|découverte|date de signalement|signalé le|ouvert le|date d’ouverture|first seen|" +
		"date de première observation|date de recensement|recensé le|date d’apparition|date des faits|date d’implantation|date d’infraction|actif depuis|premier constat|date premier constat|1ère observation|date d’identification|identifié le ? début|date début|depuis|mois|month|saisi le|date de saisie|year month",
	"last_confirmed": "vu dern|vu dernier|dern vue|dernier vu|vu la dernière fois|dernière fois vu|dernière observation|dernière constatation|vu le|dernière vue|dernier constat|date de dernière observation|date d’observation|constaté le|observé le|last seen|last confirmed|dernière confirmation|confirmé le|" +
		"dernière activité|date dernier constat|dernier passage|dernière surveillance|date du dernier constat|date dernière constatation|dernière date|vérifié le|contrôlé le ? date|maj|mise à jour|date de mise à jour|date maj|dernière maj|mis à jour le|modifié le|updated|last update|actualisation|actualisé le|date d’actualisation|date modification",
	"next_review":    "revue|prochaine revue|échéance|échéance de revue|date de revue|review|next review|à revoir le|prochain contrôle|prochaine vérification|à vérifier le",
	"reach":          "diffusion|portée|reach|niveau de diffusion|visibilité|partage|périmètre de diffusion ? confidentialité",
	"handling_code":  "code de diffusion|code europol|handling code|code d’usage|handling|code de traitement ? restriction",
	"groups":         "groupe de diffusion|group|groupes autorisés",
	"embargo":        "embargo|date d’embargo|fin d’embargo|embargo jusqu’au",
	"grading":        "cotation|grading|cotation du renseignement|cotation source|cotation europol ? évaluation|fiabilité|cote",
	"grading_scheme": "barème|barème de cotation|grading scheme|schéma de cotation",
	"case_references": "procédure|n° procédure|n° de procédure|numéro de procédure|pv|n° pv|n° de pv|numéro pv|num pv|procès-verbal|dossier|n° dossier|n° de dossier|numéro de dossier|affaire|référence procédure|réf procédure|case|case reference|" +
		"n° parquet|réf pv|référence pv|procédure judiciaire|procédures liées|numéro de pv|n° idj|n° enquête",
	"networks":  "réseau|code réseau|network|n° réseau|code du réseau|réseau criminel",
	"source_id": "id|identifiant|fid|objectid|gid|uid|ogc fid|n° fiche|numéro de fiche|n° de fiche|n° ligne|uuid|n° ordre|n° d’ordre|crime id|identifiant interne|id point|id fiche|id site|id interne|ref fiche|référence fiche ? ref|référence|code|n°|num|numéro|clé|key",
}

// personal are words of headers whose columns hold persons: they are never suggested for anything.
var personal = map[string]bool{
	"agent": true, "enqueteur": true, "auteur": true, "redacteur": true, "individu": true, "prenom": true, "suspect": true, "gestionnaire": true, "contact": true,
	"telephone": true, "tel": true, "mail": true, "email": true, "courriel": true, "locataire": true, "temoin": true, "victime": true, "surnom": true, "alia": true,
	"pseudo": true, "immatriculation": true, "plaque": true, "personne": true, "saisisseur": true, "referent": true, "interlocuteur": true,
}

// systemWords are what headers of coordinates say of their system.
var systemWords = map[string]int{
	"l93": 2154, "lamb93": 2154, "lambert93": 2154, "rgf93": 2154, "2154": 2154, "xl93": 2154, "yl93": 2154, "x93": 2154, "y93": 2154,
	"wgs84": 4326, "4326": 4326, "dd": 4326, "deg": 4326, "gps": 4326, "longitude": 4326, "latitude": 4326, "lat": 4326, "lon": 4326, "lng": 4326,
	"l2e": 27572, "lambert2e": 27572, "lambert2": 27572, "27572": 27572, "3857": 3857,
	"cc42": 3942, "cc43": 3943, "cc44": 3944, "cc45": 3945, "cc46": 3946, "cc47": 3947, "cc48": 3948, "cc49": 3949, "cc50": 3950,
}

// heading is a phrase that a header may be, in words.
type heading struct {
	field  string
	words  []string
	weight int
}

// The weights of phrases that say a field outright and of those that may.
const (
	outright = 100
	perhaps  = 70
)

var allHeadings = func() []heading {
	var all []heading
	for _, s := range specs {
		sure, maybe, _ := strings.Cut(headings[s.Name], "?")
		phrases := strings.ReplaceAll(s.Name, "_", " ") + "|" + s.Label + "|" + sure
		for i, list := range []string{phrases, maybe} {
			for phrase := range strings.SplitSeq(list, "|") {
				if words := headerWords(phrase); len(words) > 0 {
					all = append(all, heading{s.Name, words, []int{outright, perhaps}[i]})
				}
			}
		}
	}
	return all
}()

// headerWords brings a header to its words: singular, without articles, taken apart where capitals begin.
func headerWords(header string) []string {
	var b strings.Builder
	before := ' '
	runes := []rune(clipped(header, maxWord))
	for i, c := range runes {
		starts := unicode.IsUpper(c) && (unicode.IsLower(before) || unicode.IsUpper(before) && i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
		before = c
	}
	return strings.Fields(stem(strings.ReplaceAll(b.String(), "°", " ")))
}

// headerScores rates how well a header names each field, 0 to 100; fields that it does not name are absent.
func headerScores(header string) map[string]int {
	words := headerWords(header)
	scores := map[string]int{}
	set := map[string]bool{}
	for _, w := range words {
		if personal[w] {
			return scores
		}
		set[w] = true
	}
	for _, h := range allHeadings {
		hits := 0
		for _, w := range h.words {
			if set[w] {
				hits++
			}
		}
		if hits < len(h.words) {
			continue
		}
		others := 0
		for w := range set {
			if !(h.field == "x" || h.field == "y" || h.field == "position") || systemWords[w] == 0 && w != "lambert" && w != "93" && w != "epsg" && w != "m" && w != "wgs" && w != "84" && w != "utm" {
				others++
			}
		}
		others = max(0, others-hits)
		scores[h.field] = max(scores[h.field], h.weight*(100-50*others/(others+hits))/100)
	}
	return scores
}

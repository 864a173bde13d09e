package mapping

// synonyms are the words that lists use for the values of the model: field → value → words, parted by bars, in French and English.
// Case, accents, plurals, articles and punctuation do not matter. Values and labels of the model are known besides. Words that
// say as well something else (« blanche », « local », « plus actif ») are left out: the person who knows the list gives them a
// meaning once, in the profile.
var synonyms = map[string]map[string]string{
	"kind": {
		"street": "rue|deal de rue|voie publique|vp|espace public|extérieur|plein air|trottoir|square|parc|jardin|parvis|pied d’immeuble|pieds d’immeuble|" +
			"bas d’immeuble|point fixe|point de deal|point de vente|pdd|deal|vente de rue|place publique|parking|gare|station de métro|arrêt de bus|open air|on street",
		"four": "hall|hall d’immeuble|hall d’entrée|cage d’escalier|cage|cage escaliers|entrée d’immeuble|parties communes|partie commune|escalier|montée|porche|" +
			"immeuble|dans un immeuble|stairwell|hallway|four fixe",
		"drive":        "drive-in|drive in|drive through|vente en voiture|voiture|en voiture",
		"delivery":     "livraison à domicile|livreur|livre|ubershit|uber shit|uber-shit|uberstup|uber stup|uber coke|ubercoke|centrale d’appel|centrale téléphonique|call center|itinérant|ambulant|deliveries",
		"stash_flat":   "appartement nourrice|appart nourrice|logement nourrice|planque|cache|stash|stash flat|stash house",
		"warehouse":    "entrepôt|hangar|box|garage|stockage|lieu de stockage|cave|storage|conditionnement",
		"entry_point":  "point d’entrée|entrée du territoire|port|aéroport|frontière|poste frontière|point de passage|border|point d’importation|plateforme logistique",
		"growing_site": "plantation|culture de cannabis|cannabiculture|serre|indoor|culture indoor|ferme de cannabis|champ|growing|farm|cultures",
		"growshop":     "grow shop|grow-shop",
		"business":     "bar|épicerie|épicerie de nuit|restaurant|chicha|bar à chicha|snack|kebab|tabac|bar tabac|boutique|magasin|shop|établissement|commerces|local commercial",
	},
	"status": {
		"reported": "signalement|à vérifier|à confirmer|suspecté|suspect|présumé|possible|nouveau|non confirmé|non vérifié|en cours de vérification|supposé|suspected|potentiel|à recouper",
		"active": "active|ouvert|ouverte|en activité|activité|en cours|en fonctionnement|fonctionne|confirmé|avéré|avérée|opérationnel|existant|open|toujours actif|réactivé|rouvert|ré-ouvert|réouvert|" +
			"vivant|en service|actif confirmé|live|très actif|actif en permanence",
		"disrupted": "perturbée|pilonné|pilonnage|sous pression|en difficulté|affaibli|désorganisé|harcelé|ralenti|activité réduite|fragilisé|partiellement actif|gêné",
		"dormant":   "sommeil|inactif|inactive|en veille|veille|suspendu|en pause|sans activité|latent|non actif|inactivité|endormi|paused|dormante|momentanément inactif",
		"closed": "fermée|fermeture|clôturé|clôturée|clos|close|démantelé|démantelée|démantèlement|supprimé|terminé|éteint|éteinte|disparu|disparue|abandonné|déplacé|déplacée|résorbé|neutralisé|éradiqué|" +
			"dismantled|archivé|doublon|erreur|erreur de saisie|n’existe plus|évacué|fini|shut|ended|transféré",
	},
	"closing_reason": {
		"dismantled": "démantelée|démantèlement|opération judiciaire|judiciaire|interpellation|neutralisé|éradiqué|évacué|opération de police|dismantlement|saisie|perquisition",
		"displaced":  "déplacée|déplacement|transféré|délocalisé|report|moved",
		"faded":      "éteint|éteinte|disparu|disparue|abandonné|cessé|cessation|inactivité|résorbé|fin naturelle|extinction|plus d’activité",
		"duplicate":  "fusionné|doublons|double|doublon de fiche",
		"error":      "erreur|faux|faux positif|infirmé|non avéré|mistake|erroné|erreurs de saisie",
	},
	"products": {
		"cannabis": "herbe|shit|résine|beuh|beu|weed|haschich|haschisch|hachich|hash|chichon|marijuana|ganja|thc|teushi|skunk|pollen|huile de cannabis|barrette|joint|canna|cana|" +
			"résine de cannabis|herbe de cannabis|zamal|bédo|kif|résine / herbe|cbd|marie-jeanne",
		"cocaine":  "coke|c|coc|coca|cocaina|chlorhydrate de cocaïne|cc|neige",
		"crack":    "caillou|galette|free base|freebase|cocaïne basée|cocaïne base",
		"heroin":   "héro|brune|rabla|héroïne brune|héroïne blanche|smack|brown|brown sugar",
		"mdma":     "ecstasy|ecsta|exta|extasy|exctasy|extasie|taz|xtc|md|cachet d’ecstasy|mdma / ecstasy|ecstasy / mdma",
		"ketamine": "k|kéta|special k|ké",
		"nps": "nouveau produit de synthèse|nouveau produit|produit de synthèse|drogue de synthèse|cathinone|3mmc|3-mmc|4mmc|4-mmc|méphédrone|cannabinoïde de synthèse|cannabis de synthèse|cannabis synthétique|buddha blue|" +
			"pète ton crâne|ptc|hhc|spice|chimique|nitazène",
		"other": "médicament|subutex|lyrica|prégabaline|rivotril|tramadol|codéine|lean|méthadone|buprénorphine|skenan|artane|lsd|buvard|champignon|champi|champignon hallucinogène|amphétamine|amphet|speed|" +
			"ghb|gbl|ghb / gbl|protoxyde d’azote|protoxyde|proto|méthamphétamine|meth|crystal|opium|fentanyl|khat|divers|poppers|psychotrope|autre stupéfiant|autre produit",
	},
	"accuracy": {
		"door":     "entrée|hall|porte|cage d’escalier|exact|exacte|précis|précise|gps|à la porte|au hall|numéro|à l’adresse",
		"building": "immeuble|bat|adresse|au bâtiment",
		"estate":   "résidence|cité|quartier|ensemble|îlot|lieu-dit|secteur",
		"street":   "voie|à la voie|à la rue|approximatif|approximative|tronçon|approximate",
		"commune":  "ville|à la commune|centroïde commune|centre commune|mairie|city|town",
	},
	"intensity": {
		"1": "très faible|1 / 5|1 sur 5|niveau 1|1.0|minime|occasionnel|very low",
		"2": "faible|2 / 5|2 sur 5|niveau 2|2.0|low|limité|modéré",
		"3": "moyen|moyenne|3 / 5|3 sur 5|niveau 3|3.0|medium|normal|régulier",
		"4": "fort|forte|élevé|élevée|important|importante|4 / 5|4 sur 5|niveau 4|4.0|high|soutenu",
		"5": "très fort|très forte|très élevé|très élevée|très important|majeur|majeure|maximal|maximum|5 / 5|5 sur 5|niveau 5|5.0|very high|massif",
	},
	"owner_service": {
		"PN": "police|ddsp|dipn|dzpn|didpn|ddpn|cdsp|csp|dcsp|dncsp|dcpj|dnpj|dipj|dzpj|drpj|srpj|dtpj|sipj|pj|police judiciaire|commissariat|bac|bst|bts|sûreté départementale|sécurité publique|cisp|ciat|dtpn|bsu|paf|dcpaf|crs|" +
			"brigade des stupéfiants|brigade anti-criminalité|national police",
		"PP": "préfecture de police de paris|prefpol|dspap|dtsp|dtsp 75|dtsp 92|dtsp 93|dtsp 94|1er dpj|2e dpj|3e dpj|dpj|drpj paris|dpj paris",
		"GN": "gendarmerie|ggd|cob|bta|bt|br|sr|brigade de recherches|section de recherches|brigade territoriale|groupement de gendarmerie|communauté de brigades|psig|compagnie de gendarmerie|gend|pgm|bpdj|comgend|rgn|" +
			"brigade de gendarmerie",
		"DGDDI": "douane|douane française|direction générale des douanes|dnred|onaf|sejf|sndj|bsi|bse|bsn|brigade de surveillance|brigade de surveillance intérieure|customs|dr|dr douanes|direction régionale des douanes|dipa",
		"OFAST": "office anti-stupéfiants|office antistupéfiants|ocrtis|antenne ofast|cross",
	},
	"reach": {
		"service":     "interne|service propriétaire|service seul|mon service",
		"departement": "départemental|départementale|dép",
		"zone":        "zonal|zonale",
		"national":    "nationale|france|france entière|tous services|tous|générale|sans restriction|libre",
		"group":       "groupe|groupe restreint|groupe fermé",
	},
	"handling_code":  {"H0": "0|h 0", "H1": "1|h 1", "H2": "2|h 2", "H3": "3|h 3"},
	"grading_scheme": {"europol": "4x4|4 x 4", "admiralty": "amirauté|otan|nato|6x6|6 x 6"},
}

// yes and no are the words of the fields that are so or not so; a count is as good.
const (
	yesWords = "oui|o|x|1|vrai|true|yes|y|présence|présent|présents|présente|ok|avec|constaté|actif|2|3|4|5|6|7|8|9|10|1.0|xx|✓|✔|☑|on|t|v"
	noWords  = "non|n|0|faux|false|no|absence|absent|absents|absente|sans|aucun|aucune|pas|off|0.0|ko|f|☐|✗|✘"
)

// foreign are words that name something else than the model has, although a word within them is known: whoever maps the list decides.
var foreign = map[string]string{
	"owner_service": "police municipale|pm|police rurale|police ferroviaire|suge|gpsr|police des transports|polices municipales|service de police municipale",
	"products":      "aucun produit|alcool|tabac|cigarette|contrebande de tabac",
	"kind":          "prostitution|rodéo|squat",
}

// negations turn what they stand before around, so that a known word beside them says nothing.
var negations = func() map[string]bool {
	all := map[string]bool{}
	for _, word := range []string{
		"pas", "plus", "non", "sans", "ex", "ancien", "ancienne", "hors", "sauf", "ni", "jamais", "aucun", "aucune", "no", "not", "never", "former",
	} {
		all[singular(word)] = true
	}
	return all
}()

package web

// centralIsWatched is what no ranking may be shown without.
const centralIsWatched = "La place centrale est souvent seulement la mieux surveillée : ces mesures portent sur ce qui est connu et que vous voyez, non sur ce qui est. " +
	"Un lien qui manque peut être un lien que personne n’a cherché."

// explanation is one element of what the contract calls explained.
type explanation = struct {
	Label   string `json:"label"`
	Measure string `json:"measure"`
	Text    string `json:"text"`
}

// explained says in one sentence what each measure is.
func explained(m manner) []explanation {
	between := "Part des chemins les plus courts entre deux autres lieux qui passent par ce lieu, de 0 à 1"
	if m.directed {
		between += ", les liens étant suivis dans leur sens"
	}
	if m.weighted {
		between += " ; la force d’un lien est son poids, et son inverse sa longueur : un lien fort est court."
	} else {
		between += " ; chaque lien compte pour un."
	}
	return []explanation{
		{"Composantes", "components", "Les parties du réseau qu’aucun lien ne rattache l’une à l’autre ; la composante 0 est la plus grande."},
		{"Degré", "degree", "Nombre de lieux différents auxquels ce lieu est lié, dans un sens ou dans l’autre."},
		{"Degrés entrant et sortant", "in,out", "Nombre de lieux qui mènent à ce lieu, et auxquels il mène ; un lien sans sens compte dans les deux."},
		{"Force", "strength", "Somme des forces de ses liens ; la force n’a pas d’unité, elle compare des liens entre eux."},
		{"Intermédiarité", "betweenness", between},
		{"Points d’articulation", "articulations", "Lieux dont la fermeture, à elle seule, coupe en morceaux la partie du réseau où ils sont."},
		{"Ponts", "bridges", "Paires de lieux dont le lien, à lui seul, tient ensemble deux parties du réseau."},
		{"Communautés", "communities", "Groupes de lieux plus liés entre eux que le hasard ne le ferait, les liens comptant selon leur force (méthode de Louvain)."},
		{"Modularité", "modularity", "Netteté de ces groupes : 0 quand ils ne valent pas mieux que le hasard, au-delà de 0,3 environ quand ils sont marqués."},
		{"Fragmentation", "fragmentation", "Part des paires de lieux qu’aucun chemin ne relie : 0 quand tout se tient, 1 quand chaque lieu est seul (Borgatti, 2006)."},
		{"Lieux clés", "key_players", "Les quelques lieux dont la fermeture simultanée laisserait le moins de paires encore reliées : rarement les plus centraux un à un."},
	}
}

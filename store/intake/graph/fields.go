package graph

import (
	"strings"

	"github.com/mesure5/dealmap/geo"
)

// Fields of a tie that columns and attributes may give.
const (
	fieldFrom      = "from"
	fieldTo        = "to"
	fieldStrength  = "strength"
	fieldKind      = "kind"
	fieldMeans     = "means"
	fieldSince     = "since"
	fieldUntil     = "until"
	fieldNote      = "note"
	fieldDirection = "direction"
	fieldFromName  = "from name"
	fieldToName    = "to name"
	fieldFromLon   = "from lon"
	fieldFromLat   = "from lat"
	fieldToLon     = "to lon"
	fieldToLat     = "to lat"
)

// Fields of a node.
const (
	fieldLabel     = "label"
	fieldReference = "reference"
	fieldLon       = "lon"
	fieldLat       = "lat"
	fieldX         = "x"
	fieldY         = "y"
)

// tieNames are what columns of edge lists and attributes of edges are called, without accents, in French and English, as Gephi,
// yEd, igraph, Neo4j and NetworkX have them too.
var tieNames = named(map[string]string{
	fieldFrom: "source|from|de|depart|origine|origin|fournisseur|emetteur|expediteur|sender|start|start id|amont|ego|tail|from node|" +
		"node 1|node1|noeud 1|noeud1|noeud a|node a|lieu a|noeud de depart|sommet 1|id 1|id1|lieu 1|point 1|place 1|de reference|reference de|source reference|from reference|from id|source id|id source|lieu de depart",
	fieldTo: "target|to|vers|arrivee|destination|dest|cible|client|destinataire|receiver|recipient|end|end id|aval|alter|head|to node|" +
		"node 2|node2|noeud 2|noeud2|noeud b|node b|lieu b|noeud d arrivee|sommet 2|id 2|id2|lieu 2|point 2|place 2|vers reference|reference vers|target reference|to reference|to id|target id|id target|id cible|lieu d arrivee",
	fieldStrength:  "poids|weight|strength|force|intensite|intensity|value|valeur|nombre|nb|count|frequence|frequency|w",
	fieldKind:      "kind|nature|type|type de lien|nature du lien|lien|relation|relationship|link type|edge type|link kind|categorie|category",
	fieldMeans:     "means|moyen|moyen de transport|mode de transport|transport|mode|vecteur|means of transport",
	fieldSince:     "since|depuis|depuis le|from date|date from|debut|date debut|date de debut|start date|valid from|valable depuis|du|valide du",
	fieldUntil:     "until|jusqu|jusque|jusqu a|jusqu au|to date|date to|fin|date fin|date de fin|end date|valid until|valid to|valable jusqu au|au|valide jusqu au",
	fieldNote:      "note|notes|commentaire|commentaires|comment|comments|remarque|remarques|observation|observations|description|label|edge label|libelle",
	fieldDirection: "directed|oriente|dirige|direction|sens|orientation",
})

// nodeNames are what attributes of nodes are called.
var nodeNames = named(map[string]string{
	fieldLabel:     "label|name|nom|libelle|title|titre|node label",
	fieldReference: "reference|ref|reference du lieu",
	fieldKind:      "kind|type|nature|categorie|category",
	fieldLon:       "lon|long|lng|longitude",
	fieldLat:       "lat|latitude",
	fieldX:         "x",
	fieldY:         "y",
})

// A column may say something of an end: « nom source », "from lon".
func init() {
	ends := map[string][]string{fieldFrom: {"from", "source", "de", "origine", "depart"}, fieldTo: {"to", "target", "vers", "destination", "cible", "arrivee"}}
	parts := map[string][]string{"name": {"name", "nom", "label", "libelle"}, fieldLon: {"lon", "lng", "longitude", "x"}, fieldLat: {"lat", "latitude", "y"}}
	for end, words := range ends {
		for part, names := range parts {
			for _, word := range words {
				for _, name := range names {
					tieNames[word+" "+name], tieNames[name+" "+word] = end+" "+part, end+" "+part
				}
			}
		}
	}
}

func named(fields map[string]string) map[string]string {
	names := map[string]string{}
	for field, words := range fields {
		for word := range strings.SplitSeq(words, "|") {
			names[word] = field
		}
	}
	return names
}

// fieldOf finds the field of a name among names, empty for none.
func fieldOf(names map[string]string, name string) string {
	return names[geo.Fold(name)]
}

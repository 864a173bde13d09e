package dealmap

import (
	"math"
	"strconv"
	"strings"
)

// finder says which words explain a finding.
type finder uint8

const (
	textMetres finder = iota
	textCommune
	textCommunes
	textNoCommune
	textName
	textParts
	textNames
	textNameStreet
	textBuilding
	textBuildings
	textEntrance
	textEntrances
	textStairs
	textStairsDiffer
	textSide
	textSides
	textMark
	textMarks
	textNumber
	textStreet
	textStreets
	textAddress
	textNumbers
	textNetwork
	textNetworks
	textProducts
	textNoProduct
	textSomeProducts
	textKind
	textKinds
	textSameTime
	textTimes
	textLandlord
	textLandlords
	textOwner
	textNoRival
	textSomeRival
	textRivals
)

// phrases explain findings; X and Y stand for what they name.
var phrases = [...]string{
	textCommune: "même commune : X", textCommunes: "communes différentes : X et Y", textNoCommune: "commune inconnue d’un côté",
	textParts: "même cité, parties différentes : X et Y", textNames: "noms différents",
	textNameStreet: "l’un porte le nom de la rue de l’autre : X",
	textBuilding:   "même bâtiment : X", textBuildings: "bâtiments différents : X et Y",
	textEntrance: "même entrée : X", textEntrances: "entrées différentes : X et Y",
	textStairs: "même escalier : X", textStairsDiffer: "escaliers différents : X et Y",
	textSide: "même côté : X", textSides: "côtés différents : X et Y",
	textMark: "même repère : X", textMarks: "repères différents : X et Y",
	textNumber: "même numéro : X", textStreet: "même rue : X", textStreets: "rues différentes",
	textAddress: "même adresse : X, Y", textNumbers: "même rue, numéros différents : X et Y",
	textNetwork: "même réseau X", textNetworks: "réseaux différents : X et Y",
	textProducts: "mêmes produits", textNoProduct: "aucun produit en commun", textSomeProducts: "peu de produits en commun",
	textKind: "même nature : X", textKinds: "natures différentes : X et Y",
	textSameTime: "vus à la même époque", textTimes: "vus à des époques différentes",
	textLandlord: "même bailleur", textLandlords: "bailleurs différents",
	textOwner:   "fiches d’une même unité, qui note rarement deux fois un lieu",
	textNoRival: "aucun autre point proche ne leur ressemble", textSomeRival: "un autre point proche leur ressemble un peu",
	textRivals: "un autre point proche leur ressemble autant",
}

// words puts a finding in French.
func (f *finding) words(e *evidence, a, b *Description) string {
	x, y := f.x, f.y
	switch f.text {
	case textMetres:
		return "à " + strconv.Itoa(int(math.Round(e.metres))) + " m, pour une précision de " +
			strconv.Itoa(int(math.Round(math.Hypot(a.radius, b.radius)))) + " m"
	case textName:
		if a.name == b.name {
			return "même nom : " + a.name
		}
		return "même nom : " + min(a.name, b.name) + " et " + max(a.name, b.name)
	case textNames:
		return "noms différents : " + min(a.name, b.name) + " et " + max(a.name, b.name)
	case textKind, textKinds:
		x, y = Label(kindTerms, x), Label(kindTerms, y)
		if f.text == textKinds {
			x, y = min(x, y), max(x, y)
		}
	case textBuilding, textBuildings, textEntrance, textEntrances, textStairs, textStairsDiffer, textMark, textMarks:
		x, y = strings.ToUpper(x), strings.ToUpper(y)
	}
	phrase := phrases[f.text]
	before, after, found := strings.Cut(phrase, "X")
	if !found {
		return phrase
	}
	middle, end, two := strings.Cut(after, "Y")
	if !two {
		return before + x + y + after
	}
	return before + x + middle + y + end
}

var kindTerms = Kinds()

package dealmap

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// Level is the kind of a territory, the part of its code before the colon.
type Level string

// The levels of territory, from the country down. QPV and QRR are priority districts beside the administrative tree.
const (
	LevelCountry        Level = "fr"
	LevelZone           Level = "zone"
	LevelRegion         Level = "reg"
	LevelDepartement    Level = "dep"
	LevelArrondissement Level = "arr"
	LevelCommune        Level = "com"
	LevelQPV            Level = "qpv"
	LevelQRR            Level = "qrr"
)

// France is the code of the whole national territory, the only one without a part after its level.
const France TerritoryCode = "fr"

// TerritoryCode names a territory by its level and its official code: zone:sud, reg:93, dep:13, arr:131, com:13055,
// qpv:QN01307M, qrr:13-1; the whole country is fr.
type TerritoryCode string

// ParseTerritoryCode checks the form of a code; whether the territory exists is the gazetteer's to say.
// Level names are accepted in any case, official codes are returned in capitals except zones, which are lower case.
func ParseTerritoryCode(text string) (TerritoryCode, error) {
	if strings.EqualFold(text, string(France)) {
		return France, nil
	}
	level, id, ok := strings.Cut(text, ":")
	if !ok || id == "" || len(id) > 24 {
		return "", Invalid("territory", fmt.Sprintf("« %s » n’est pas un code de territoire (par exemple dep:13 ou com:13055)", clip(text)))
	}
	level = strings.ToLower(level)
	for _, r := range id {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-') {
			return "", Invalid("territory", fmt.Sprintf("« %s » contient un caractère interdit dans un code de territoire", clip(text)))
		}
	}
	switch Level(level) {
	case LevelZone:
		return TerritoryCode(level + ":" + strings.ToLower(id)), nil
	case LevelRegion, LevelDepartement, LevelArrondissement, LevelCommune, LevelQPV, LevelQRR:
		return TerritoryCode(level + ":" + strings.ToUpper(id)), nil
	}
	return "", Invalid("territory", fmt.Sprintf("« %s » : niveau inconnu (zone, reg, dep, arr, com, qpv ou qrr)", clip(text)))
}

// Level returns the part before the colon.
func (c TerritoryCode) Level() Level {
	level, _, _ := strings.Cut(string(c), ":")
	return Level(level)
}

// is reports whether the code is of a level other than that of the country.
func (c TerritoryCode) is(level Level) bool {
	n := len(level)
	return len(c) > n && c[n] == ':' && string(c[:n]) == string(level)
}

// ID returns the official code, without the level: "13" of dep:13; empty for the whole country.
func (c TerritoryCode) ID() string {
	_, id, _ := strings.Cut(string(c), ":")
	return id
}

// TerritoryAt returns the territory of a level in a chain, empty when it holds none.
func TerritoryAt(chain []TerritoryCode, level Level) TerritoryCode { return chainAt(chain, level) }

// Gazetteer is what deciding must know of territories; package geo has the implementation.
type Gazetteer interface {
	// Chain returns the territory and all its ancestors, finest first (com:13055, arr:133, dep:13, reg:93, zone:sud), and
	// false when the code is unknown. France is in no chain: it contains everything.
	Chain(TerritoryCode) ([]TerritoryCode, bool)
	// Locate returns the chain of the finest administrative territory known to hold a WGS 84 position (lon, lat), nil
	// when the position is in none.
	Locate(orb.Point) []TerritoryCode
	// Year returns the vintage (année du code officiel géographique) of a territory's code, 0 when unknown.
	Year(TerritoryCode) int
	// Distance returns how far a WGS 84 position lies outside a territory's outline, in metres, 0 inside it, and false
	// when the outline is unknown.
	Distance(TerritoryCode, orb.Point) (float64, bool)
}

func clip(text string) string {
	const most = 60
	runes := []rune(strings.ToValidUTF8(text, "�"))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

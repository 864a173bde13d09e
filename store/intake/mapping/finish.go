package mapping

import (
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// finish puts together what several cells say.
func (r *reading) finish() {
	r.address()
	r.locate()
	r.commune()
	facts := &r.result.Place.Facts
	facts.Accuracy = r.result.Accuracy
	if facts.Position == nil {
		facts.Accuracy = dealmap.AccuracyCommune
	}
	if facts.Name == "" && facts.Address != "" {
		facts.Name = shortened(facts.Address, 120)
		r.note("sans nom : l’adresse en tient lieu")
	}
	if r.parts.hours != "" {
		facts.Note = strings.TrimPrefix(facts.Note+"\nHoraires : "+r.parts.hours, "\n")
	}
	r.owner()
	r.close()
	r.grading()
	if facts.Handling.Reach == "" && len(facts.Handling.Groups) > 0 {
		facts.Handling.Reach = dealmap.ReachGroup
	}
	r.result.Place.Synthetic = r.m.profile.Shift != nil
}

// shortened cuts a text at a word.
func shortened(text string, most int) string {
	runes := []rune(clipped(text, 4*most))
	if len(runes) <= most {
		return string(runes)
	}
	short := string(runes[:most])
	if at := strings.LastIndexByte(short, ' '); at > 0 {
		short = short[:at]
	}
	return strings.TrimRight(short, " ,")
}

func (r *reading) address() {
	p, facts, address := &r.parts, &r.result.Place.Facts, &r.result.Address
	facts.Address = p.whole
	if p.whole == "" && p.street != "" {
		facts.Address = strings.TrimSpace(strings.TrimSuffix(p.number, ".0") + " " + p.street)
	}
	*address = Address{Whole: p.whole, Number: strings.TrimSuffix(p.number, ".0"), Street: p.street, Postcode: p.postcode, Commune: p.commune}
	if p.communeName != "" {
		address.Commune = p.communeName
	}
	if p.postcode == "" && p.commune == "" && p.communeName == "" {
		address.Postcode, address.Commune = tailOf(p.whole)
	}
}

// tailOf finds postal code and commune at the end of an address: « 12 rue des Lilas, 13013 Marseille ».
func tailOf(address string) (postcode, commune string) {
	for i := len(address) - 5; i >= 0; i-- {
		if !allDigits(address[i:i+5]) || i > 0 && address[i-1] >= '0' && address[i-1] <= '9' {
			continue
		}
		if rest := address[i+5:]; rest == "" || rest[0] == ' ' || rest[0] == ',' {
			return address[i : i+5], strings.Trim(rest, " ,")
		}
	}
	return "", ""
}

// locate reads and reprojects the position. Without one, commune or address say where the place is.
func (r *reading) locate() {
	m, p := r.m, &r.parts
	var x, y float64
	switch {
	case p.x != "" && p.y != "":
		var ways [2]axis
		var okX, okY bool
		x, ways[0], okX = parseCoordinate(p.x, m.profile.Decimal)
		y, ways[1], okY = parseCoordinate(p.y, m.profile.Decimal)
		if !okX {
			r.at("x").fail(shown(p.x) + " n’est pas une coordonnée")
		}
		if !okY {
			r.at("y").fail(shown(p.y) + " n’est pas une coordonnée")
		}
		if !okX || !okY {
			return
		}
		if m.profile.Swapped {
			x, y = y, x
			ways[0], ways[1] = ways[1], ways[0]
		}
		if ways[0] == northward && ways[1] == eastward {
			x, y = y, x
		}
	case p.x != "":
		r.at("y").fail("manque, alors que " + Label("x") + " est rempli")
		return
	case p.y != "":
		r.at("x").fail("manque, alors que " + Label("y") + " est rempli")
		return
	case p.position != "":
		both, ok := parsePair(p.position, m.profile.Decimal)
		if !ok {
			r.at("position").fail(shown(p.position) + " n’est pas une paire de coordonnées")
			return
		}
		x, y = both.first, both.second
		if both.order == byCustom && m.profile.Swapped == m.projected || both.order == xFirst && m.profile.Swapped {
			x, y = y, x
		}
	default:
		return
	}
	if x == 0 && y == 0 {
		r.note("coordonnées 0, 0 : lues comme absentes")
		return
	}
	position := orb.Point{x, y}
	if m.projected {
		var err error
		if position, err = m.transform.WGS84(x, y); err != nil {
			field, reason := fieldAndReason(err)
			if p.x == "" {
				field = "position"
			}
			r.at(field).fail(reason)
			return
		}
	}
	if shift := m.profile.Shift; shift != nil {
		position[0] += shift[0]
		position[1] += shift[1]
	}
	r.result.Place.Facts.Position = &position
}

func (r *reading) commune() {
	p, address := &r.parts, &r.result.Address
	key := locality{p.commune, p.postcode, p.departement}
	field := "commune"
	if key.commune == "" {
		key.commune, field = p.communeName, "commune_name"
	}
	guessed := key.commune == ""
	if guessed && key.postcode == "" {
		key.commune, key.postcode = address.Commune, address.Postcode
	}
	if key.commune == "" && key.postcode == "" {
		return
	}
	read := r.m.localities.get(key, func() found { return r.m.communes.find(key) })
	if read.code == "" && len(read.candidates) > 0 && r.result.Place.Facts.Position != nil {
		read.code = r.here(read.candidates)
	}
	if read.postcode != "" && address.Postcode == "" {
		address.Postcode = read.postcode
	}
	if read.code == "" {
		if read.wrong != "" && !guessed {
			r.at(field).fail(read.wrong)
		}
		return
	}
	if read.note != "" {
		r.note(read.note)
	}
	r.result.Place.Facts.Commune, address.Code = read.code, read.code
}

// here tells homonyms apart by the département that the position lies in.
func (r *reading) here(candidates []dealmap.TerritoryCode) string {
	for _, code := range r.m.communes.terr.Locate(*r.result.Place.Facts.Position) {
		if code.Level() == dealmap.LevelDepartement {
			if near := r.m.communes.inDepartement(candidates, code.ID()); len(near) == 1 {
				return near[0].ID()
			}
		}
	}
	return ""
}

// owner gives a record whose list names but the service or but the unit the other of both.
func (r *reading) owner() {
	owner := &r.result.Place.Facts.Owner
	if owner.Service == "" && owner.Unit != "" {
		if read := r.m.words["owner_service"].meaning(owner.Unit); len(read.values) == 1 {
			owner.Service = dealmap.Service(read.values[0])
		}
	}
	if owner.Unit == "" && owner.Service != "" {
		owner.Unit = dealmap.Label(dealmap.Services(), string(owner.Service))
	}
}

// close completes the closing of a closed place, and refuses one of a place that is said to be open.
func (r *reading) close() {
	place := &r.result.Place
	if place.Status == "" && !r.closing.Date.IsZero() && r.m.owns("closing_date") {
		place.Status = dealmap.Closed
	}
	if place.Status != dealmap.Closed {
		if !r.closing.Date.IsZero() && r.m.owns("closing_date") && r.from("closing_date") {
			r.at("closing_date").fail("date de fermeture d’un point qui n’est pas fermé")
		}
		return
	}
	if r.implied != "" && !r.from("closing_reason") {
		r.closing.Reason = r.implied
	}
	if r.closing.Reason == "" {
		r.at("closing_reason").fail("un point fermé a un motif de fermeture : indiquez-le, ou donnez une valeur pour toutes les lignes dans la correspondance des colonnes")
	}
	if r.closing.Date.IsZero() {
		r.at("closing_date").fail("un point fermé a une date de fermeture : indiquez-la, ou donnez une valeur pour toutes les lignes dans la correspondance des colonnes")
	}
	closing := r.closing
	place.Closing = &closing
}

// from reports whether the row itself fills a field.
func (r *reading) from(field string) bool {
	column, mapped := r.m.columns[field]
	cell := strings.TrimSpace(cellAt(r.row, column))
	return mapped && cell != "" && !isBlank(cell)
}

func (r *reading) grading() {
	if r.grade == "" {
		return
	}
	scheme := r.scheme
	if scheme == "" {
		scheme = "europol"
	}
	r.result.Place.Facts.Grading = dealmap.Grading{Scheme: scheme, Source: r.grade[:1], Information: r.grade[1:]}
}

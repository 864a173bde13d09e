package dealmap

import (
	"fmt"
	"regexp"
)

// A stash flat is somebody's home: told to the floor or the door, it names who lives there, which the map never does.

// dwelling matches what tells one home of a building from the others: a floor, or a door or flat with its number.
var dwelling = regexp.MustCompile(`(?i)` +
	`(?:\d{1,2}[ \x{a0}]?(?:er|ère|nd|nde|ème|eme|ième|e|è)|premier|deuxième|second|troisième|quatrième|cinquième|sixième|dernier)[ \x{a0}]+[ée]tages?` +
	`|\d{1,2}[ \x{a0}]+[ée]tage` + // « 12 étages » is how high the building is
	`|[ée]tages?[ \x{a0}:]*(?:n°|no|numéro)?[ \x{a0}]*\d+` +
	`|rez[ -]de[ -]chauss[ée]e` +
	`|(?:appartements?|appart|appt|apt|porte|logement|studio)\.?[ \x{a0}:]*(?:n°|no|numéro)?[ \x{a0}]*(?:[A-Z]?\d+|(?:de |à )?(?:gauche|droite)|d['’]en face)`)

// checkOccupant refuses what would tell who lives in a stash flat.
func (f *Facts) checkOccupant(errs *fieldErrors) {
	if f.Kind != StashFlat {
		return
	}
	if f.Accuracy == AccuracyDoor {
		errs.add("accuracy", "une nourrice ne se situe pas plus finement qu’au bâtiment : la porte désignerait qui l’habite")
	}
	for _, text := range []struct{ field, said string }{{"name", f.Name}, {"address", f.Address}, {"note", f.Note}} {
		for _, span := range dwelling.FindAllStringIndex(text.said, -1) {
			start, end := span[0], span[1]
			if !standsAlone(text.said, start, end) {
				continue
			}
			*errs = append(*errs, FieldError{Field: text.field, Start: start, End: end,
				Message: fmt.Sprintf("« %s » désigne un logement : une nourrice ne se décrit pas plus finement qu’au bâtiment", text.said[start:end])})
		}
	}
}

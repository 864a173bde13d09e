package dealmap

import (
	"encoding/json"
	"fmt"
)

// checkRevision refuses to write over a revision that the author has not seen; a seen one of 0 accepts any. what names the record in
// French, with its article: « ce lien ».
func checkRevision(what string, now, seen int) error {
	if seen == 0 || seen == now {
		return nil
	}
	return stale(what, now, seen)
}

func stale(what string, now, seen int) *Error {
	return &Error{Kind: KindStale, Message: fmt.Sprintf("%s a changé entre-temps (version %d, vous aviez la version %d)", what, now, seen)}
}

// hidesFromAuthor refuses an embargo that would hide a record from the very author of the change: it is put there by the unit that
// owns the record, which goes on seeing it.
func hidesFromAuthor(what string, owner Owner) *Error {
	return Invalid("handling.embargo_until", fmt.Sprintf("cet embargo vous cacherait %s : seule l’unité propriétaire (%s, %s) peut l’y mettre",
		what, owner.Service, owner.Unit))
}

// embargoStands refuses to shorten an embargo in force.
func embargoStands(was, is Handling, today Date) error {
	if is.shortens(was, today) {
		return Invalid("handling.embargo_until", "un embargo en cours ne s’abrège pas")
	}
	return nil
}

// foldFacts returns the facts of a record after an event, whose patch may be absent.
func foldFacts[T any](before T, patch json.RawMessage, e Event) (T, error) {
	if patch == nil {
		return before, nil
	}
	after, err := patchRecord(before, patch)
	if err != nil {
		return before, fmt.Errorf("fold entry %d: %w", e.Seq, err)
	}
	return after, nil
}

package dealmap

import "fmt"

// Batch carries out several wishes about places in turn, each judged on the map as those before it leave it: all of them, or
// none. It takes AddPlace with duplicates accepted, ImportPlaces, ChangePlace, StepPlace and ConfirmPlace: what these ask of the
// map, a trial answers.
type Batch struct {
	Commands []Command
}

// Decide implements Command. The error of a wish that is refused keeps its kind and says which one it was, counted from 1.
func (c Batch) Decide(s State, v Viewer, env Env) ([]Event, error) {
	var events []Event
	now := newTrial(s)
	for i, wish := range c.Commands {
		more, err := decideInBatch(wish, now, v, env)
		if err == nil {
			err = now.fold(more)
		}
		if err != nil {
			return nil, fmt.Errorf("demande %d sur %d : %w", i+1, len(c.Commands), err)
		}
		events = append(events, more...)
	}
	return events, nil
}

func decideInBatch(wish Command, now *trial, v Viewer, env Env) ([]Event, error) {
	switch wish := wish.(type) {
	case AddPlace:
		if !wish.AcceptDuplicates {
			return nil, Invalid("commands", "un point s’ajoute dans une suite de demandes une fois ses doublons possibles acceptés")
		}
	case ImportPlaces, ChangePlace, StepPlace, ConfirmPlace:
	default:
		return nil, Invalid("commands", "cette demande ne peut pas faire partie d’une suite")
	}
	return wish.Decide(now, v, env)
}

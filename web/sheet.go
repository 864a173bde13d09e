package web

import (
	"slices"

	"github.com/mesure5/dealmap"
)

// aboutASheet is how many bytes a sheet takes, or a little more.
const aboutASheet = 1024

// sheet writes what a viewer sees of a place, as feature says, with what they may do with it now.
func (s *Server) sheet(v *visit, sight dealmap.Sight) (written, error) {
	w := &pageWriter{server: s, visit: v, form: formOf(everyProperty, v.viewer.May(dealmap.ActionExport))}
	w.out = make([]byte, 0, aboutASheet)
	if sight.Detail() >= dealmap.Shown {
		w.steps = slices.DeleteFunc(dealmap.StepsFrom(sight.Status()), func(step dealmap.Step) bool {
			return !v.viewer.MayAt(step.Action, sight.Territories())
		})
	}
	w.add(sight)
	w.text("\n")
	return w.out, w.err
}

// allowed writes the actions that the viewer may take on the place now.
func (w *pageWriter) allowed(sight dealmap.Sight) {
	var allowed []dealmap.Action
	if sight.Detail() >= dealmap.Shown {
		for _, action := range actions {
			if w.mayTake(action, sight) {
				allowed = append(allowed, action)
			}
		}
	}
	w.member(`,"allowed":`)
	writeTexts(&w.jsonWriter, allowed)
}

func (w *pageWriter) mayTake(action dealmap.Action, sight dealmap.Sight) bool {
	switch action {
	case dealmap.ActionConfirm:
		if sight.Status() == dealmap.Closed {
			return false
		}
		fallthrough
	case dealmap.ActionEdit, dealmap.ActionMerge:
		return w.visit.viewer.MayAt(action, sight.Territories())
	}
	return slices.ContainsFunc(w.steps, func(step dealmap.Step) bool { return step.Action == action })
}

// nextStatuses writes those that the viewer may bring the place to.
func (w *pageWriter) nextStatuses(dealmap.Sight) {
	next := make([]dealmap.Status, len(w.steps))
	for i, step := range w.steps {
		next[i] = step.To
	}
	w.member(`,"next_statuses":`)
	writeTexts(&w.jsonWriter, next)
}

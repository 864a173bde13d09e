package dealmap

// TurnMark is a turn of a place's life in the few bytes that counting millions of them allows.
type TurnMark struct {
	// Day is the day of the turn (Date.Days); 0 for the first turn, which happens when the place was first seen.
	Day int32
	// Phase is the number of the phase that it led to: those of the past in order, then the present.
	Phase uint16
	// From and To are one more than places in Statuses, From 0 for the first turn; Reason is the place of a closing's in ClosingReasons.
	From, To, Reason uint8
}

// Marks returns the turns of the place's life as Sight.Turns has them.
func (p *Place) Marks() []TurnMark {
	var marks []TurnMark
	from := Status("")
	for i := range len(p.Past) + 1 {
		status, turned, aside := p.Status, p.Turned.Days(), !p.Stands()
		reason := ClosingReason("")
		if i < len(p.Past) {
			f := &p.Past[i]
			status, turned, aside, reason = f.Traits.Value.Status, f.Turned, f.Aside, f.Reason
		} else if p.Closing != nil {
			reason = p.Closing.Reason
		}
		if aside || status == from {
			continue
		}
		phase := uint16(min(i, 1<<16-1))
		if from == "" {
			if from = status; from == Closed {
				from = Active
			}
			marks = append(marks, TurnMark{Phase: phase, To: statusMark(from)})
			if from == status {
				continue
			}
		}
		mark := TurnMark{Day: turned, Phase: phase, From: statusMark(from), To: statusMark(status)}
		if status == Closed {
			mark.Reason = uint8(reasonNumber(reason))
		}
		marks = append(marks, mark)
		from = status
	}
	return marks
}

// ReasonNumber is the place of a reason in ClosingReasons, that after the last for others.
func ReasonNumber(r ClosingReason) uint8 { return uint8(reasonNumber(r)) }

func statusMark(s Status) uint8 { return uint8(statusNumber(s)) + 1 }

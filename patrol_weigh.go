package dealmap

import (
	"fmt"
	"strings"
)

// The points of a patrol's score; Patrol says what they mean.
const (
	mostIntensity, mostHours, mostFresh, mostOverdue = 40, 30, 20, 10

	assumedIntensity      = 2 // of a place whose intensity is not known
	freshDays, staleDays  = 30, 180
	intensityPointsALevel = mostIntensity / 5
)

// PatrolReason is what one part of a score says.
type PatrolReason struct {
	// Part is intensity, hours, confirmation or review.
	Part string
	// Points of Most that this part gives.
	Points, Most int
	// Text is French: « ouvert de 14 h à 22 h, tout le créneau ».
	Text string
}

// weighing is a place held against a question.
type weighing struct {
	sight                           Sight
	hours                           *openDay
	window                          MinuteSpan
	intensity, open, fresh, overdue int // points
	hoursKnown, reviewKnown         bool
	daysKnown                       bool
	days                            int // since the last confirmation, where it is known
}

func (p *patrol) weigh(s Sight) weighing {
	w := weighing{sight: s, hours: p.hours(s), window: p.question.Window}
	level := s.Intensity()
	if level == 0 {
		level = assumedIntensity
	}
	w.intensity = intensityPointsALevel * min(level, 5)

	if w.hoursKnown = w.hours.told || w.hours.minutes > 0; w.hoursKnown {
		w.open = mostHours * w.hours.minutes / max(1, w.window.Length())
	} else {
		w.open = mostHours / 2
	}

	if last := s.LastConfirmed(); last.IsZero() {
		w.fresh = mostFresh / 2
	} else {
		w.daysKnown, w.days = true, max(0, p.today-dayNumber(last))
		w.fresh = mostFresh * (staleDays - min(max(w.days, freshDays), staleDays)) / (staleDays - freshDays)
	}
	if review := s.NextReview(); !review.IsZero() {
		w.reviewKnown = true
		if !p.question.Date.Before(review) {
			w.overdue = mostOverdue
		}
	}
	return w
}

func (w weighing) sum() int { return w.intensity + w.open + w.fresh + w.overdue }

// reasons puts every part into words, those that give nothing too: a score must add up for who reads it.
func (w weighing) reasons() []PatrolReason {
	return []PatrolReason{
		{"intensity", w.intensity, mostIntensity, w.intensityWords()},
		{"hours", w.open, mostHours, w.hoursWords()},
		{"confirmation", w.fresh, mostFresh, w.freshWords()},
		{"review", w.overdue, mostOverdue, w.reviewWords()},
	}
}

func (w weighing) intensityWords() string {
	if level := w.sight.Intensity(); level > 0 {
		return fmt.Sprintf("intensité %d sur 5", level)
	}
	return fmt.Sprintf("intensité %s, comptée comme %d sur 5", w.missing(fieldIntensity, "inconnue", "retenue"), assumedIntensity)
}

func (w weighing) hoursWords() string {
	words := ""
	switch {
	case !w.hoursKnown && w.sight.Hours() != "":
		words = "horaires de ce jour illisibles ou non dits : comptent pour moitié"
	case !w.hoursKnown:
		words = "horaires " + w.missing(fieldHours, "inconnus", "retenus") + " : comptent pour moitié"
	case w.hours.minutes == 0:
		words = "fermé pendant tout le créneau, d’après ses horaires"
	case w.hours.minutes == w.window.Length():
		words = "ouvert pendant tout le créneau"
	case w.hours.best.Length() == w.hours.minutes:
		words = "ouvert " + FrenchSpan(w.hours.best)
	default:
		words = fmt.Sprintf("ouvert %s du créneau en plusieurs fois, la plus longue %s", frenchMinutes(w.hours.minutes), FrenchSpan(w.hours.best))
	}
	if w.hoursKnown && w.hours.partial {
		words += " (horaires lus en partie)"
	}
	return words
}

func (w weighing) freshWords() string {
	switch {
	case !w.daysKnown:
		return "dernière confirmation " + w.missing(fieldDates, "inconnue", "retenue") + " : compte pour moitié"
	case w.days == 0:
		return "confirmé le jour même"
	case w.days == 1:
		return "confirmé la veille"
	case w.days <= freshDays:
		return fmt.Sprintf("confirmé il y a %d jours : point sûr", w.days)
	case w.days >= staleDays:
		return fmt.Sprintf("pas confirmé depuis %d jours : point peu sûr", w.days)
	}
	return fmt.Sprintf("confirmé il y a %d jours", w.days)
}

func (w weighing) reviewWords() string {
	switch {
	case !w.reviewKnown:
		return "échéance de revue " + w.missing(fieldDates, "inconnue", "retenue")
	case w.overdue > 0:
		return "revue échue le " + w.sight.NextReview().French() + " : un passage la ferait"
	}
	return "revue à faire pour le " + w.sight.NextReview().French()
}

// missing tells what nobody knows from what this viewer is not told.
func (w weighing) missing(f fields, unknown, withheld string) string {
	if w.sight.sees(f) {
		return unknown
	}
	return withheld
}

// FrenchSpan is a span in words: « de 14 h à 22 h 30 ».
func FrenchSpan(s MinuteSpan) string {
	return "de " + frenchClock(s.From) + " à " + frenchClock(s.Until)
}

// frenchClock is a time of day with the no-break space that French sets before its unit.
func frenchClock(minutes int) string {
	return strings.TrimSuffix(fmt.Sprintf("%d\u00a0h\u00a0%02d", minutes/60, minutes%60), "\u00a000")
}

// frenchMinutes is a length of time: « 45 min », « 6 h 30 ».
func frenchMinutes(minutes int) string {
	if minutes < 60 {
		return fmt.Sprintf("%d\u00a0min", minutes)
	}
	return frenchClock(minutes)
}

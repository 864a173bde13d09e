package proof

import (
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Finding is what verifying one log found. Lines count from 1.
type Finding struct {
	Log    string // "journal" or "consultations"
	Lines  int64
	Erased int64 // lines whose content was erased; their hashes stand for them
	// Root is the root of all lines.
	Root tlog.Hash
	// Checkpoints is the number of those that were compared, Attested how many lines the largest that agrees is about: nothing
	// but the file itself speaks for those behind.
	Checkpoints int
	Attested    int64
	// FirstBad is the first line that is not what was written, 0 when none is known exactly.
	FirstBad int64
	// Range holds the first line that is not what was written, when only a checkpoint tells: lines and stored hashes agree
	// with each other and not with it.
	Range [2]int64
	// Problems are sentences in French, empty when all is well.
	Problems []string
	// More is the number of further problems.
	More int
}

// OK reports whether nothing was found.
func (f *Finding) OK() bool { return len(f.Problems) == 0 }

// mostProblems bounds the list: a log that was rewritten differs everywhere.
const mostProblems = 20

// Problem adds a sentence. line is the line that it concerns, 0 when none.
func (f *Finding) Problem(line int64, format string, args ...any) {
	if line > 0 && (f.FirstBad == 0 || line < f.FirstBad) {
		f.FirstBad = line
	}
	if len(f.Problems) == mostProblems {
		f.More++
		return
	}
	f.Problems = append(f.Problems, fmt.Sprintf(format, args...))
}

// paris is where the readers of problems are.
var paris = func() *time.Location {
	if zone, err := time.LoadLocation("Europe/Paris"); err == nil {
		return zone
	}
	return time.UTC
}()

// When is a checkpoint's time as people read it.
func (c Checkpoint) When() string { return c.Time.In(paris).Format("02/01/2006 à 15:04:05 MST") }

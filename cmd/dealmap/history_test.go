package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// TestAStoryIsWrittenInItsTime looks at the times of the journal: they go on from three years ago to today at nine, and the clock goes
// with the machine's again afterwards.
func TestAStoryIsWrittenInItsTime(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	m := &machine{globals: &Globals{Data: t.TempDir(), Quiet: true}, out: &output{stdout: io.Discard, stderr: io.Discard}}
	s, err := m.Store(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := tellStory(ctx, m, s, 300, 7, time.Now()); err != nil {
		t.Fatal(err)
	}
	before := time.Time{}
	for e, err := range m.journal.Read(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Time.Before(before) || time.Now().Before(e.Time) {
			t.Fatalf("entry %d of %s follows one of %s", e.Seq, e.Time, before)
		}
		if at := e.Time.In(paris().Location()); at.Hour() != 9 && time.Since(at) > 24*time.Hour {
			t.Fatalf("entry %d is of %s", e.Seq, at)
		}
		if before.IsZero() && time.Since(e.Time) < 1090*24*time.Hour {
			t.Errorf("the story begins on %s", e.Time)
		}
		before = e.Time
	}
	if time.Since(before) > 8*24*time.Hour {
		t.Errorf("the story ends on %s", before)
	}
	if off := time.Since(s.Now()).Abs(); off > time.Minute {
		t.Errorf("after the story the clock is off by %s", off)
	}
	if n := s.Snapshot().Len(); n != 300 {
		t.Errorf("%d places", n)
	}
}

// TestTheDemonstrationHasAPast asks as a préfet does: other numbers two years ago, and something since the last meeting.
func TestTheDemonstrationHasAPast(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo")
	prefet := p.as("prefet13")
	type stock struct{ Counted, Total int }
	type statistics struct {
		Stock  stock
		Before *stock
		Flow   *struct {
			Opened, Reopened int
			ClosedTotal      int `json:"closed_total"`
		} `json:"flow_since"`
	}
	ask := func(query string) statistics {
		return get[statistics](prefet, "/api/v1/territories/dep:13/statistics?"+query)
	}
	day := func(months int) string { return time.Now().AddDate(0, -months, 0).Format(time.DateOnly) }
	now := ask("since=" + day(3))
	if now.Before == nil || now.Flow == nil || now.Flow.Opened == 0 || now.Flow.ClosedTotal == 0 {
		t.Fatalf("since three months ago: %+v", now)
	}
	seen := map[stock]bool{now.Stock: true}
	for _, months := range []int{3, 6, 12, 18, 24} {
		was := ask("since=none&as_of=" + day(months)).Stock
		if was.Total == 0 || was.Total > now.Stock.Total || seen[was] {
			t.Errorf("%d months ago: %+v, today %+v", months, was, now.Stock)
		}
		seen[was] = true
		t.Logf("%d months ago: %+v", months, was)
	}
	if was := ask("since=none&as_of=" + day(3)).Stock; was != *now.Before {
		t.Errorf("three months ago: %+v, compared with %+v", was, *now.Before)
	}
}

func TestSeedWithAPast(t *testing.T) {
	t.Parallel()
	today := today()
	for what, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"a past":         {[]string{"--history", "--places", "20"}, 0, "20 points fictifs"},
		"another day":    {[]string{"--history", "--places", "20", "--as-of", today.AddDays(-200).String()}, 0, "20 points fictifs"},
		"too many":       {[]string{"--history", "--places", "100001"}, 1, "100000 au plus"},
		"in the future":  {[]string{"--history", "--as-of", today.AddDays(2).String()}, 1, "dans l’avenir"},
		"with links":     {[]string{"--history", "--links", "5"}, 1, "ses propres liens"},
		"too many links": {[]string{"--links", "1000001"}, 1, "--links"},
		"links":          {[]string{"--places", "400", "--links", "25"}, 0, "25 liens fictifs"},
		"no links":       {[]string{"--places", "60", "--links", "0"}, 0, "0 liens fictifs"},
		"with the lists": {[]string{"--history", "--services", t.TempDir()}, 1, "--history"},
	} {
		out, errs, status := command(t, append([]string{"seed", "--quiet", "--data", t.TempDir()}, c.args...)...)
		if said := fmt.Sprint(out, errs); status != c.status || !strings.Contains(said, c.says) {
			t.Errorf("%s: %d %s", what, status, said)
		}
	}
}

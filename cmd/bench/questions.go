package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verifyLog measures the command that holds both logs against their trees and checkpoints.
func (b *bench) verifyLog() error {
	start := time.Now()
	out, err := b.command("", "audit", "verify")
	if err != nil {
		return err
	}
	fmt.Fprint(os.Stderr, out)
	b.add(fmt.Sprintf("verify both logs, %d lines of consultations", b.lines), fmt.Sprintf("%.1f s", time.Since(start).Seconds()), "< 60 s")
	return nil
}

// questions measures what an auditor asks, through the front door.
func (b *bench) questions(l *lines, reference string) error {
	if _, err := b.command(password+"\n", "user", "add", "auditeur", "--role", "auditor", "--unit", "Inspection"); err != nil {
		return err
	}
	s, _, err := b.start()
	if err != nil {
		return err
	}
	defer s.stop()
	auditor, err := s.as("auditeur")
	if err != nil {
		return err
	}
	start := time.Now()
	if _, err := auditor.ask(url.Values{"limit": {"1"}, "what": {"export"}}); err != nil {
		return err
	}
	b.add(fmt.Sprintf("first question about %d lines after the start", b.lines), fmt.Sprintf("%.1f s", time.Since(start).Seconds()), "")
	now := time.Now()
	day := func(back int) string { return now.AddDate(0, 0, -back).Format(time.DateOnly) }
	for _, q := range []struct {
		what  string
		query url.Values
		all   bool
	}{
		{"who saw this place, in three years: newest page", url.Values{"place": {reference}}, false},
		{"who saw this place, in a month: every line", url.Values{"place": {reference}, "from": {day(430)}, "to": {day(400)}}, true},
		{"what did this person see, in three years: newest page", url.Values{"subject": {l.grants[7].Subject}}, false},
		{"what did this person see, in a month: every line", url.Values{"subject": {l.grants[8].Subject}, "from": {day(430)}, "to": {day(400)}}, true},
	} {
		var times []time.Duration
		found := 0
		for range 5 {
			start, found = time.Now(), 0
			query := url.Values{"limit": {"500"}}
			for name, values := range q.query {
				query[name] = values
			}
			for {
				page, err := auditor.ask(query)
				if err != nil {
					return err
				}
				found += len(page.Lines)
				if !q.all || page.Next == nil {
					break
				}
				query.Set("before", strconv.FormatUint(*page.Next, 10))
			}
			times = append(times, time.Since(start))
		}
		if found == 0 {
			return fmt.Errorf("%s: nothing found", q.what)
		}
		b.add(fmt.Sprintf("%s (%d), of %d", q.what, found, b.lines), fmt.Sprintf("first %.2f s, then at most %.2f", times[0].Seconds(), slices.Max(times[1:]).Seconds()), "< 2 s")
	}
	return nil
}

// answer is a page of consultations.
type answer struct {
	Lines []struct {
		Line uint64 `json:"line"`
	} `json:"lines"`
	Next *uint64 `json:"next"`
}

func (p *person) ask(query url.Values) (answer, error) {
	var a answer
	body, err := p.send("GET", "/api/v1/audit/consultations?"+query.Encode(), nil, http.StatusOK)
	if err != nil {
		return a, err
	}
	return a, json.NewDecoder(strings.NewReader(string(body))).Decode(&a)
}

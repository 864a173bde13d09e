package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// looker is who looks at the map in the browser while the account "writer" changes it.
const looker = "looker"

const (
	// appFolder holds the browser's part of the bench and the Playwright that it drives the browser with.
	appFolder = "web/app"
	// firstViews is how often a first view is taken, in a browser that has kept nothing.
	firstViews = 5
	// liveRate is how many changes a second are written for liveSeconds.
	liveRate, liveSeconds = 50, 10
	// looks is how long the browser may take for one map; it takes about a minute.
	looks = 10 * time.Minute
)

// browserReport is what web/app/bench/browser.mjs prints; times are milliseconds.
type browserReport struct {
	Browser string
	// France and City are the times from the start of the navigation until the map is drawn.
	France, City []float64
	// Scripts are bytes, as they come over the network, of all that a first view loads.
	Scripts int
	Moves   struct{ France, City moves }
	Live    struct {
		frames
		Written int
		Seconds float64
		// Visible is how long single writes took until the bytes of their tile were read and two frames had begun, Unseen how many never
		// came. The map draws about then; the pixels themselves are not looked at.
		Visible []float64
		Unseen  int
	}
}

// moves are what dragging the map and turning the wheel took.
type moves struct{ Dragged, Zoomed frames }

// frames are the times between frames, and those of the main thread's tasks of more than 50 ms.
type frames struct{ Frames, Tasks []float64 }

// inBrowser measures the application in a real browser.
func (b *bench) inBrowser() error {
	if b.browserPlaces == "" {
		return nil
	}
	missing, err := browserMissing()
	if err != nil {
		return err
	}
	if missing != "" {
		b.add("the browser", "not measured: "+missing, "")
		return nil
	}
	small := b.places
	defer func() { b.places = small }()
	for _, text := range strings.Split(b.browserPlaces, ",") {
		places, err := strconv.Atoi(text)
		if err != nil || places < 1 {
			return fmt.Errorf("-browser-places: %q is no number of places", text)
		}
		b.places = places
		report, err := b.look()
		if err != nil {
			return fmt.Errorf("browser, %d places: %w", places, err)
		}
		for _, r := range report.rows(places) {
			b.add(r.what, r.value, r.target)
		}
	}
	return nil
}

// chromium is the browser that the application's own tests use.
func chromium() string {
	if named := os.Getenv("CHROMIUM"); named != "" {
		return named
	}
	return "/usr/bin/chromium"
}

// browserMissing says what a measurement in the browser wants and does not find.
func browserMissing() (string, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return "node is not installed", nil
	}
	for _, want := range []struct{ file, missing string }{
		{filepath.Join(appFolder, "node_modules", "@playwright", "test"), "web/app/node_modules is absent (make build)"},
		{chromium(), "no browser at " + chromium() + " (make chromium, or CHROMIUM)"},
	} {
		if _, err := os.Stat(want.file); errors.Is(err, os.ErrNotExist) {
			return want.missing, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", nil
}

// look fills a map, serves it, and looks at it in the browser.
func (b *bench) look() (report browserReport, err error) {
	if err := b.fill(); err != nil {
		return report, err
	}
	if _, err := b.command(password+"\n", "user", "add", looker, "--role", "ofast", "--service", "OFAST", "--unit", "Ofast", "--territory", "fr"); err != nil {
		return report, err
	}
	s, _, err := b.start()
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	given, err := json.Marshal(map[string]any{
		"url": s.base, "looker": looker, "writer": "writer", "password": password, "browser": chromium(),
		"rounds": firstViews, "seconds": liveSeconds, "rate": liveRate,
	})
	if err != nil {
		return report, err
	}
	ctx, cancel := context.WithTimeout(b.ctx, looks)
	defer cancel()
	cmd := child(ctx, "node", filepath.Join("bench", "browser.mjs"), string(given))
	cmd.Dir = appFolder
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return report, fmt.Errorf("browser.mjs: %w", errors.Join(ctx.Err(), err))
	}
	return report, json.Unmarshal(out.Bytes(), &report)
}

// rows are the lines of the table for a map of so many places.
func (r browserReport) rows(places int) []row {
	of := fmt.Sprintf(", %d places", places)
	rows := []row{
		{"browser, first view of France until it is drawn" + of, first(r.France), "< 1 s"},
		{"browser, first view of Marseille (z 13) until it is drawn" + of, first(r.City), "< 1 s"},
		{"browser, scripts of a first view, gzip" + of, fmt.Sprintf("%.1f KB", float64(r.Scripts)/1024), "< 120 KB"},
	}
	moving := func(what string, f frames) {
		rows = append(rows, row{"browser, frames, " + what + of, f.times(), "≤ 50 ms"}, row{"browser, main thread, " + what + of, f.blocks(), "≤ 50 ms"})
	}
	for _, m := range []struct {
		what string
		moves
	}{{"France", r.Moves.France}, {"Marseille", r.Moves.City}} {
		moving(m.what+" dragged", m.Dragged)
		moving(m.what+" zoomed", m.Zoomed)
	}
	moving(fmt.Sprintf("Marseille at %.0f changes/s", float64(r.Live.Written)/max(r.Live.Seconds, 1e-3)), r.Live.frames)
	visible := "nothing was seen"
	if len(r.Live.Visible) > 0 {
		visible = fmt.Sprintf("p50 %.0f ms, p95 %.0f, worst %.0f", share(r.Live.Visible, 0.5), share(r.Live.Visible, 0.95), share(r.Live.Visible, 1))
	}
	if r.Live.Unseen > 0 {
		visible += fmt.Sprintf("; %d never", r.Live.Unseen)
	}
	return append(rows, row{"browser, write until its tile was read and two frames passed, at those changes" + of, visible, ""})
}

func first(times []float64) string {
	if len(times) == 0 {
		return "none"
	}
	return fmt.Sprintf("median %.0f ms, worst %.0f", share(times, 0.5), share(times, 1))
}

// times are of whole frames, what a machine without a GPU takes to put pixels together included.
func (f frames) times() string {
	if len(f.Frames) == 0 {
		return "none"
	}
	return fmt.Sprintf("p50 %.0f ms, p95 %.0f, worst %.0f; %d of %d over 50", share(f.Frames, 0.5), share(f.Frames, 0.95), share(f.Frames, 1), over(f.Frames, 50), len(f.Frames))
}

// blocks are the tasks that the browser calls long.
func (f frames) blocks() string {
	if len(f.Tasks) == 0 {
		return "no task over 50 ms"
	}
	return fmt.Sprintf("longest task %.0f ms; %d over 50", share(f.Tasks, 1), len(f.Tasks))
}

func over(times []float64, limit float64) (n int) {
	for _, t := range times {
		if t > limit {
			n++
		}
	}
	return n
}

// share is the value below which this share of the values lies; there must be some.
func share(values []float64, of float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(of*float64(len(sorted))))]
}

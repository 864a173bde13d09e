package main

import (
	"fmt"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store/outlines"
	"github.com/schollz/progressbar/v3"
)

// levels are those that official outlines can be imported for, the coarse ones first.
var levels = []dealmap.Level{
	dealmap.LevelRegion, dealmap.LevelDepartement, dealmap.LevelArrondissement, dealmap.LevelCommune, dealmap.LevelQPV, dealmap.LevelQRR,
}

// loadTerritories returns the embedded territories with the official outlines that were imported into the data folder.
func loadTerritories(data string) (*geo.Territories, error) {
	territories, err := seeds.Gazetteer()
	if err != nil {
		return nil, fmt.Errorf("territoires embarqués : %w", err)
	}
	for _, level := range levels {
		imported, err := outlines.Load(data, level)
		if err != nil {
			return nil, err
		}
		if len(imported) == 0 {
			continue
		}
		if territories, err = territories.With(imported); err != nil {
			return nil, fmt.Errorf("contours importés (%s) : %w", level, err)
		}
	}
	return territories, nil
}

// bars shows progress of whatever names itself, one bar at a time.
type bars struct {
	out   *output
	quiet bool
	what  string
	bar   *progressbar.ProgressBar
}

func newBars(g *Globals, out *output) *bars {
	return &bars{out: out, quiet: g.Quiet}
}

func (b *bars) show(done, total uint64, what string) {
	if b.quiet {
		return
	}
	if b.bar == nil || b.what != what {
		b.finish()
		b.what = what
		b.bar = progressbar.NewOptions64(int64(total),
			progressbar.OptionSetWriter(b.out.stderr), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100_000_000), progressbar.OptionClearOnFinish())
	}
	// A bar that cannot be drawn (a closed terminal) is no reason to stop the work.
	_ = b.bar.Set64(int64(done))
}

func (b *bars) finish() {
	if b.bar != nil {
		_ = b.bar.Finish()
		b.bar = nil
	}
}

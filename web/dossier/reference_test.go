package dossier

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the reference images anew")

// alike says how a page differs from its reference, empty when it is within what another version of the renderer may do.
func alike(got, want *image.Gray) string {
	if got.Bounds() != want.Bounds() {
		return fmt.Sprintf("it is %v, the reference %v", got.Bounds(), want.Bounds())
	}
	const far, mostMean, mostShare = 32, 1.5, 0.01
	sum, differ := 0, 0
	for i, p := range got.Pix {
		d := max(int(p), int(want.Pix[i])) - min(int(p), int(want.Pix[i]))
		sum += d
		if d > far {
			differ++
		}
	}
	n := float64(len(got.Pix))
	if mean, share := float64(sum)/n, float64(differ)/n; mean > mostMean || share > mostShare {
		return fmt.Sprintf("mean difference %.2f, %.2f %% of the pixels are other ones", mean, 100*share)
	}
	return ""
}

func referenceFile(page int) string { return fmt.Sprintf("testdata/rich-%02d.png", page) }

// TestPagesLookAsTheReference holds the look of the dossier; -update writes what it is held to.
func TestPagesLookAsTheReference(t *testing.T) {
	t.Parallel()
	pages := render(t, sample(rich), 1, 99)
	if *update {
		for i, page := range pages {
			var out bytes.Buffer
			if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, page); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(referenceFile(i+1), out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, page := range pages {
		if how := alike(page, readGrey(t, referenceFile(i+1))); how != "" {
			t.Errorf("page %d: %s", i+1, how)
		}
	}
	if _, err := os.Stat(referenceFile(len(pages) + 1)); err == nil {
		t.Errorf("%d pages, the reference has more", len(pages))
	}
}

// TestAMissingLayerIsNoticed: the comparison is worth something only if it sees what was left out.
func TestAMissingLayerIsNoticed(t *testing.T) {
	t.Parallel()
	for _, layer := range []struct {
		name string
		page int
		drop func(*Report)
	}{
		{"the hexagons", 2, func(r *Report) { r.Heat.Cells = nil }},
		{"the borders", 2, func(r *Report) {
			for i := range r.Parts {
				r.Parts[i].Outline = nil
			}
		}},
		{"the circles", 3, func(r *Report) {
			for i := range r.Parts {
				r.Parts[i].Counted = Figure{}
			}
		}},
		{"the rates", 3, func(r *Report) {
			for i := range r.Parts {
				r.Parts[i].Rate = Rate{}
			}
		}},
		{"the closings", 5, func(r *Report) {
			for i := range r.Flows.Months {
				r.Flows.Months[i].Closed = make([]Figure, len(r.Flows.Reasons))
			}
		}},
	} {
		t.Run(layer.name, func(t *testing.T) {
			t.Parallel()
			r := sample(rich)
			layer.drop(r)
			if alike(render(t, r, layer.page, layer.page)[0], readGrey(t, referenceFile(layer.page))) == "" {
				t.Errorf("without %s page %d passes for the reference", layer.name, layer.page)
			}
		})
	}
}

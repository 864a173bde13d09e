package dossier

import (
	"bytes"
	"encoding/xml"
	"os/exec"
	"strings"
	"testing"
)

// word is a word of a page and its box, in points from the top left.
type word struct {
	XMin float64 `xml:"xMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMin float64 `xml:"yMin,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// TestNoTextLeavesThePageOrLiesOnAnother: names as long as they come, figures that are withheld, and the rich case.
func TestNoTextLeavesThePageOrLiesOnAnother(t *testing.T) {
	t.Parallel()
	tool := poppler(t, "pdftotext")
	hidden, long := sample(rich), sample(rich)
	hide(hidden)
	name := "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"
	long.Territory.Name, long.Made.For, long.Made.By = name+" et "+strings.Repeat("Haut", 40), strings.Repeat("préfet délégué ", 9), strings.Repeat(name, 2)
	long.Parts[3].Name, long.Operations[0].Place, long.Operations[0].Type = name+" "+name, name+" "+name, "Réinvestissement d’un quartier"
	long.Coverage[0].Service, long.HotSpots.Spots[0].Label, long.Figures.Breakdowns[1].Rows[0].Label = name+name, name+name, name
	long.Figures.Counted = Change{Count(123_456_789), Count(1)}
	long.Flows.Months = long.Flows.Months[:1]
	long.Flows.Months[0].Opened = Count(1_234_567)
	for name, r := range map[string]*Report{"rich": sample(rich), "withheld": hidden, "long": long} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := exec.Command(tool, "-bbox", "-", "-")
			command.Stdin = bytes.NewReader(writePDF(t, r))
			out, err := command.Output()
			if err != nil {
				t.Fatal(err)
			}
			var document struct {
				Pages []struct {
					Words []word `xml:"word"`
				} `xml:"body>doc>page"`
			}
			if err := xml.Unmarshal(out, &document); err != nil {
				t.Fatal(err)
			}
			words := 0
			for i, page := range document.Pages {
				words += len(page.Words)
				for j, w := range page.Words {
					if w.XMin < 50 || w.XMax > 546 || w.YMin < 25 || w.YMax > 825 {
						t.Errorf("page %d: « %s » leaves the page: %v", i+1, w.Text, w)
					}
					for _, other := range page.Words[:j] {
						if w.over(other) {
							t.Errorf("page %d: « %s » lies on « %s »", i+1, w.Text, other.Text)
						}
					}
				}
			}
			if words < 1000 {
				t.Errorf("only %d words were looked at", words)
			}
		})
	}
}

// over reports whether two words share more than the space around letters.
func (w word) over(other word) bool {
	wide := min(w.XMax, other.XMax) - max(w.XMin, other.XMin)
	high := min(w.YMax, other.YMax) - max(w.YMin, other.YMin)
	return wide > 1 && high > 0.35*min(w.YMax-w.YMin, other.YMax-other.YMin)
}

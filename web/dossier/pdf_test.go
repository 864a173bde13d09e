package dossier

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// TestEveryFigureIsOnPaper: each row of each table stands in the text of the PDF, and every page says what it must.
func TestEveryFigureIsOnPaper(t *testing.T) {
	t.Parallel()
	hidden := sample(rich)
	hide(hidden)
	for name, r := range map[string]*Report{"rich": sample(rich), "withheld": hidden} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pages := read(t, r)
			text := strings.Join(pages, " ")
			rows := 0
			for _, table := range r.tables() {
				if table.sheet == "Suivi des opérations" || table.sheet == "Carte de chaleur" {
					continue // drawn, not set as tables
				}
				for _, row := range table.rows {
					var cells []string
					for _, c := range row {
						cells = append(cells, c.paper())
					}
					if want := spaced(strings.Join(cells, " ")); !strings.Contains(text, want) {
						t.Errorf("%s: no row « %s »", table.sheet, want)
					}
					rows++
				}
			}
			if rows < 180 {
				t.Errorf("only %d rows were looked for", rows)
			}
			for i, page := range pages {
				for _, want := range []string{r.Handling, "Bouches-du-Rhône", syntheticMention, "23 novembre 2026", fmt.Sprintf("%d / %d", i+1, len(pages))} {
					if !strings.Contains(page, spaced(want)) {
						t.Errorf("page %d does not say « %s »", i+1, want)
					}
				}
			}
		})
	}
}

func TestCoverAndSections(t *testing.T) {
	t.Parallel()
	pages := read(t, sample(rich))
	if len(pages) != 11 {
		t.Errorf("%d pages", len(pages))
	}
	for page, wants := range map[int][]string{
		0: {"Bouches-du-Rhône", "2 056 943 habitants (2023)", "5 087 km²", "1er septembre 2026", "Préfet et procureur", "08 h 05", "642", "+31 depuis la réunion",
			"3,1", "+0,1", "71 %", "−3 pts", "Est compté tout point de deal", "Carte de chaleur 2", "Communiqués sans seuil"},
		1: {"hexagone de 1,0 km de large", "n = 642", "Sans position, absents de la carte : 17", "2 à 3 (290 mailles)", "20 km", "Projection équirectangulaire"},
		2: {"Points pour 10 000 habitants", "8,0 à 16,4", "surface proportionnelle"},
		3: {"la moitié des points ferment en 412 jours, un quart en 147 (88 fermés, 642 encore ouverts)"},
		4: {"Ouvertures et fermetures par mois", "688"},
		6: {"Graine du tirage : 20261123", "Autour, à 500 m", "−7,0", "erreur type 5,4, z = −1,30", "90 jours avant"},
	} {
		for _, want := range wants {
			if !strings.Contains(pages[page], want) {
				t.Errorf("page %d does not say « %s »:\n%s", page+1, want, pages[page])
			}
		}
	}
	if last := pages[len(pages)-1]; !strings.Contains(last, "mesurent aussi l’effort de recherche") || !strings.Contains(last, "Règle : Est compté") {
		t.Errorf("the method does not say all: %s", last)
	}
}

// TestPoorReports: whatever is missing, the paper says so and nothing on it is no number.
func TestPoorReports(t *testing.T) {
	t.Parallel()
	base := func(change func(*Report)) *Report {
		r := sample(rich)
		change(r)
		return r
	}
	for name, poor := range map[string]struct {
		report *Report
		say    []string
	}{
		"empty": {&Report{
			Territory: Territory{Code: "dep:48", Name: "Lozère"}, AsOf: sample(rich).AsOf, Made: Making{At: sample(rich).Made.At}, Handling: "DIFFUSION RESTREINTE",
		}, []string{"aucune géométrie", "Aucune réunion précédente", "Aucun mois", "Aucune opération", "pas de sous-territoire"}},
		"nobody lives there": {base(func(r *Report) {
			r.Territory.Population, r.Rates = 0, nil
			for i := range r.Parts {
				r.Parts[i].Population = 0
			}
		}), []string{"aucun taux ne peut être calculé", "Population : inconnue"}},
		"no outline": {base(func(r *Report) { r.Outline = nil }), []string{"n’a pas été importé"}},
		"no geometry": {base(func(r *Report) {
			r.Outline, r.Heat.Cells = nil, nil
			for i := range r.Parts {
				r.Parts[i].Outline = nil
			}
		}), []string{"aucune géométrie"}},
		"one place, one position": {base(func(r *Report) {
			r.Outline, r.Heat.Cells, r.Parts = nil, nil, r.Parts[:1]
			r.Parts[0].Outline, r.Parts[0].Centre, r.Parts[0].Counted = nil, &orb.Point{55.5, -21.1}, Count(1)
		}), []string{"500 m"}},
		"the whole country": {base(func(r *Report) {
			r.Outline = append(r.Outline, orb.Polygon{{{55, -21}, {56, -21}, {56, -22}, {55, -21}}})
		}), []string{"La carte montre la métropole"}},
		"hot spots refused": {base(func(r *Report) { r.HotSpots = &HotSpots{Refusal: "Il y a 12 points, il en faut 30."} }), []string{"Le calcul n’a pas été fait. Il y a 12 points"}},
		"threshold":         {base(func(r *Report) { r.Suppression, r.Parts[0].Counted = Suppression{true, 5}, Figure{} }), []string{"étant inférieur à 5", "Non communiqués sous 5"}},
		"strange letters": {base(func(r *Report) {
			r.Territory.Name, r.Rule = "L'Haÿ\x00\xff 🚓 "+strings.Repeat("long-", 90)+strings.Repeat("x", 300), "a\nb\tc"
		}), []string{"L’Haÿ", "a b c"}},
		"empty rings": {base(func(r *Report) {
			r.Parts[0].Outline = orb.MultiPolygon{nil, {nil}, {{}}, {{{5, 43}}}}
			r.Heat.Cells[0].Area = orb.MultiPolygon{{{}}}
		}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Join(read(t, poor.report), " ")
			for _, never := range []string{"NaN", "Inf", "%!", "<nil>", "-0,"} {
				if strings.Contains(text, never) {
					t.Errorf("the paper says %s", never)
				}
			}
			for _, want := range poor.say {
				if !strings.Contains(text, want) {
					t.Errorf("the paper does not say « %s »: %s", want, text)
				}
			}
			if err := WriteXLSX(io.Discard, poor.report); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestOneReportIsOneFile: the bytes depend on the report alone.
func TestOneReportIsOneFile(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer, *Report) error{"PDF": WritePDF, "XLSX": WriteXLSX} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := func(change func(*Report)) []byte {
				r := sample(rich)
				change(r)
				var out bytes.Buffer
				if err := write(&out, r); err != nil {
					t.Fatal(err)
				}
				return out.Bytes()
			}
			once := made(func(*Report) {})
			for range 2 {
				if !bytes.Equal(once, made(func(*Report) {})) {
					t.Fatal("two files of one report differ")
				}
			}
			if bytes.Equal(once, made(func(r *Report) { r.Figures.Counted.Now.Value++ })) {
				t.Error("another figure gives the same file")
			}
		})
	}
}

func TestWhatThePDFSaysOfItself(t *testing.T) {
	t.Parallel()
	file := writePDF(t, sample(rich))
	for _, want := range []string{"/Lang (fr)", "/CreationDate (D:20261123080500", "%PDF-1."} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("the file has no %s", want)
		}
	}
	if bytes.Contains(file, []byte("/Subtype /Image")) {
		t.Error("there is an image: maps and charts are drawn in lines")
	}
}

func TestADepartementTakesLessThanASecond(t *testing.T) {
	r := sample(rich)
	if len(r.Heat.Cells) < 1400 || len(r.Parts) != 120 || len(r.Flows.Months) != 24 {
		t.Fatalf("%d cells, %d parts, %d months are not a département", len(r.Heat.Cells), len(r.Parts), len(r.Flows.Months))
	}
	started := time.Now()
	if err := WritePDF(io.Discard, r); err != nil {
		t.Fatal(err)
	}
	pdf := time.Since(started)
	if err := WriteXLSX(io.Discard, r); err != nil {
		t.Fatal(err)
	}
	t.Logf("PDF %v, XLSX %v", pdf, time.Since(started)-pdf)
	if took := time.Since(started); took > time.Second && !raced {
		t.Errorf("both took %v", took)
	}
}

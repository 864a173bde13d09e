package dossier

import (
	"fmt"
	"math"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// sampleSize says how much of everything a sample has.
type sampleSize struct{ rings, sectors, months int }

var (
	rich   = sampleSize{10, 12, 24}
	middle = orb.Point{5.1, 43.5}
)

// rim is the distance of the sample's border from its middle, in degrees of latitude: a coast with capes and bays.
func rim(angle float64) float64 {
	return 0.36 * (1 + 0.18*math.Sin(3*angle+0.4) + 0.09*math.Cos(7*angle) + 0.03*math.Sin(19*angle))
}

func polar(centre orb.Point, part, angle float64) orb.Point {
	d := rim(angle) * part
	return orb.Point{centre[0] + d*math.Cos(angle)/math.Cos(centre[1]*math.Pi/180), centre[1] + d*math.Sin(angle)}
}

func sector(centre orb.Point, inner, outer, from, to float64) orb.MultiPolygon {
	var ring orb.Ring
	steps := 8 + int(40*(to-from))
	for i := range steps + 1 {
		ring = append(ring, polar(centre, outer, from+(to-from)*float64(i)/float64(steps)))
	}
	for i := range steps + 1 {
		ring = append(ring, polar(centre, inner, to+(from-to)*float64(i)/float64(steps)))
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

func rimOutline() orb.MultiPolygon {
	var ring orb.Ring
	for i := range 360 {
		ring = append(ring, polar(middle, 1, float64(i)*math.Pi/180))
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

// sample makes a report without chance: the same each time.
func sample(size sampleSize) *Report {
	r := &Report{
		Territory: Territory{Code: "dep:13", Name: "Bouches-du-Rhône", Level: "Département", Population: 2_056_943, Area: 5087, Year: 2023},
		AsOf:      dealmap.Date{Year: 2026, Month: 11, Day: 23}, Previous: dealmap.Date{Year: 2026, Month: 9, Day: 1},
		Made:     Making{At: time.Date(2026, 11, 23, 8, 5, 0, 0, time.UTC), By: "Cellule Cross 13", Service: "Police nationale", For: "Préfet et procureur, membres de la CLCT"},
		Handling: "DIFFUSION RESTREINTE", Synthetic: true,
		Rule:       "Est compté tout point de deal (rue, four, drive, livraison) signalé, actif, perturbé ou en sommeil à la date des chiffres, une fois par lieu après rapprochement des listes ; les sites de soutien ne sont pas comptés.",
		PartsLabel: "Communes",
		Outline:    rimOutline(),
		Heat: Heat{
			Classes: []CountClass{{1, 1}, {2, 3}, {4, 6}, {7, 12}, {13, 31}}, CellWidth: 1000, Weight: "points comptés",
			N: Count(642), WithoutPosition: Count(17),
		},
		Rates: []RateClass{{0, 1}, {1, 2}, {2, 4}, {4, 8}, {8, 16.4}},
		Figures: Figures{
			Counted: Change{Count(642), Count(611)}, Total: Change{Count(1284), Count(1219)}, Rate: RateChange{Measure(3.12), Measure(2.97)},
			Breakdowns: []Breakdown{
				breakdown("Statut", "", dealmap.Statuses()[:4]), breakdown("Nature", "", dealmap.Kinds()[:4]),
				breakdown("Produit", "Un point peut vendre plusieurs produits : les lignes ne s’additionnent pas.", dealmap.Products()),
				breakdown("Service", "", dealmap.Services()),
			},
		},
		Lifetime:  Lifetime{Count(88), Count(642), Measure(147), Measure(412)},
		Freshness: Freshness{RateChange{Measure(0.34), Measure(0.31)}, RateChange{Measure(0.71), Measure(0.74)}, Change{Count(57), Count(49)}},
		HotSpots: &HotSpots{
			Method: "Gi* de Getis et Ord sur les communes, voisines par frontière commune, 999 permutations conditionnelles ; fausses découvertes tenues à 5 % (Benjamini et Hochberg).",
			Seed:   20261123, Spots: []Spot{{"Commune 3-04", Count(41), Measure(4.82), Measure(0.003)}, {"Commune 2-05", Count(28), Measure(3.91), Measure(0.012)}},
		},
		Offences: &Offences{Label: "Trafic de stupéfiants, faits enregistrés", Source: "Source : SSMSI, base départementale, mis en ligne en 2026."},
		Notes:    []string{"Positions : connues à l’entrée, au bâtiment, à la rue ou à la résidence ; un point connu par sa seule commune est compté, sans être placé sur la carte."},
	}
	for y := range 10 {
		r.Offences.Years = append(r.Offences.Years, OffenceYear{2016 + y, Count(2900 + 190*y - 40*y*(y%3)), Measure(14.3 + 0.8*float64(y))})
	}
	for i, s := range dealmap.Services() {
		r.Coverage = append(r.Coverage, Coverage{s.Label, Count(320 / (i + 1)), Count(811 / (i + 1)), Count(64 / (i + 1)), Measure(0.78 - 0.09*float64(i))})
	}
	sampleParts(r, size)
	sampleCells(r)
	sampleMonths(r, size.months)
	sampleOperations(r)
	return r
}

func breakdown(title, note string, terms []dealmap.Term) Breakdown {
	b := Breakdown{Title: title, Note: note}
	for i, term := range terms {
		n := 410 / (i + 1)
		b.Rows = append(b.Rows, BreakdownRow{term.Label, Change{Count(n), Count(n - 9 + 4*i)}})
	}
	return b
}

func sampleParts(r *Report, size sampleSize) {
	for i := range size.rings {
		for j := range size.sectors {
			from, to := 2*math.Pi*float64(j)/float64(size.sectors), 2*math.Pi*float64(j+1)/float64(size.sectors)
			count := int(math.Max(0, 34*math.Exp(-float64(i)*0.55)+9*math.Sin(float64(7*j+3*i))-2))
			part := Part{
				Name:       fmt.Sprintf("Commune %d-%02d", i+1, j+1),
				Outline:    sector(middle, float64(i)/float64(size.rings), float64(i+1)/float64(size.rings), from, to),
				Population: 1200 + 97_000/(i+1+j%4), Counted: Count(count), Total: Count(2*count + i), Since: Delta(Count(j%5 - 2)),
				Confirmed90: Measure(0.4 + 0.05*float64(j)), Overdue: Count((i + j) % 4),
			}
			part.Rate = Measure(float64(count) / float64(part.Population) * 10_000)
			r.Parts = append(r.Parts, part)
		}
	}
}

// sampleCells lays hexagons over the sample; those that would leave it are left out.
func sampleCells(r *Report) {
	const radius = 0.0071
	shrink := math.Cos(middle[1] * math.Pi / 180)
	for row := -40; row <= 40; row++ {
		for column := -40; column <= 40; column++ {
			x, y := (float64(column)+0.5*float64(row&1))*radius*math.Sqrt(3), float64(row)*radius*1.5
			at := math.Hypot(x, y) / rim(math.Atan2(y, x))
			if at > 0.975 {
				continue
			}
			var ring orb.Ring
			for k := range 7 {
				angle := math.Pi * (float64(k%6)/3 + 1./6)
				ring = append(ring, orb.Point{middle[0] + (x+radius*math.Cos(angle))/shrink, middle[1] + y + radius*math.Sin(angle)})
			}
			heat := 4.6*math.Exp(-12*at*at) + 3*math.Exp(-300*(math.Pow(x-0.2, 2)+math.Pow(y-0.1, 2))) + 0.8*math.Sin(41*x)*math.Cos(37*y)
			if class := int(heat); heat > 0.25 {
				r.Heat.Cells = append(r.Heat.Cells, Cell{orb.MultiPolygon{{ring}}, min(class, 4)})
			}
		}
	}
}

func sampleMonths(r *Report, n int) {
	r.Flows.Reasons = []string{"Démantelé", "Déplacé", "Éteint de lui-même", "Doublon", "Erreur de saisie"}
	first, stock := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-n, 0), 520
	for i := range n {
		wave := math.Sin(float64(i) * 0.9)
		m := Month{
			First: dealmap.DateOf(first.AddDate(0, i, 0)), Reported: Count(30 + int(8*wave)), Opened: Count(22 + int(7*wave)), Reopened: Count(2 + i%3),
			Closed: []Figure{Count(9 + i%4), Count(4 + i%3), Count(2), Count(i % 2), Count(i % 3 / 2)},
		}
		stock += m.Opened.Value + m.Reopened.Value
		for _, f := range m.Closed {
			stock -= f.Value
		}
		m.Stock = Count(stock)
		r.Flows.Months = append(r.Flows.Months, m)
	}
}

func sampleOperations(r *Report) {
	r.Operations = []Operation{
		{
			On: dealmap.Date{Year: 2026, Month: 6, Day: 1}, Type: "Pilonnage", Place: "Commune 3-04",
			Results: []Result{{"Points visés", Count(6)}, {"Points fermés", Count(4)}, {"Rouverts depuis", Count(1)}},
			Watch: &Watch{
				Days: 90, Buffer: 500, Target: Change{Count(3), Count(9)}, Ring: Change{Count(7), Count(6)}, Control: Change{Count(14), Count(13)},
				Difference: Measure(-7), StandardErr: Measure(5.4), Z: Measure(-1.3),
				Reading: "Baisse dans la zone sans déplacement visible autour ; l’écart reste dans la marge d’erreur.",
			},
		},
		{
			On: dealmap.Date{Year: 2026, Month: 10, Day: 14}, Type: "Opération judiciaire", Place: "Commune 1-02",
			Results: []Result{{"Points visés", Count(2)}, {"Points fermés", Count(2)}},
		},
	}
}

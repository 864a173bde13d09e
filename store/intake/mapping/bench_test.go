package mapping_test

import (
	"fmt"
	"testing"

	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// BenchmarkRow reads a plain list of 12 columns.
func BenchmarkRow(b *testing.B) {
	header := []string{"Libellé", "Adresse", "Code INSEE", "X", "Y", "Type", "Statut", "Produits", "Première observation", "Dernière observation", "Service", "Unité"}
	var rows []list.Row
	for i := range 10_000 {
		rows = append(rows, list.Row{Line: i + 2, Cells: []string{
			fmt.Sprintf("Résidence %d", i), fmt.Sprintf("%d rue des Essais", i%200), fmt.Sprintf("13%03d", 1+i%119),
			fmt.Sprintf("%d,%d", 880000+i%20000, i%10), fmt.Sprintf("%d,%d", 6240000+i*7%30000, i%10),
			[]string{"Hall", "Rue", "drive"}[i%3], []string{"Actif", "en sommeil", "perturbé"}[i%3], []string{"Résine, herbe", "coke", "héro + crack"}[i%3],
			fmt.Sprintf("%02d/%02d/2025", 1+i%28, 1+i%12), fmt.Sprintf("%02d/%02d/2026", 1+i%28, 1+i%10), "DDSP 13", "BST Nord",
		}})
	}
	m, err := mapping.New(mapping.Profile{EPSG: 2154, Columns: map[string]string{
		"name": "Libellé", "address": "Adresse", "commune": "Code INSEE", "x": "X", "y": "Y", "kind": "Type", "status": "Statut", "products": "Produits",
		"first_seen": "Première observation", "last_confirmed": "Dernière observation", "owner_service": "Service", "owner_unit": "Unité",
	}}, header, territories(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if result := m.Row(rows[i%len(rows)]); len(result.Problems) > 0 {
			b.Fatal(result.Problems)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// directionLabels are how directions are called in a table.
var directionLabels = map[api.FlowsRowsDirection]string{api.In: "Entrant", api.Out: "Sortant", api.Within: "Interne"}

// acceptsTable reports whether the client asks for CSV.
func acceptsTable(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/csv") }

// flowsTable is flows as a table that spreadsheets in French open, like csvExport.
func flowsTable(flows *api.Flows, line *dealmap.Consultation) (reply, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	rows := csv.NewWriter(&b)
	rows.Comma, rows.UseCRLF = ';', true
	table := [][]any{{"Trimestre : " + restricted, "Territoire", "Code du territoire", "Sens", "Territoire partenaire", "Code du partenaire", "Moyen", "Liens", "Force"}}
	for _, row := range flows.Rows {
		means := "Inconnu"
		if row.Means != "" {
			means = dealmap.Label(dealmap.LinkMeans(), row.Means)
		}
		table = append(table, []any{row.Quarter, flows.TerritoryName, flows.Territory, directionLabels[row.Direction], value(row.PartnerName), value(row.Partner), means, row.Links, row.Strength})
	}
	for _, values := range table {
		cells := make([]string, len(values))
		for i, cell := range values {
			cells[i] = csvCell(cell)
		}
		if err := rows.Write(cells); err != nil {
			return reply{}, err
		}
	}
	rows.Flush()
	name := fmt.Sprintf("flux-%s-%s-%s.csv", strings.ReplaceAll(flows.Territory, ":", "-"), flows.Quarters[0], flows.Quarters[len(flows.Quarters)-1])
	return reply{
		body: written(b.Bytes()), mediaType: "text/csv; charset=utf-8", line: line, header: map[string]string{"Content-Disposition": fmt.Sprintf("attachment; filename=%q", name)},
	}, rows.Error()
}

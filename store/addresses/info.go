package addresses

import (
	"context"
	"time"
)

// Departement is what the gazetteer knows of one.
type Departement struct {
	Code      string
	Communes  int
	Addresses int // house numbers
	Streets   int
	Places    int       // named places (lieux-dits)
	Imported  time.Time // the last import
}

// Info returns what is known, by département.
func (g *Gazetteer) Info(ctx context.Context) ([]Departement, error) {
	rows, err := g.read.QueryContext(ctx, `SELECT departement, count(DISTINCT commune), sum(addresses), sum(streets), sum(places), max(imported)
		FROM parts WHERE live GROUP BY departement ORDER BY departement`)
	if err != nil {
		return nil, g.explain(err)
	}
	defer rows.Close()
	var all []Departement
	for rows.Next() {
		var d Departement
		var imported int64
		if err := rows.Scan(&d.Code, &d.Communes, &d.Addresses, &d.Streets, &d.Places, &imported); err != nil {
			return nil, g.explain(err)
		}
		d.Imported = time.Unix(imported, 0)
		all = append(all, d)
	}
	return all, g.explain(rows.Err())
}

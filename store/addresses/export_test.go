package addresses

import "testing"

// KeepLittle makes imports write often.
func (g *Gazetteer) KeepLittle() { g.pending = 2000 }

// Rows counts the parts and the streets that the file holds, those that nobody sees among them.
func (g *Gazetteer) Rows(t *testing.T) (parts, streets int) {
	t.Helper()
	for query, into := range map[string]*int{"SELECT count(*) FROM parts": &parts, "SELECT count(*) FROM streets": &streets} {
		if err := g.read.QueryRow(query).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	return parts, streets
}

// Exec runs SQL on a file.
func Exec(t *testing.T, path, query string) {
	t.Helper()
	db, err := connect(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

// TestWithheldIsNeitherYesNorNo: lookouts that are withheld (H3) are absent from the sheet, not false.
func TestWithheldIsNeitherYesNorNo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.coded(1, "H3", func(f *dealmap.Facts) { f.Lookouts = true }).Subject.String()
	for name, want := range map[string]bool{"gn": false, "cross13": true} {
		body := string(w.as(name).get("/api/v1/deal-points/" + id).want(http.StatusOK).body)
		for _, field := range []string{`"lookouts":`, `"obstacles":`, `"cameras":`} {
			if strings.Contains(body, field) != want {
				t.Errorf("%s: %s shown %v, want %v\n%s", name, field, !want, want, body)
			}
		}
	}
}

// TestAnExportNamesWithheldFieldsInFrench: whoever receives a file does not know the names of the contract.
func TestAnExportNamesWithheldFieldsInFrench(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.coded(1, "H0")
	w.coded(2, "H0", func(f *dealmap.Facts) {
		f.Handling = dealmap.Handling{Reach: dealmap.ReachService, Code: "H0", Blurred: true}
	})
	rows := rowsOf(t, w.as("gn").post("/api/v1/exports", exportOf("csv")).want(http.StatusOK).body)
	at := slices.Index(rows[0], "Champs retenus")
	if len(rows) < 3 {
		t.Fatalf("%d rows", len(rows)-1)
	}
	for _, row := range rows[1:] {
		if !strings.Contains(row[at], "références de procédure") || strings.ContainsAny(row[at], "_.") {
			t.Errorf("withheld: %q", row[at])
		}
	}
}

// TestAPeriodThatEndsBeforeItBegins is refused: an empty answer would tell an auditor that nobody saw anything.
func TestAPeriodThatEndsBeforeItBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, audited(&keeper{}))
	for _, path := range []string{"consultations", "journal", "summary"} {
		w.as("auditeur").get("/api/v1/audit/" + path + "?from=2026-11-24&to=2026-11-20").want(http.StatusBadRequest)
	}
}

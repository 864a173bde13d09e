package main

import (
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/audit"
)

// TestVerifyClaimsNoMoreThanIsAttested: logs that no checkpoint reaches yet are only consistent with themselves.
func TestVerifyClaimsNoMoreThanIsAttested(t *testing.T) {
	t.Parallel()
	var report audit.Report
	report.Journal.Log, report.Journal.Lines, report.Journal.Attested = audit.JournalLog, 40, 40
	if said := allWell(&report); said != "Rien n’a été changé." {
		t.Error(said)
	}
	report.Journal.Attested = 0
	if said := allWell(&report); !strings.Contains(said, "rien n’atteste encore le journal des modifications") {
		t.Error(said)
	}
}

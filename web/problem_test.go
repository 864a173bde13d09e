package web

import (
	"fmt"
	"strings"
	"testing"
)

func TestEveryProblemIsInTheContract(t *testing.T) {
	t.Parallel()
	for kind, problem := range problems {
		if row := fmt.Sprintf("| `%s` | %d |", kind, problem.status); !strings.Contains(string(contract), row) {
			t.Errorf("openapi.yaml lacks %s", row)
		}
	}
	if n := strings.Count(string(contract), "            | `"); n != len(problems) {
		t.Errorf("openapi.yaml lists %d problems, there are %d", n, len(problems))
	}
}

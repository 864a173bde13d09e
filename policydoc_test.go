package dealmap

import (
	"os"
	"testing"
)

// TestPolicyDocument holds the committed document to the tables: go test -run TestPolicyDocument -update writes it anew.
func TestPolicyDocument(t *testing.T) {
	t.Parallel()
	if *update {
		if err := os.WriteFile("policy.md", []byte(Policy()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile("policy.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != Policy() {
		t.Error("policy.md is not what the tables say; go test -run TestPolicyDocument -update . writes it anew")
	}
	for reach := range reaches {
		if !known(Reaches(), string(reach)) {
			t.Errorf("the reach %q has no label", reach)
		}
	}
	if len(reaches) != len(Reaches()) || len(uses) != len(HandlingCodes()) || len(Actions()) != len(rights) {
		t.Errorf("%d reaches, %d codes and %d actions have rules; %d, %d and %d have labels",
			len(reaches), len(uses), len(rights), len(Reaches()), len(HandlingCodes()), len(Actions()))
	}
}

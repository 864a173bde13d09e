package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/seeds"
)

func TestSeedServices(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "listes")
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"seed", "--services", folder, "--places", "60", "--seed", "7", "--departement", "13,2A", "--data", data}
	out, errs, status := command(t, args...)
	if status != 0 || !strings.Contains(out, "60 lieux vrais, graine 7") || !strings.Contains(out, "gendarmerie : ") {
		t.Fatalf("%d %s%s", status, out, errs)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("the data folder was touched: %v", err)
	}
	file, err := os.Open(filepath.Join(folder, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if truth, err := seeds.ReadTruth(file); err != nil || truth.Len() < 60 {
		t.Errorf("the truth: %v", err)
	}
	first := map[string]string{}
	for _, name := range []string{"police.csv", "gendarmerie.csv", "douanes.xlsx", "truth.csv", "README.txt"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		first[name] = string(content)
	}
	if _, errs, status := command(t, args...); status != 1 || !strings.Contains(errs, "n’est pas vide") {
		t.Errorf("over other lists: %d %s", status, errs)
	}
	args[2] += "-2"
	if _, errs, status := command(t, args...); status != 0 {
		t.Fatalf("again: %d %s", status, errs)
	}
	for name, want := range first {
		if content, err := os.ReadFile(filepath.Join(args[2], name)); err != nil || string(content) != want {
			t.Errorf("%s is another one the second time (%v)", name, err)
		}
	}
}

func TestSeedServicesRefuses(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "listes")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--services", folder, "--places", "0"}, "--places : 0 n’est pas entre"},
		{[]string{"--services", folder, "--places", "200001"}, "--places : 200001 n’est pas entre"},
		{[]string{"--services", folder, "--departement", "13,96"}, "« 96 » n’est pas un département"},
		{[]string{"--services", folder, "--as-of", "hier"}, "--as-of"},
		{[]string{"--departement", "13"}, "--departement ne va qu’avec --services"},
	} {
		if _, errs, status := command(t, append([]string{"seed", "--data", t.TempDir()}, c.args...)...); status != 1 || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %s, want %q", c.args, status, errs, c.says)
		}
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
}

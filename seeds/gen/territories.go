package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// year is the vintage of the code officiel géographique in @etalab/decoupage-administratif 6.0.0.
const year = 2026

// territory is one line of territories.tsv.
type territory struct {
	code, name, parent string
	population         int
	areaKM2            float64
	centre             *orb.Point
	postal             []string
	former             []string // INSEE codes of communes that merged into this one
	departement        string   // INSEE code of a commune's département
	seat               string   // INSEE code of an arrondissement's chef-lieu
}

// unit is an entry of the package's four files; each file fills a part of it.
type unit struct {
	Code           string   `json:"code"`
	Nom            string   `json:"nom"`
	Type           string   `json:"type"`
	Zone           string   `json:"zone"`
	Commune        string   `json:"commune"`
	ChefLieu       string   `json:"chefLieu"`
	Arrondissement string   `json:"arrondissement"`
	Departement    string   `json:"departement"`
	Region         string   `json:"region"`
	Population     int      `json:"population"`
	CodesPostaux   []string `json:"codesPostaux"`
	AnciensCodes   []string `json:"anciensCodes"`
}

// gazetteer holds the territories, the coarse levels first, and how codes that are no more map to today's communes.
type gazetteer struct {
	list    []*territory
	byCode  map[string]*territory
	renamed map[string]string // former INSEE code -> INSEE code of the commune of today
}

func (g *gazetteer) add(t *territory) {
	g.list = append(g.list, t)
	g.byCode[t.code] = t
}

func readUnits(folder, name string) ([]unit, error) {
	data, err := os.ReadFile(filepath.Join(folder, name+".json"))
	if err != nil {
		return nil, err
	}
	var units []unit
	if err := json.Unmarshal(data, &units); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return units, nil
}

func readTerritories(folder string) (*gazetteer, error) {
	g := &gazetteer{byCode: map[string]*territory{}, renamed: map[string]string{}}
	for _, z := range zones {
		g.add(&territory{code: "zone:" + z.code, name: z.name})
	}
	for _, level := range []struct {
		file   string
		accept func(unit) *territory
	}{
		{"regions", regionOf}, {"departements", departementOf}, {"arrondissements", arrondissementOf},
		{"communes", communeOf}, {"communes", municipalOf},
	} {
		units, err := readUnits(folder, level.file)
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			if t := level.accept(u); t != nil {
				g.add(t)
			}
			for _, former := range u.AnciensCodes {
				g.renamed[former] = u.Code
			}
			if u.ChefLieu != "" && strings.HasPrefix(u.Type, "commune-") {
				g.renamed[u.Code] = u.ChefLieu
			}
		}
	}
	for former, now := range g.renamed {
		if t := g.byCode["com:"+now]; t != nil && g.byCode["com:"+former] == nil {
			t.former = append(t.former, former)
		}
	}
	for _, t := range g.list {
		slices.Sort(t.former)
		if t.parent != "" && g.byCode[t.parent] == nil {
			return nil, fmt.Errorf("%s: parent %s is missing", t.code, t.parent)
		}
	}
	g.sumPopulations()
	return g, nil
}

func regionOf(u unit) *territory {
	if u.Zone == "com" {
		return nil
	}
	return &territory{code: "reg:" + u.Code, name: u.Nom, parent: zoneOf(u.Code)}
}

func departementOf(u unit) *territory {
	if u.Zone == "com" {
		return nil
	}
	return &territory{code: "dep:" + u.Code, name: u.Nom, parent: "reg:" + u.Region}
}

func arrondissementOf(u unit) *territory {
	return &territory{code: "arr:" + u.Code, name: u.Nom, parent: "dep:" + u.Departement, seat: u.ChefLieu}
}

// communeOf hangs a commune of a collectivité d'outre-mer directly under its zone: it is in no département.
func communeOf(u unit) *territory {
	if u.Type != "commune-actuelle" {
		return nil
	}
	parent := "dep:" + u.Departement
	switch {
	case u.Zone == "com":
		parent = zoneOf(u.Departement)
	case u.Arrondissement != "":
		parent = "arr:" + u.Arrondissement
	}
	return &territory{code: "com:" + u.Code, name: u.Nom, parent: parent, population: u.Population, postal: u.CodesPostaux,
		departement: u.Departement}
}

func municipalOf(u unit) *territory {
	if u.Type != "arrondissement-municipal" {
		return nil
	}
	return &territory{code: "com:" + u.Code, name: u.Nom, parent: "com:" + u.Commune, population: u.Population,
		postal: u.CodesPostaux, departement: u.Departement}
}

// sumPopulations gives every territory above the communes the inhabitants of its communes.
func (g *gazetteer) sumPopulations() {
	for _, t := range g.list {
		if !strings.HasPrefix(t.code, "com:") || strings.HasPrefix(t.parent, "com:") {
			continue
		}
		for up := g.byCode[t.parent]; up != nil; up = g.byCode[up.parent] {
			up.population += t.population
		}
	}
}

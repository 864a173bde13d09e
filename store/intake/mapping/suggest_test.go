package mapping_test

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// Lists are invented; what they look like is not: the columns of a police, a gendarmerie and a customs spreadsheet, of a landlord's table, of an
// attribute table of QGIS, and of somebody who only has a place and a town.
var lists = []struct {
	name     string
	text     string
	findings list.Findings
	columns  map[string]string
	epsg     int
	swapped  bool
	month    bool
	defaults map[string]string
	unmapped []string
	unknown  map[string][]string
	good     int // rows without a problem
}{
	{
		name: "police",
		text: `N° | Libellé | Adresse complète | CP | Code INSEE | Commune | X_L93 | Y_L93 | Type de point | Statut | Produit(s) | Horaires | Date de constatation | Dernière observation | Service | Unité | Cotation | N° procédure | Observations | Agent saisisseur
1 | Cité des Ifs, bât. C | 12 rue des Ifs | 13013 | 13213 | MARSEILLE 13EME | 897123,4 | 6252001,2 | Hall | Actif | Résine, herbe | 12h-22h | 03/02/2025 | 12/11/2026 | DDSP 13 | BST Nord | B2 | 2026/001234 | Guetteurs à l'entrée | Dupont
2 | Les Lauriers | 3 impasse du Pré | 13014 | 13214 | MARSEILLE 14EME | 894800,0 | 6251100,9 | Point de deal | Démantelé | coke + shit | soir | 14/03/2025 | 25/10/2026 | DDSP 13 | BST Nord | A1 | 2026/002222 |  | Martin
3 | Place Haute | place Haute | 13800 | 13047 | ISTRES | 867000,1 | 6269900,3 | Drive | En sommeil | beuh et héro | tous les jours | 28/04/2025 | 30/09/2026 | PJ | SRPJ Marseille | C3 | 2025/000071 | RAS | Durand
4 | Le Grand Pin | 8 av. du Pin | 13500 | 13056 | MARTIGUES | 871500,7 | 6257400,2 | Four | zombie | ecsta | 14h à 23h30 | 31/01/2025 | 02/08/2026 | DDSP 13 | BST Ouest | X4 | 2025/000099 |  | Petit`,
		columns: map[string]string{
			"name": "Libellé", "address": "Adresse complète", "postcode": "CP", "commune": "Code INSEE", "commune_name": "Commune", "x": "X_L93", "y": "Y_L93",
			"kind": "Type de point", "status": "Statut", "products": "Produit(s)", "hours": "Horaires", "first_seen": "Date de constatation",
			"last_confirmed": "Dernière observation", "closing_date": "Dernière observation", "owner_service": "Service", "owner_unit": "Unité",
			"grading": "Cotation", "case_references": "N° procédure", "note": "Observations", "source_id": "N°",
		},
		epsg: 2154, unmapped: []string{"Agent saisisseur"}, unknown: map[string][]string{"status": {"zombie"}}, good: 3,
	},
	{
		name: "gendarmerie",
		text: `ID_FICHE;DENOMINATION;NUM_VOIE;NOM_VOIE;VILLE;DEPT;LONGITUDE;LATITUDE;NATURE;ETAT;STUP;VU_LE;CREE_LE;BRIGADE;DIFFUSION;COMMENTAIRES
GN-001;Parking du stade;14;rue du Stade;St Denis;974;55,4504;-20,8823;Rue;actif;Zamal;12.11.2026;01.02.2026;BTA Saint-Denis;Nationale;
GN-002;Hangar Nord;2 bis;chemin du Port;Le Port;974;55,2920;-20,9370;Dépôt;perturbé;cannabis/cocaïne;30.10.2026;15.03.2026;BR Saint-Paul;Départementale;accès par la plage
GN-003;Ravine;7;rue de la Ravine;Saint-Benoit;974;55,7130;-21,0340;Nourrice;en sommeil;héroïne;28.09.2026;22.05.2026;SR Saint-Denis;Service;`,
		columns: map[string]string{
			"source_id": "ID_FICHE", "name": "DENOMINATION", "number": "NUM_VOIE", "street": "NOM_VOIE", "commune": "VILLE", "departement": "DEPT", "x": "LONGITUDE", "y": "LATITUDE",
			"kind": "NATURE", "status": "ETAT", "products": "STUP", "last_confirmed": "VU_LE", "first_seen": "CREE_LE", "owner_unit": "BRIGADE", "reach": "DIFFUSION", "note": "COMMENTAIRES",
		},
		epsg: 4326, good: 3,
	},
	{
		name: "customs, axes swapped",
		text: `Réf|Lieu|Coord_X|Coord_Y|Code postal|Nature|Produit|Date|Bureau|PV|Statut
D1|Entrepôt A|6258000|893000|13002|Entrepôt|Cocaïne|46338|BSI Marseille|2026-12|Ouvert
D2|Quai B|6249000|891500|13016|Point d'entrée|coke|46340.5|BSI Marseille|2026-13|Fermé
D3|Box C|6251000|895500|13014|box|herbe|46001|DNRED|2026-14|à vérifier`,
		columns: map[string]string{
			"source_id": "Réf", "name": "Lieu", "x": "Coord_X", "y": "Coord_Y", "postcode": "Code postal", "kind": "Nature", "products": "Produit", "last_confirmed": "Date",
			"closing_date": "Date", "owner_unit": "Bureau", "case_references": "PV", "status": "Statut",
		},
		epsg: 2154, swapped: true, good: 2, // a closed place needs a reason
	},
	{
		name: "landlord",
		text: `Code;Résidence;Bailleur;Adresse;Ville;Code postal;Caméras;Guetteurs;Signalé le;Intensité
R01;Les Bleuets;Habitat Sud;3 rue A;Créteil;94000;oui;non;03/04/2026;fort
R02;Les Myosotis;Habitat Sud;5 rue B;Créteil;94000;x;;13/04/2026;moyen
R03;Les Roses;Habitat Nord;7 rue C;L'Haÿ-les-Roses;94240;0;1;27/05/2026;3/5`,
		columns: map[string]string{
			"source_id": "Code", "name": "Résidence", "landlord": "Bailleur", "address": "Adresse", "commune": "Ville", "postcode": "Code postal", "cameras": "Caméras",
			"lookouts": "Guetteurs", "first_seen": "Signalé le", "intensity": "Intensité",
		},
		defaults: map[string]string{"kind": "street"}, good: 3,
	},
	{
		name:     "QGIS",
		findings: list.Findings{EPSG: 3945},
		text: `fid;nom_site;type_point;etat;produits;date_maj;insee_com;géométrie x;géométrie y
1;Site A;rue;actif;cannabis;2026-10-01;33063;1418300.5;4190800.2
2;Site B;four;démantelé;cocaine,crack;2026-09-03;33063;1419000.7;4191500.9
3;Site C;drive;dormant;mdma;2026-08-30;33281;1412800.1;4188000.3`,
		columns: map[string]string{
			"source_id": "fid", "name": "nom_site", "kind": "type_point", "status": "etat", "products": "produits", "last_confirmed": "date_maj", "closing_date": "date_maj",
			"commune": "insee_com", "x": "géométrie x", "y": "géométrie y",
		},
		epsg: 3945, good: 3,
	},
	{
		name: "minimal",
		text: `Lieu;Ville
Gare;Lille
Square;Roubaix
Tour 3;Saint-Denis (93)
Tour 4;Saint-Denis`,
		columns:  map[string]string{"name": "Lieu", "commune": "Ville"},
		defaults: map[string]string{"kind": "street"}, good: 3,
	},
	{
		name: "coordinates in one column, month first",
		text: `name;Coordonnées GPS;status;last seen;Drug
A;48.8566, 2.3522;open;10/25/2026;weed
B;48.8606, 2.3376;closed;09/03/2026;heroin
C;48.8738, 2.2950;suspected;08/30/2026;crack & coke`,
		columns: map[string]string{"name": "name", "position": "Coordonnées GPS", "status": "status", "last_confirmed": "last seen", "closing_date": "last seen", "products": "Drug"},
		epsg:    4326, month: true, defaults: map[string]string{"kind": "street"}, good: 2,
	},
	{
		name: "English",
		text: `id;Location;address;lat;lng;notes
1;Old square;1 High Street;43.2965;5.3698;by the bus stop
2;New square;2 High Street;43.3000;5.4000;
3;Third;3 High Street;43.3100;5.3800;`,
		columns: map[string]string{"source_id": "id", "name": "Location", "address": "address", "x": "lng", "y": "lat", "note": "notes"},
		epsg:    4326, defaults: map[string]string{"kind": "street"}, good: 3,
	},
	{
		name: "no header",
		text: `Colonne A;Colonne B;Colonne C;Colonne D;Colonne E
Bât. A;5.3698;43.2965;shit;03/04/2026
Bât. B;5.4000;43.3000;coke, herbe;13/04/2026
Bât. C;5.3800;43.3100;héro;17/04/2026`,
		columns: map[string]string{"name": "Colonne A", "x": "Colonne B", "y": "Colonne C", "products": "Colonne D", "last_confirmed": "Colonne E"},
		epsg:    4326, defaults: map[string]string{"kind": "street"}, good: 3,
	},
	{
		name: "UTM overseas, told by the département",
		text: `Nom;X;Y;INSEE
A;655000;1796000;97105
B;656100;1797300;97105
C;664000;1803000;97101`,
		columns: map[string]string{"name": "Nom", "x": "X", "y": "Y", "commune": "INSEE"},
		epsg:    32620, defaults: map[string]string{"kind": "street"}, good: 3,
	},
	{
		name: "Lambert II étendu",
		text: `Nom;x;y;Code commune
A;846500;1816000;13055
B;848200;1815100;13055
C;600200;2428000;75056`,
		columns: map[string]string{"name": "Nom", "x": "x", "y": "y", "commune": "Code commune"},
		epsg:    27572, defaults: map[string]string{"kind": "street"}, good: 3,
	},
}

func TestSuggestReadsLists(t *testing.T) {
	t.Parallel()
	for _, l := range lists {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			header, rows := table(strings.ReplaceAll(l.text, ";", "|"))
			s := mapping.Suggest(l.findings, header, rows, territories(t))
			if !maps.Equal(s.Columns, l.columns) {
				for field, column := range s.Columns {
					if l.columns[field] != column {
						t.Errorf("%s is read from %q, not %q (%s)", field, column, l.columns[field], s.Why[field])
					}
				}
				for field, column := range l.columns {
					if s.Columns[field] == "" {
						t.Errorf("%s is not read, %q has it", field, column)
					}
				}
			}
			if s.EPSG != l.epsg || s.Swapped != l.swapped || s.MonthFirst != l.month {
				t.Errorf("EPSG:%d, swapped %t, month first %t; want EPSG:%d, %t, %t (%s)", s.EPSG, s.Swapped, s.MonthFirst, l.epsg, l.swapped, l.month, s.Why["epsg"])
			}
			if !maps.Equal(s.Defaults, l.defaults) {
				t.Errorf("defaults %v, want %v", s.Defaults, l.defaults)
			}
			if !slices.Equal(s.Unmapped, l.unmapped) {
				t.Errorf("unmapped %q, want %q", s.Unmapped, l.unmapped)
			}
			if !maps.EqualFunc(s.UnknownValues, l.unknown, slices.Equal) {
				t.Errorf("unknown words %v, want %v", s.UnknownValues, l.unknown)
			}
			for field := range s.Columns {
				if s.Why[field] == "" {
					t.Errorf("nothing says why %s is read", field)
				}
			}
			m, err := mapping.New(s.Profile, header, territories(t))
			if err != nil {
				t.Fatal(err)
			}
			good := 0
			for _, row := range rows {
				result := m.Row(row)
				problems := append(result.Problems, m.CheckRow(row, result.Place, ofast(), env(t))...)
				if len(problems) == 0 {
					good++
				} else {
					t.Logf("line %d: %s", row.Line, reasons(problems))
				}
			}
			if good != l.good {
				t.Errorf("%d good rows, want %d", good, l.good)
			}
		})
	}
}

// shared reads a real list beside the repository.
func shared(t *testing.T, name string, separator rune) (header []string, rows []list.Row) {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no real data: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = separator
	for line := 1; ; line++ {
		cells, err := r.Read()
		if err == io.EOF {
			return header, rows
		}
		if err != nil {
			t.Fatal(err)
		}
		if line == 1 {
			header = cells
			continue
		}
		rows = append(rows, list.Row{Line: line, Cells: cells})
	}
}

func TestSuggestRealLambert93(t *testing.T) {
	t.Parallel()
	header, rows := shared(t, "points/lambert93_77k.csv", ';')
	s := mapping.Suggest(list.Findings{}, header, rows[:1000], territories(t))
	want := map[string]string{"name": "Operateur", "x": "x", "y": "y"}
	if !maps.Equal(s.Columns, want) || s.EPSG != 2154 || s.Swapped {
		t.Fatalf("columns %v, EPSG:%d, swapped %t", s.Columns, s.EPSG, s.Swapped)
	}
	m, err := mapping.New(s.Profile, header, territories(t))
	if err != nil {
		t.Fatal(err)
	}
	var bad []mapping.Problem
	for i, row := range rows {
		if i%20 != 0 && i < len(rows)-10 {
			continue // the rest is like these; the last has no position
		}
		result := m.Row(row)
		bad = append(bad, append(result.Problems, m.CheckRow(row, result.Place, ofast(), env(t))...)...)
	}
	if len(bad) != 1 || bad[0].Value != "#N/A" || bad[0].Column != "x" || bad[0].Line != 77149 {
		t.Errorf("%d problems of %d rows, the first: %+v", len(bad), len(rows), bad[:min(1, len(bad))])
	}
}

func TestSuggestRealLondon(t *testing.T) {
	t.Parallel()
	header, rows := shared(t, "points/london2017/2017-01-city-of-london-street.csv", ',')
	s := mapping.Suggest(list.Findings{}, header, rows[:200], territories(t))
	want := map[string]string{"name": "Location", "x": "Longitude", "y": "Latitude", "first_seen": "Month", "source_id": "Crime ID"}
	for field, column := range want {
		if s.Columns[field] != column {
			t.Errorf("%s is read from %q, want %q", field, s.Columns[field], column)
		}
	}
	if !slices.Equal(s.Only["Crime type"], []string{"Drugs"}) || s.EPSG != 4326 || s.Swapped {
		t.Errorf("only %v, EPSG:%d, swapped %t", s.Only, s.EPSG, s.Swapped)
	}
	s.Shift = &[2]float64{2.44, -2.66}
	m, err := mapping.New(s.Profile, header, territories(t))
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, row := range rows {
		result := m.Row(row)
		if result.Skipped {
			continue
		}
		kept++
		if row.Cells[slices.Index(header, "Longitude")] == "" {
			continue // rows without any place are set aside
		}
		if problems := append(result.Problems, m.Check(result.Place, ofast(), env(t))...); len(problems) > 0 {
			t.Errorf("line %d: %s", row.Line, reasons(problems))
		}
		if !result.Place.Synthetic {
			t.Error("a shifted place is not marked synthetic")
		}
	}
	if kept == 0 || kept == len(rows) {
		t.Errorf("%d of %d rows kept", kept, len(rows))
	}
}

package addresses_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/addresses"
)

const (
	banHeader = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;" +
		"x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n"
	placesHeader = "id;nom_lieu_dit;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;source_position;source_nom_voie\n"
	balHeader    = "uid_adresse;cle_interop;commune_insee;commune_nom;commune_deleguee_insee;commune_deleguee_nom;voie_nom;lieudit_complement_nom;numero;suffixe;" +
		"position;x;y;long;lat;cad_parcelles;source;date_der_maj;certification_commune\n"
)

// address is what the tests vary of a line.
type address struct {
	number, suffix, street, postcode, commune, city string
	former, formerCity, position, alias, place      string
	lon, lat                                        float64
}

// ban writes a line as the BAN does.
func ban(a address) string {
	if a.position == "" {
		a.position = "segment"
	}
	return fmt.Sprintf("%s_0001_%05s;%s_0001;%s;%s;%s;%s;%s;%s;%s;%s;;;%.6f;%.6f;%s;%s;%s;%s;;commune;commune;1;\n",
		a.commune, a.number, a.commune, a.number, a.suffix, a.street, a.postcode, a.commune, a.city, a.former, a.formerCity,
		a.lon, a.lat, a.position, a.alias, a.place, strings.ToUpper(a.city))
}

// marseille is a small BAN, written by hand.
func marseille() string {
	var b strings.Builder
	b.WriteString(banHeader)
	street := func(name, postcode, commune, city string, lon, lat float64, numbers ...string) {
		for i, n := range numbers {
			number, suffix, _ := strings.Cut(n, " ")
			position := "entrée"
			if i%2 == 1 {
				position = "parcelle"
			}
			b.WriteString(ban(address{number: number, suffix: suffix, street: name, postcode: postcode, commune: commune, city: city,
				position: position, lon: lon + float64(i)*0.0002, lat: lat}))
		}
	}
	street("Rue de la République", "13001", "13201", "Marseille 1er Arrondissement", 5.372, 43.297, "2", "4", "12", "12 bis", "14", "16")
	street("Rue de la République", "13002", "13202", "Marseille 2e Arrondissement", 5.368, 43.301, "40", "42", "44")
	street("Passage de la Porte d’Aix", "13002", "13202", "Marseille 2e Arrondissement", 5.37, 43.303, "3")
	street("Boulevard Baille", "13005", "13205", "Marseille 5e Arrondissement", 5.39, 43.289, "1", "3", "5", "7")
	street("Avenue du Général Leclerc", "13003", "13203", "Marseille 3e Arrondissement", 5.38, 43.305, "1", "2", "3")
	street("Rue Jean Jaurès", "13004", "13204", "Marseille 4e Arrondissement", 5.40, 43.30, "1", "2")
	street("Rue Marie Curie", "13004", "13204", "Marseille 4e Arrondissement", 5.41, 43.30, "1", "2")
	street("Cité Félix Pyat", "13003", "13203", "Marseille 3e Arrondissement", 5.386, 43.313, "143")
	street("Rue du 8 Mai 1945", "13003", "13203", "Marseille 3e Arrondissement", 5.387, 43.314, "8", "10")
	street("Traverse de l’Estaque", "13016", "13216", "Marseille 16e Arrondissement", 5.31, 43.36, "3", "5 b")
	street("Place Notre Dame du Mont", "13006", "13206", "Marseille 6e Arrondissement", 5.383, 43.293, "1", "6")
	street("La Canebière", "13001", "13201", "Marseille 1er Arrondissement", 5.376, 43.296, "1", "20", "70")
	street("Rue de la République", "13100", "13001", "Aix-en-Provence", 5.45, 43.53, "12", "14")
	street("Chemin du Vieux Moulin", "13100", "13001", "Aix-en-Provence", 5.46, 43.54, "100", "102")
	b.WriteString(ban(address{number: "7", street: "Route des Alpes", postcode: "13100", commune: "13001", city: "Aix-en-Provence",
		former: "13999", formerCity: "Puyricard", place: "Les Platanes", alias: "Chemin de Puyricard", lon: 5.42, lat: 43.58}))
	return b.String()
}

func marseillePlaces() string {
	return placesHeader +
		"13215_b001;La Castellane;13015;13215;Marseille 15e Arrondissement;;;;;5.3475;43.3795;commune;commune\n" +
		"13214_b002;Les Oliviers;13014;13214;Marseille 14e Arrondissement;;;;;5.3901;43.3402;commune;commune\n" +
		"13001_b003;Les Oliviers;13100;13001;Aix-en-Provence;;;;;5.4301;43.5202;commune;commune\n"
}

func open(t testing.TB) *addresses.Gazetteer {
	t.Helper()
	g, err := addresses.Open(filepath.Join(t.TempDir(), addresses.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

func load(t testing.TB, g *addresses.Gazetteer, files ...string) addresses.Summary {
	t.Helper()
	var last addresses.Summary
	for _, file := range files {
		s, err := g.Import(t.Context(), strings.NewReader(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		last = s
	}
	return last
}

func locate(t testing.TB, g *addresses.Gazetteer, q addresses.Query) []addresses.Hit {
	t.Helper()
	hits, err := g.Locate(t.Context(), q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return hits
}

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// country makes lines of invented départements as the BAN has them: communes of some 60 streets of about 14 numbers, with names that
// repeat from commune to commune as they do in France.
type country struct {
	random  *rand.Rand
	every   int // of so many rows, one is a sample
	streets []string
}

func newCountry(seed uint64) *country {
	c := &country{every: 1000, random: rand.New(rand.NewPCG(seed, 1))}
	kinds := strings.Fields("Rue Rue Rue Rue Avenue Boulevard Impasse Chemin Allée Place Route Square")
	first := strings.Fields("Jean Pierre Marie Paul Louis Anne Jacques André Simone Henri Émile Rosa")
	saint := []string{"de la République", "de l’Église", "du Général Leclerc", "des Écoles", "Victor Hugo", "du Moulin", "de la Gare", "Pasteur"}
	c.streets = append(c.streets, saint...)
	for i := range 4000 {
		name := c.word() + c.word()
		if i%3 == 0 {
			name = first[c.random.IntN(len(first))] + " " + name
		} else {
			name = "de " + name
		}
		c.streets = append(c.streets, kinds[c.random.IntN(len(kinds))]+" "+name)
	}
	for i, s := range saint {
		c.streets[i] = kinds[i%len(kinds)] + " " + s
	}
	return c
}

func (c *country) word() string {
	syllables := strings.Fields("Ba Cor Du Fer Gi La Mar No Per Quin Ra Sau Tou Val Ver Bri Cha Lon Mont Ri")
	return syllables[c.random.IntN(len(syllables))] + strings.ToLower(syllables[c.random.IntN(len(syllables))])
}

// sample is an address that a country has.
type sample struct{ number, street, postcode, commune, city string }

// write writes about so many rows of a département, and returns some of them.
func (c *country) write(w io.Writer, departement, rows int) (samples []sample, err error) {
	if _, err := io.WriteString(w, banHeader); err != nil {
		return nil, err
	}
	written := 0
	for commune := 1; written < rows; commune++ {
		code, postcode := fmt.Sprintf("%02d%03d", departement, commune), fmt.Sprintf("%02d%d00", departement, commune%10)
		city := c.word() + c.word() + "-" + c.word()
		lon, lat := c.random.Float64()*6, 43+c.random.Float64()*6
		for range 20 + c.random.IntN(80) {
			street := c.streets[int(float64(len(c.streets))*c.random.Float64()*c.random.Float64())]
			for n := range 1 + c.random.IntN(27) {
				a := address{number: fmt.Sprint(n + 1), street: street, postcode: postcode, commune: code, city: city, lon: lon + c.random.Float64()/50, lat: lat + c.random.Float64()/50}
				if _, err := io.WriteString(w, ban(a)); err != nil {
					return nil, err
				}
				if written++; written%c.every == 0 {
					samples = append(samples, sample{a.number, street, postcode, code, city})
				}
			}
		}
	}
	return samples, nil
}

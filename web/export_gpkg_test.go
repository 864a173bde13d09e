package web_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

func TestAGeoPackage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.assorted()
	a := w.as("cross13").post("/api/v1/exports", exportOf("gpkg")).want(http.StatusOK)
	if got := a.header.Get("Content-Length"); got != fmt.Sprint(len(a.body)) || string(a.body[68:72]) != "GPKG" {
		t.Errorf("length %s of %d, application %q", got, len(a.body), a.body[68:72])
	}
	db := openGeoPackage(t, a.body)
	defer func() { _ = db.Close() }()
	one := func(query string) string {
		t.Helper()
		rows := rowsIn(t, db, query)
		if len(rows) != 1 {
			t.Fatalf("%s: %d rows", query, len(rows))
		}
		return strings.Join(rows[0], "|")
	}
	drawn := one("SELECT count(*) FROM points_de_deal WHERE geom IS NOT NULL")
	for query, want := range map[string]string{
		"PRAGMA integrity_check": "ok", "PRAGMA user_version": "10300",
		"SELECT count(*) FROM points_de_deal":                                                                                                                            a.header.Get("Dealmap-Exported"),
		"SELECT count(*) FROM points_de_deal WHERE geom IS NULL AND longitude IS NULL":                                                                                   "4",
		"SELECT count(*) FROM rtree_points_de_deal_geom":                                                                                                                 drawn,
		"SELECT group_concat(DISTINCT typeof(intensite)) FROM (SELECT intensite FROM points_de_deal ORDER BY intensite)":                                                 "null,integer",
		"SELECT count(*) FROM points_de_deal WHERE typeof(longitude) NOT IN ('real', 'null') OR typeof(guetteurs) NOT IN ('integer', 'null')":                            "0",
		"SELECT CAST(premiere_vue AS TEXT) FROM points_de_deal ORDER BY fid LIMIT 1":                                                                                     "2024-02-29",
		"SELECT min_x = (SELECT min(longitude) FROM points_de_deal), max_y = (SELECT max(latitude) FROM points_de_deal) FROM gpkg_contents WHERE data_type = 'features'": "1|1",
		"SELECT f_table_name, f_geometry_column, useAsDefault FROM layer_styles":                                                                                         "points_de_deal|geom|1",
		"SELECT group_concat(reference_scope) FROM gpkg_metadata_reference":                                                                                              "geopackage,table",
		"SELECT hex(substr(geom, 1, 13)) FROM points_de_deal WHERE geom IS NOT NULL LIMIT 1":                                                                             "47500001E61000000101000000",
	} {
		if got := one(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	metadata := one("SELECT metadata FROM gpkg_metadata")
	for _, want := range []string{"DIFFUSION RESTREINTE", "Cross 13, PN Cross 13", "Parquet de Marseille ; =DDSP 13", "transmission au parquet", "2026-11-23 10:"} {
		if !strings.Contains(metadata, want) {
			t.Errorf("metadata without %q: %s", want, metadata)
		}
	}
	qml, sld := one("SELECT styleQML FROM layer_styles"), one("SELECT styleSLD FROM layer_styles")
	for name, text := range map[string]string{"metadata": metadata, "qml": qml, "sld": sld} {
		decoder := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is not well-formed: %v", name, err)
			}
		}
	}
	checkStyle(t, qml, sld)
}

// checkStyle wants a shape and a colour of its own for each status, in both styles.
func checkStyle(t *testing.T, qml, sld string) {
	t.Helper()
	var style struct {
		Renderer struct {
			Type       string `xml:"type,attr"`
			Attr       string `xml:"attr,attr"`
			Categories []struct {
				Value  string `xml:"value,attr"`
				Symbol string `xml:"symbol,attr"`
			} `xml:"categories>category"`
			Symbols []struct {
				Name    string `xml:"name,attr"`
				Options []struct {
					Name  string `xml:"name,attr"`
					Value string `xml:"value,attr"`
				} `xml:"layer>Option>Option"`
			} `xml:"symbols>symbol"`
		} `xml:"renderer-v2"`
	}
	if err := xml.Unmarshal([]byte(qml), &style); err != nil {
		t.Fatal(err)
	}
	r := style.Renderer
	if r.Type != "categorizedSymbol" || r.Attr != "statut" || len(r.Categories) != len(dealmap.Statuses())+1 || len(r.Symbols) != len(r.Categories) {
		t.Fatalf("renderer %+v", r)
	}
	looks := map[string]bool{}
	for i, category := range r.Categories {
		if i < len(dealmap.Statuses()) && (category.Value != dealmap.Statuses()[i].Label || !strings.Contains(sld, "<ogc:Literal>"+category.Value+"</ogc:Literal>")) {
			t.Errorf("category %d is %q, or the SLD lacks it", i, category.Value)
		}
		if r.Symbols[i].Name != category.Symbol {
			t.Errorf("category %q has symbol %s", category.Value, category.Symbol)
		}
		for _, option := range r.Symbols[i].Options {
			if option.Name == "name" {
				looks[option.Value] = true
			}
		}
	}
	if len(looks) != len(r.Categories) {
		t.Errorf("shapes %v", looks)
	}
}

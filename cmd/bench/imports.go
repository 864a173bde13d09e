package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap/seeds"
	"github.com/paulmach/orb"
)

// importRows is how many rows the list has that is staged against the large map.
const importRows = 100_000

// imports measures staging a list, and the check for duplicates on entry, on a map of b.large places.
func (b *bench) imports() error {
	if b.large == 0 {
		return nil
	}
	small := b.places
	b.places = b.large
	defer func() { b.places = small }()
	if err := b.fill(); err != nil {
		return err
	}
	list, spots, err := b.noisyList()
	if err != nil {
		return err
	}
	s, took, err := b.start()
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("start until ready, %d places", b.large), fmt.Sprintf("%.1f s", took.Seconds()), "")
	if err = b.counting(s); err == nil && b.onlyCounting {
		return s.stop()
	}
	if err == nil {
		err = b.stageList(s, list)
	}
	if err == nil {
		err = b.entryCheck(s, spots)
	}
	return errors.Join(err, s.stop())
}

// noisyList is a list of rows about places of the map, written a little otherwise and a little off; spots are where they lie.
func (b *bench) noisyList() (list []byte, spots []orb.Point, err error) {
	territories, err := seeds.Gazetteer()
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	out.WriteString("Nom;Adresse;Code INSEE;Longitude;Latitude;Type;Statut;Produits;Dernière constatation\n")
	rng := rand.New(rand.NewPCG(20261128, 0))
	n, every := 0, max(1, b.large/importRows)
	for place := range seeds.Places(b.large, 2019, territories, time.Now()) {
		if n++; n%every != 0 || place.Facts.Position == nil || !place.Facts.Kind.IsDealPoint() {
			continue
		}
		f := place.Facts
		at := orb.Point{f.Position[0] + rng.NormFloat64()*1e-4, f.Position[1] + rng.NormFloat64()*1e-4}
		fmt.Fprintf(&out, "%s;%s;%s;%.6f;%.6f;%s;actif;cannabis;%s\n", strings.ToUpper(f.Name), f.Address, strings.TrimLeft(f.Commune, "0"), at[0], at[1],
			[]string{"rue", "hall", "drive"}[n%3], f.LastSeen.French())
		spots = append(spots, at)
	}
	return out.Bytes(), spots, nil
}

func (b *bench) stageList(s *server, list []byte) error {
	writer, err := s.as("writer")
	if err != nil {
		return err
	}
	before, _, err := s.memory()
	if err != nil {
		return err
	}
	start := time.Now()
	response, err := writer.http.Post(writer.base+"/api/v1/imports?name=liste.csv", "application/octet-stream", bytes.NewReader(list))
	if err != nil {
		return err
	}
	data, err := io.ReadAll(response.Body)
	response.Body.Close()
	var imported struct {
		ID         string
		Stage      string
		Error      string
		Counts     map[string]int
		Suggestion struct{ Mapping map[string]any }
	}
	if err != nil || response.StatusCode != http.StatusCreated || json.Unmarshal(data, &imported) != nil {
		return fmt.Errorf("hand a list in: %s: %.200s, %w", response.Status, data, err)
	}
	path := "/api/v1/imports/" + imported.ID
	if _, err := writer.send(http.MethodPut, path+"/mapping", map[string]any{"mapping": imported.Suggestion.Mapping}, http.StatusAccepted); err != nil {
		return err
	}
	most := before
	for imported.Stage = "staging"; imported.Stage == "staging"; time.Sleep(50 * time.Millisecond) {
		data, err := writer.send(http.MethodGet, path, nil, http.StatusOK)
		if err != nil || json.Unmarshal(data, &imported) != nil {
			return fmt.Errorf("ask for a list: %.200s, %w", data, err)
		}
		now, _, err := s.memory()
		if err != nil {
			return err
		}
		most = max(most, now)
	}
	took := time.Since(start)
	if imported.Stage != "staged" {
		return fmt.Errorf("the list is %s: %s", imported.Stage, imported.Error)
	}
	n := imported.Counts
	b.add(fmt.Sprintf("list of %d rows staged, located and matched against %d places (%d new, %d to decide, %d sure)", n["rows"], b.large, n["new"], n["review"], n["merge"]),
		fmt.Sprintf("%.1f s", took.Seconds()), "< 60 s")
	b.add("memory of the server meanwhile", fmt.Sprintf("at most %d MB, %d before", most, before), "< 2048 MB")
	_, err = writer.send(http.MethodDelete, path, nil, http.StatusNoContent)
	return err
}

// entryCheck measures entering a point where others lie: all but the answer 409 with its candidates is the check.
func (b *bench) entryCheck(s *server, spots []orb.Point) error {
	writer, err := s.as("writer")
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(7, 0))
	var times []time.Duration
	for range 2000 {
		at := spots[rng.IntN(len(spots))]
		body, err := json.Marshal(map[string]any{
			"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": at},
			"properties": map[string]any{"kind": "street", "status": "active", "name": "Résidence " + strconv.Itoa(rng.IntN(50)), "accuracy": "building"},
		})
		if err != nil {
			return err
		}
		start := time.Now()
		response, err := writer.http.Post(writer.base+"/api/v1/deal-points", "application/json", bytes.NewReader(body))
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return err
		}
		response.Body.Close()
		times = append(times, time.Since(start))
		if response.StatusCode != http.StatusConflict && response.StatusCode != http.StatusCreated {
			return fmt.Errorf("enter a point: %s", response.Status)
		}
	}
	b.add(fmt.Sprintf("entering a point, the check for duplicates among %d places in it", b.large), percentiles(times), "p99 < 10 ms")
	return nil
}

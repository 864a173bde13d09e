package main

import (
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/outlines"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
)

// everything is a filter of several fields that lets every place of the referee through, so that clusters are those of no fixed set.
const everything = "status=reported&status=active&status=dormant&status=closed&product=cannabis&product=cocaine&product=heroin&product=mdma&product=crack"

// measureOwn measures the map with rights and the consultation log on, seen by an Ofast. Peers keep nothing between requests and draw places
// from zoom 5: so does the map here, except where a row says otherwise.
func (b *bench) measureOwn(r *referee) error {
	if err := b.fillFrom(r); err != nil {
		return err
	}
	points := door{template: "/tiles/deal_points/{z}/{x}/{y}.mvt", verify: "points"}
	clusters := door{template: "/tiles/clusters/{z}/{x}/{y}.mvt?" + everything, verify: "none"}
	err := b.serving(&points, func(viewer *person) error {
		if err := r.latencies(own, pointTiles, points); err != nil {
			return err
		}
		if err := r.rush(own, pointTiles, points, ""); err != nil {
			return err
		}
		if err := r.rush(own, pointTiles, points, ", gzip", "-gzip"); err != nil {
			return err
		}
		if err := r.dump(pointTiles, points); err != nil {
			return err
		}
		return r.askOwn(viewer)
	}, "--points-from", "5", "--tile-memory", "0")
	if err != nil {
		return err
	}
	err = b.serving(&clusters, func(viewer *person) error {
		for _, zoom := range summedZooms {
			if err := addUp(viewer, zoom, r.places); err != nil {
				return err
			}
		}
		r.board.note("The clusters of %s add up to all places at zooms %v; beyond, France has too many tiles to ask for, and they are not summed.", contestantNames[own], summedZooms)
		if err := r.latencies(own, clusterTiles, clusters); err != nil {
			return err
		}
		if err := r.rush(own, clusterTiles, clusters, ""); err != nil {
			return err
		}
		return r.dump(clusterTiles, clusters)
	}, "--points-from", "15", "--tile-memory", "0")
	if err != nil {
		return err
	}
	err = b.serving(&clusters, func(*person) error {
		return r.latencies(own, freshClusters, clusters, "-zooms", "5,6,8,10")
	}, "--points-from", "15", "--tile-memory", "0", "--aggregate-memory", "0")
	if err != nil {
		return err
	}
	return b.serving(&points, func(*person) error {
		if err := r.rush(own, pointTiles, points, ", kept"); err != nil {
			return err
		}
		insert := "POST " + points.base + `/api/v1/deal-points?duplicates=accepted {"type":"Feature","geometry":{"type":"Point","coordinates":[{lon},{lat}]},` +
			`"properties":{"kind":"street","status":"active","name":"Passage {id}","accuracy":"building"}}`
		return r.visible(own, points, peerWrites, insert, "-match", "count")
	})
}

// summedZooms are those of the measured zooms at which France has few enough tiles to ask for all of them: some 2,000 at zoom 10, and 16
// times as many at the next.
var summedZooms = []maptile.Zoom{5, 6, 8, 10}

// addUp checks that the clusters of France count every place once at a zoom. Tile by tile they cannot be held to the places that lie in each, which
// is how supercluster is checked: a cluster is drawn in the one tile in which its middle lies, and stands for places beyond it.
func addUp(viewer *person, zoom maptile.Zoom, places int) error {
	least, most := maptile.At(orb.Point{-6, 52}, zoom), maptile.At(orb.Point{10, 41}, zoom)
	sum := 0
	for x := least.X; x <= most.X; x++ {
		for y := least.Y; y <= most.Y; y++ {
			body, err := viewer.send(http.MethodGet, fmt.Sprintf("/tiles/clusters/%d/%d/%d.mvt?%s", zoom, x, y, everything), nil, http.StatusOK)
			if err != nil {
				return err
			}
			layers, err := mvt.Unmarshal(body)
			if err != nil {
				return err
			}
			for _, layer := range layers {
				for _, f := range layer.Features {
					at, count := f.Point(), f.Properties["count"]
					if inside := func(v float64) bool { return v >= 0 && v < float64(layer.Extent) }; inside(at[0]) && inside(at[1]) {
						n, _ := count.(float64)
						sum += int(n)
					}
				}
			}
		}
	}
	if sum != places {
		return fmt.Errorf("the clusters of zoom %d count %d places of %d", zoom, sum, places)
	}
	return nil
}

// serving starts the map, sets where it answers and the credential of the viewer, and stops it after the work.
func (b *bench) serving(at *door, do func(*person) error, options ...string) error {
	s, _, err := b.start(options...)
	if err != nil {
		return err
	}
	viewer, err := s.as("viewer")
	if err == nil {
		at.base = s.base
		at.header, err = viewer.credential()
	}
	if err == nil {
		err = do(viewer)
	}
	return errors.Join(err, s.stop())
}

// fillFrom puts the referee's places on an empty map with the outlines that the referee counts by, and makes the account of the viewer.
func (b *bench) fillFrom(r *referee) (err error) {
	if err := os.RemoveAll(b.data); err != nil {
		return err
	}
	if _, err := b.command("", "territories", "import", "--level", "dep", r.path("departements.geojson")); err != nil {
		return err
	}
	if _, err := b.command(password+"\n", "user", "add", "viewer", "--role", "ofast", "--service", "OFAST", "--unit", "Ofast", "--territory", "fr"); err != nil {
		return err
	}
	territories, err := seeds.Gazetteer()
	if err != nil {
		return err
	}
	imported, err := outlines.Load(b.data, dealmap.LevelDepartement)
	if err != nil {
		return err
	}
	if territories, err = territories.With(imported); err != nil {
		return err
	}
	file, err := os.Open(r.sized("points", ".csv"))
	if err != nil {
		return err
	}
	defer file.Close()
	s, err := store.Open(b.ctx, store.Options{Dir: b.data, Territories: territories})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return readPlaces(file, 5000, func(some []dealmap.AddPlace) error {
		_, err := s.Do(b.ctx, dealmap.Console("bench", dealmap.RoleOfast), dealmap.ImportPlaces{Places: some}, "")
		return err
	})
}

// refereeStatus is the map's word for the generator's.
var refereeStatus = map[string]dealmap.Status{
	"active": dealmap.Active, "suspected": dealmap.Reported, "dormant": dealmap.Dormant, "closed": dealmap.Closed,
}

// refereeService is the map's word for the generator's agency.
var refereeService = map[string]dealmap.Owner{
	"pn": {Service: dealmap.ServicePN, Unit: "PN"}, "gn": {Service: dealmap.ServiceGN, Unit: "GN"}, "dgddi": {Service: dealmap.ServiceDGDDI, Unit: "DGDDI"},
}

// readPlaces reads the generator's points and hands them on, so many at once.
func readPlaces(in io.Reader, atOnce int, hand func([]dealmap.AddPlace) error) error {
	rows := csv.NewReader(in)
	if _, err := rows.Read(); err != nil {
		return fmt.Errorf("places of the referee: %w", err)
	}
	var some []dealmap.AddPlace
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("places of the referee: %w", err)
		}
		add, err := readPlace(row)
		if err != nil {
			return fmt.Errorf("places of the referee: %q: %w", row, err)
		}
		if some = append(some, add); len(some) == atOnce {
			if err := hand(some); err != nil {
				return err
			}
			some = nil
		}
	}
	if len(some) == 0 {
		return nil
	}
	return hand(some)
}

// readPlace reads id, lon, lat, status, product, agency, intensity, dep, opened_at and closed_at.
func readPlace(row []string) (dealmap.AddPlace, error) {
	lon, err1 := strconv.ParseFloat(row[1], 64)
	lat, err2 := strconv.ParseFloat(row[2], 64)
	intensity, err3 := strconv.Atoi(row[6])
	opened, err4 := dealmap.ParseDate(row[8])
	status, known := refereeStatus[row[3]]
	if !known {
		return dealmap.AddPlace{}, fmt.Errorf("status %q is unknown", row[3])
	}
	owner, known := refereeService[row[5]]
	if !known {
		return dealmap.AddPlace{}, fmt.Errorf("agency %q is unknown", row[5])
	}
	add := dealmap.AddPlace{Status: status, AcceptDuplicates: true, Facts: dealmap.Facts{
		Kind: dealmap.Street, Name: "Point " + row[0], Accuracy: dealmap.AccuracyDoor, Position: &orb.Point{lon, lat},
		Products: []dealmap.Product{dealmap.Product(row[4])}, Intensity: intensity, FirstSeen: opened, Owner: owner,
	}}
	_, _ = rand.Read(add.ID[:]) // never fails (crypto/rand)
	var err5 error
	if status == dealmap.Closed {
		add.Closing = &dealmap.Closing{Reason: dealmap.Faded}
		add.Closing.Date, err5 = dealmap.ParseDate(row[9])
	}
	return add, errors.Join(err1, err2, err3, err4, err5)
}

// credential is the header by which other clients are this person.
func (p *person) credential() (header string, err error) {
	at, err := url.Parse(p.base)
	if err != nil {
		return "", err
	}
	var all []string
	for _, c := range p.http.Jar.Cookies(at) {
		all = append(all, c.Name+"="+c.Value)
	}
	if len(all) == 0 {
		return "", http.ErrNoCookie
	}
	return "Cookie: " + strings.Join(all, "; "), nil
}

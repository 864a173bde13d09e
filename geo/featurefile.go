package geo

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// limits stop archives that unpack to much more than an honest file of outlines.
type limits struct {
	total   int64 // unpacked bytes of all files
	entries int   // files of all archives
	value   int64 // bytes of one feature, or of another member of the file
}

func (l limits) orDefault() limits {
	if l.total == 0 {
		l.total = 4 << 30
	}
	if l.entries == 0 {
		l.entries = 10000
	}
	if l.value == 0 {
		l.value = 64 << 20
	}
	return l
}

// featureReader reads features one at a time, so that memory holds no whole file.
type featureReader struct {
	limits limits
}

type (
	featureFunc func(file string, number int, f *featureJSON) error
	doneFunc    func(file string)
)

var errTooLarge = errors.New("contenu trop volumineux")

// capped fails, rather than ends, when more than what is left is read.
type capped struct {
	r    io.Reader
	left *int64
}

func (c capped) Read(p []byte) (int, error) {
	if *c.left <= 0 {
		return 0, errTooLarge
	}
	n, err := c.r.Read(p[:min(int64(len(p)), *c.left)])
	*c.left -= int64(n)
	return n, err
}

// meter fails when one value reads more than its allowance: a decoder keeps a whole value in memory.
type meter struct {
	r    io.Reader
	left int64
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooLarge
	}
	n, err := m.r.Read(p)
	m.left -= int64(n)
	return n, err
}

func (fr *featureReader) readPath(path string, each featureFunc, done doneFunc) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("geo: %w", err)
	}
	defer file.Close()
	name := filepath.Base(path)
	content := bufio.NewReaderSize(file, 1<<16)
	if magic, _ := content.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(content)
		if err != nil {
			return fmt.Errorf("geo: %s: %w", name, err)
		}
		content = bufio.NewReaderSize(unpacked, 1<<16)
	}
	content = bufio.NewReaderSize(capped{content, &fr.limits.total}, 1<<16)
	if head, _ := content.Peek(262); len(head) == 262 && string(head[257:]) == "ustar" {
		return fr.readArchive(content, name, each, done)
	}
	if err := readFeatures(content, name, fr.limits.value, each); err != nil {
		return err
	}
	done(name)
	return nil
}

func (fr *featureReader) readArchive(content io.Reader, name string, each featureFunc, done doneFunc) error {
	archive := tar.NewReader(content)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("geo: %s: %w", name, err)
		}
		if fr.limits.entries--; fr.limits.entries < 0 {
			return fmt.Errorf("geo: %s: trop de fichiers dans l’archive", name)
		}
		extension := strings.ToLower(filepath.Ext(header.Name))
		if header.Typeflag != tar.TypeReg || extension != ".geojson" && extension != ".json" {
			continue
		}
		entry := name + "/" + filepath.Base(header.Name)
		if err := readFeatures(archive, entry, fr.limits.value, each); err != nil {
			return err
		}
		done(entry)
	}
}

// lists are the members that hold features: GeoJSON's own and those of the files of priority districts.
var lists = map[string]bool{"features": true, "qpvs": true, "zones": true}

// readFeatures walks a JSON text whose top level is an object with a list of features, or such a list.
func readFeatures(content io.Reader, file string, allowance int64, each featureFunc) error {
	fail := func(number int, err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("fichier tronqué")
		}
		return fmt.Errorf("geo: %s, objet %d: %w", file, number, err)
	}
	metered := &meter{content, allowance}
	decoder := json.NewDecoder(metered)
	var transform *Transform
	number, listed := 0, false
	list := func() error {
		listed = true
		for decoder.More() {
			number++
			metered.left = allowance
			f := featureJSON{transform: transform}
			if err := decoder.Decode(&f); err != nil {
				return fail(number, err)
			}
			if err := each(file, number, &f); err != nil {
				return fail(number, err)
			}
		}
		_, err := decoder.Token()
		if err != nil {
			return fail(number, err)
		}
		return nil
	}
	first, err := decoder.Token()
	if err != nil {
		return fail(0, err)
	}
	switch first {
	case json.Delim('['):
		return list()
	case json.Delim('{'):
	default:
		return fail(0, errors.New("ni un objet ni une liste JSON"))
	}
	for decoder.More() {
		metered.left = allowance
		key, err := decoder.Token()
		if err != nil {
			return fail(number, err)
		}
		name, _ := key.(string)
		switch {
		case lists[name]:
			if open, err := decoder.Token(); err != nil || open != json.Delim('[') {
				return fail(number, fmt.Errorf("« %s » n’est pas une liste", name))
			}
			if err := list(); err != nil {
				return err
			}
		case name == "crs":
			if transform, err = readCRS(decoder); err != nil {
				return fail(number, err)
			}
		default:
			var skipped json.RawMessage
			if err := decoder.Decode(&skipped); err != nil {
				return fail(number, err)
			}
		}
	}
	if _, err := decoder.Token(); err != nil {
		return fail(number, err)
	}
	if !listed {
		return fail(0, errors.New("aucune liste d’objets (FeatureCollection attendue)"))
	}
	return nil
}

// readCRS understands the crs member that GeoJSON had before RFC 7946 and that French files still carry.
func readCRS(decoder *json.Decoder) (*Transform, error) {
	var crs struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	if err := decoder.Decode(&crs); err != nil {
		return nil, err
	}
	name := crs.Properties.Name
	if name == "" || strings.HasSuffix(strings.ToUpper(name), "CRS84") {
		return nil, nil
	}
	epsg, err := ParseCRS(name)
	if err != nil {
		return nil, err
	}
	if epsg == 4326 || epsg == 4258 || epsg == 4171 {
		return nil, nil
	}
	t, err := NewTransform(epsg)
	return &t, err
}

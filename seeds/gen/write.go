package main

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// writeTerritories writes a line of tab-separated fields for each territory: code, name, parent, inhabitants, area in
// km², longitude, latitude, postal codes and codes of merged communes joined by commas; what is unknown is empty. The first
// line is the vintage.
func writeTerritories(file string, g *gazetteer) error {
	return writeGzip(file, func(w io.Writer) error {
		fmt.Fprintf(w, "%d\n", year)
		for _, t := range g.list {
			lon, lat := "", ""
			if t.centre != nil {
				lon, lat = decimal(t.centre[0]), decimal(t.centre[1])
			}
			fields := []string{t.code, t.name, t.parent, number(float64(t.population)), number(t.areaKM2), lon, lat,
				strings.Join(t.postal, ","), strings.Join(t.former, ",")}
			if _, err := fmt.Fprintln(w, strings.Join(fields, "\t")); err != nil {
				return err
			}
		}
		return nil
	})
}

// number leaves out what is unknown.
func number(f float64) string {
	if f == 0 {
		return ""
	}
	return decimal(f)
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// writeShapes writes for each shape its key and its TWKB (Tiny Well-Known Binary), each with its length before it as an
// unsigned varint.
func writeShapes(file string, shapes []shape) error {
	return writeGzip(file, func(w io.Writer) error {
		for _, s := range shapes {
			packed, err := geom.MarshalTWKB(s.geom, decimals)
			if err != nil {
				return fmt.Errorf("%s: %w", s.key, err)
			}
			for _, part := range [][]byte{[]byte(s.key), packed} {
				if _, err := w.Write(append(binary.AppendUvarint(nil, uint64(len(part))), part...)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func writeGzip(file string, fill func(io.Writer) error) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	zipped, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(zipped)
	for _, step := range []func() error{func() error { return fill(buffered) }, buffered.Flush, zipped.Close} {
		if err := step(); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if info, err := f.Stat(); err == nil {
		log.Printf("%s: %d bytes", file, info.Size())
	}
	return nil
}

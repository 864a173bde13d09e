package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// contentTag is the validator of what everyone gets alike.
func contentTag(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
}

// weak makes a validator that holds for the content whatever its encoding, gzip or none.
func weak(tag string) string { return "W/" + tag }

// matches reports whether an If-None-Match header names the tag (RFC 9110 §13.1.2, weak comparison).
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// acceptsGzip reports whether the client takes gzip (RFC 9110 §12.5.3).
func acceptsGzip(r *http.Request) bool {
	accepted := false
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		_, weight, hasWeight := strings.Cut(strings.ReplaceAll(quality, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		refused := hasWeight && (err != nil || q == 0)
		if coding == "gzip" {
			return !refused
		}
		accepted = !refused
	}
	return accepted
}

// revisionTag is the ETag of a place.
func revisionTag(revision int) string { return `"` + strconv.Itoa(revision) + `"` }

// ifMatch reads the revision that the client saw from If-Match: 0 when the header is absent or "*".
func ifMatch(r *http.Request) (revision int, given bool, err error) {
	header := strings.TrimSpace(r.Header.Get("If-Match"))
	if header == "" {
		return 0, false, nil
	}
	if header == "*" {
		return 0, true, nil
	}
	text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(header, "W/"), `"`), `"`)
	revision, err = strconv.Atoi(text)
	if err != nil || revision < 1 || strings.Contains(header, ",") {
		return 0, true, badParameter("If-Match", "« %s » n’est pas l’ETag d’une fiche (par exemple \"3\")", clip(header))
	}
	return revision, true, nil
}

var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one of the package's own
	}
	return z
}}

// appendZipped compresses data to the end of some room.
func appendZipped(room, data []byte) []byte {
	b := bytes.NewBuffer(room)
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(b)
	_, err := z.Write(data)
	if err = errors.Join(err, z.Close()); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return b.Bytes()
}

// largestZipped is how much room to compress into is used again, in bytes.
const largestZipped = 1 << 20

var zipRooms = sync.Pool{New: func() any { return new([]byte) }}

// zipFast compresses what is made for one request.
func zipFast(data []byte) []byte {
	room := zipRooms.Get().(*[]byte)
	zipped := appendZipped((*room)[:0], data)
	if cap(zipped) <= largestZipped {
		*room = zipped
		defer zipRooms.Put(room)
	}
	return bytes.Clone(zipped)
}

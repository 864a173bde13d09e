package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// app is the built browser application, in memory. Files are compressed when first asked for, once.
type app struct{ files map[string]appFile }

type appFile struct {
	data      []byte
	zipped    func() []byte // gives nil when compressing gains nothing
	mediaType string
	etag      string
	immutable bool
}

// pages are the addresses at which the application itself finds its screen.
var pages = map[string]bool{"/": true, "/imports": true, "/doublons": true, "/territoire": true, "/operations": true, "/patrouilles": true, "/reseaux": true}

// below are addresses whose screen finds its own way from there on: `/reseaux/R-13-7KQ`.
var below = []string{"/reseaux/"}

func isPage(name string) bool {
	return pages[name] || slices.ContainsFunc(below, func(start string) bool { return strings.HasPrefix(name, start) })
}

// hashed matches the names of files whose content never changes: the build writes a hash into them.
var hashed = regexp.MustCompile(`/[^/]*-[0-9A-Z]{8}\.[a-z0-9]+(\.map)?$`)

var embeddedApp = sync.OnceValues(func() (*app, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("browser application: %w", err)
	}
	return newApp(files)
})

func newApp(files fs.FS) (*app, error) {
	a := &app{files: map[string]appFile{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Base(name)[0] == '.' {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		f := appFile{data: data, etag: contentTag(data), mediaType: mime.TypeByExtension(path.Ext(name))}
		if f.mediaType == "" {
			f.mediaType = "application/octet-stream"
		}
		f.immutable = hashed.MatchString("/" + name)
		f.zipped = sync.OnceValue(func() []byte {
			if zipped := zip(data); len(zipped) < len(data)*9/10 {
				return zipped
			}
			return nil
		})
		a.files["/"+name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("browser application: %w", err)
	}
	return a, nil
}

// serve answers with a file of the application, and reports false when there is none of that name.
func (a *app) serve(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	name := r.URL.Path
	if isPage(name) {
		name = "/index.html"
	}
	f, ok := a.files[name]
	if !ok && name == "/index.html" {
		notBuilt(w)
		return true
	}
	if !ok {
		return false
	}
	traceOf(r).route = "app"
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if f.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if matches(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	body := f.data
	if acceptsGzip(r) {
		if zipped := f.zipped(); zipped != nil {
			h.Set("Content-Encoding", "gzip")
			body = zipped
		}
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the client may be gone
	}
	return true
}

func notBuilt(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>dealmap</title>
<h1>L’application n’est pas construite</h1>
<p>Ce serveur a été compilé sans l’application du navigateur. Lancez <code>make build</code>, puis <code>bin/dealmap serve</code>.</p>
</html>
`)) // the client may be gone
}

func zip(data []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return data
	}
	if _, err := z.Write(data); err != nil {
		return data
	}
	if err := z.Close(); err != nil {
		return data
	}
	return b.Bytes()
}

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// limitBoxes is how many answers to boxes the limit is measured with: at a million places they are 300 MB.
const limitBoxes = 200

// boxFile is where the answer to a box lies for the limit, all its pages one after the other.
func boxFile(w *whereabouts) string { return "/" + strconv.Itoa(w.number) + ".json" }

// dumpBoxes keeps what the map answers to some boxes, for the limit to be measured with the same bytes.
func (r *referee) dumpBoxes(viewer *person, all []whereabouts, box func(*whereabouts) string) error {
	if err := os.MkdirAll(r.path("limit-boxes"), 0o755); err != nil {
		return err
	}
	var page bytes.Buffer
	for i := range all[:min(limitBoxes, len(all))] {
		var pages []byte
		for path := box(&all[i]); path != ""; {
			_, next, err := viewer.page(path, &page)
			if err != nil {
				return err
			}
			pages, path = append(pages, page.Bytes()...), next
		}
		if err := os.WriteFile(filepath.Join(r.path("limit-boxes"), boxFile(&all[i])), pages, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// askLimit asks a server that has the map's answers to boxes in memory, as the map is asked.
func (r *referee) askLimit() error {
	all, err := r.whereabouts()
	if err != nil {
		return err
	}
	all = all[:min(limitBoxes, len(all))]
	return r.serveStatic("boxes", func(base string) error {
		anybody := stranger(base)
		return r.ask(limit, inBox, []extent{fullRecords}, all, func() (asker, error) {
			var page bytes.Buffer
			return func(w *whereabouts) (int, error) {
				n, next, err := anybody.page(boxFile(w), &page)
				if err == nil && next != "" {
					err = fmt.Errorf("the limit has a page after %s", boxFile(w))
				}
				return n, err
			}, nil
		})
	})
}

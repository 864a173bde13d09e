package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
)

// TestZip holds that a compressor that is used again tells whole tiles, each its own.
func TestZip(t *testing.T) {
	t.Parallel()
	for _, tile := range [][]byte{bytes.Repeat([]byte("tuile"), 1000), nil, []byte("autre")} {
		var sent bytes.Buffer
		zip(&sent, tile)
		z, err := gzip.NewReader(&sent)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, tile) {
			t.Errorf("%d bytes came back as %d: %v", len(tile), len(got), err)
		}
	}
}

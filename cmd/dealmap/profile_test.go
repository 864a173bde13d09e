package main

import (
	"net"
	"net/http"
	"testing"
)

// TestProfilesAreServedOnRequest wants profiles beside the metrics where they were asked for, and nowhere else.
func TestProfilesAreServedOnRequest(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		free, err := net.Listen("tcp", "localhost:0")
		if err != nil {
			t.Fatal(err)
		}
		side := free.Addr().String()
		free.Close()
		args := []string{"--metrics", side}
		if asked {
			args = append(args, "--profile")
		}
		p := serve(t, t.TempDir(), args...)
		for address, want := range map[string]bool{"http://" + side + "/debug/pprof/heap": asked, p.base + "/debug/pprof/heap": false} {
			response, err := http.Get(address)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if got := response.Header.Get("Content-Type") == "application/octet-stream"; got != want {
				t.Errorf("--profile %v: %s answers %d (%s)", asked, address, response.StatusCode, response.Header.Get("Content-Type"))
			}
		}
	}
}

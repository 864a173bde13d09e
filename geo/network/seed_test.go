package network

import (
	"cmp"
	"flag"
	"os"
)

// Properties are tried on the same cases in every run; SEED=… tries others, and a failure prints what replays it.
func init() {
	if err := flag.Set("rapid.seed", cmp.Or(os.Getenv("SEED"), "20261123")); err != nil {
		panic(err)
	}
}

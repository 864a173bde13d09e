package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set at build time by -ldflags "-X main.version=…".
var version = "dev"

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(out *output) error {
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintf(out.stdout, "dealmap %s%s (%s, %s/%s)\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

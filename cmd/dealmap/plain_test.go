package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// plainly lets the processes of a test run without the race detector, with which those that read whole real lists took most of the time of
// all tests together. What happens at the same time in them does in the tests of their packages too, where the detector looks.
func plainly(t *testing.T) {
	t.Helper()
	if !raced {
		return
	}
	path, err := plainProgram()
	if err != nil {
		t.Fatal(err)
	}
	programs.Store(t.Name(), path)
	t.Cleanup(func() { programs.Delete(t.Name()) })
}

// programs has those of the tests that run another than the test binary, by the name of the test.
var programs sync.Map

// program is what the processes of a test run.
func program(t *testing.T) string {
	if path, other := programs.Load(t.Name()); other {
		return path.(string)
	}
	return os.Args[0]
}

// plainFolder holds the program that plainProgram built, and is put away by TestMain.
var plainFolder string

// plainProgram builds the program once for all tests. It answers to DEALMAP_TEST_MAIN like any other process: by running.
var plainProgram = sync.OnceValues(func() (string, error) {
	var err error
	if plainFolder, err = os.MkdirTemp("", "dealmap-plain-"); err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	path := filepath.Join(plainFolder, "dealmap")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

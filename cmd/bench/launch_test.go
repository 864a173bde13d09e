package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLaunch holds that a server is waited for, that one which ends or never answers is an error, and that none is left.
func TestLaunch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		answer int // which question is answered; 0 is none
		within time.Duration
		wrong  string
	}{
		"comes up":        {"exec sleep 600", 3, time.Minute, ""},
		"fails":           {"exit 3", 0, time.Minute, "sh ended: exit status 3"},
		"ends":            {"exit 0", 0, time.Minute, "sh ended"},
		"does not answer": {"exec sleep 600", 0, time.Second, "sh did not answer within 1s: not yet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pid, asked := filepath.Join(t.TempDir(), "pid"), 0
			stop, err := launch(child(t.Context(), "sh", "-c", "echo $$ >"+pid+"; "+c.script), func() error {
				if asked++; asked == c.answer {
					return nil
				}
				return errors.New("not yet")
			}, c.within)
			switch {
			case c.wrong == "" && err != nil, c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
				t.Errorf("%v, want %q", err, c.wrong)
			case err == nil:
				stop()
			}
			number, err := os.ReadFile(pid)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat("/proc/" + strings.TrimSpace(string(number))); err == nil {
				t.Error("it runs on")
			}
		})
	}
}

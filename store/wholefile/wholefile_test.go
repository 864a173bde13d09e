package wholefile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.json")
	failed := errors.New("no")
	for _, step := range []struct {
		fill func(*os.File) error
		err  error
		want string
	}{
		{Bytes([]byte("one")), nil, "one"},
		{func(f *os.File) error { return errors.Join(failed, Bytes([]byte("half"))(f)) }, failed, "one"},
		{Bytes([]byte("two")), nil, "two"},
	} {
		if err := Write(path, step.fill); !errors.Is(err, step.err) {
			t.Fatalf("%v, want %v", err, step.err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != step.want {
			t.Fatalf("it reads %q, %v, want %q", data, err, step.want)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v, %v", info.Mode(), err)
		}
		if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) > 0 {
			t.Fatalf("left beside it: %v, %v", left, err)
		}
	}
	if err := Write(filepath.Join(path, "below a file"), Bytes(nil)); err == nil {
		t.Error("a file below a file")
	}
}

package main

import (
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// TestFollow holds that a change counts from when the stream told of it, however late it is asked for.
func TestFollow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream, write := io.Pipe()
		told := make(chan telling, 10)
		start := time.Now()
		go follow(stream, told)
		time.Sleep(3 * time.Second)
		if _, err := io.WriteString(write, ": ici\n\nevent: change\ndata: {\"reference\":\"P-1\"}\n\ndata: {}\n\n"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got := <-told; got.reference != "P-1" || got.at.Sub(start) != 3*time.Second {
			t.Errorf("%q after %s", got.reference, got.at.Sub(start))
		}
		write.Close()
		synctest.Wait()
		if len(told) > 0 {
			t.Errorf("%+v was told too", <-told)
		}
	})
}

package main

import (
	"fmt"
	"io"
	"net/http"
	"time"
)

// revocations is how many people lose their grant to measure how long it takes.
const revocations = 100

// revoke measures from the moment an administrator gives the command that ends a person's grant, its process included, until the
// person's live stream has ended and a request is refused.
func (b *bench) revoke(s *server) error {
	var times []time.Duration
	for i := range revocations {
		name := fmt.Sprintf("quitte%d", i)
		if _, err := b.command(password+"\n", "user", "add", name, "--role", "investigator", "--service", "GN", "--unit", "SR Marseille", "--territory", "dep:13"); err != nil {
			return err
		}
		p, err := s.as(name)
		if err != nil {
			return err
		}
		stream, err := p.http.Get(p.base + "/api/v1/changes")
		if err != nil {
			return err
		}
		if _, err := stream.Body.Read(make([]byte, 1)); err != nil {
			return err
		}
		ended := make(chan time.Time, 1)
		go func() {
			_, _ = io.Copy(io.Discard, stream.Body) // an error is an end too
			ended <- time.Now()
		}()
		start := time.Now()
		if _, err := b.command("", "user", "end", name); err != nil {
			return err
		}
		for {
			response, err := p.http.Get(p.base + "/api/v1/deal-points?limit=1")
			if err != nil {
				return err
			}
			response.Body.Close()
			if response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden {
				break
			}
			if time.Since(start) > 10*time.Second {
				return fmt.Errorf("%s is answered %s ten seconds after the end of the grant", name, response.Status)
			}
		}
		refused := time.Now()
		select {
		case at := <-ended:
			if at.After(refused) {
				refused = at
			}
		case <-time.After(10 * time.Second):
			return fmt.Errorf("the stream of %s lives on ten seconds after the end of the grant", name)
		}
		stream.Body.Close()
		times = append(times, refused.Sub(start))
	}
	b.add(fmt.Sprintf("grant ended by command until requests and streams are dead (%d people)", revocations), percentiles(times), "p99 < 1 s")
	return nil
}

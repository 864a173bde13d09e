package web

import "sync"

// streams counts what is open for long, live streams or exports, so that neither one user nor all of them exhaust the server.
type streams struct {
	most, mostOfOne int

	mu        sync.Mutex
	open      int
	bySubject map[string]int
}

func newStreams(most, mostOfOne int) *streams {
	return &streams{most: most, mostOfOne: mostOfOne, bySubject: map[string]int{}}
}

// begin reserves a stream; leave must be called when it ends. It reports false when there are too many.
func (s *streams) begin(subject string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open >= s.most || s.bySubject[subject] >= s.mostOfOne {
		return nil, false
	}
	s.open++
	s.bySubject[subject]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
		if s.bySubject[subject]--; s.bySubject[subject] == 0 {
			delete(s.bySubject, subject)
		}
	}, true
}

func (s *streams) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

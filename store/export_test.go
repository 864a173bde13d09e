package store

// Flush has a checkpoint written soon.
func (s *Store) Flush() {
	select {
	case s.flush <- struct{}{}:
	default:
	}
}

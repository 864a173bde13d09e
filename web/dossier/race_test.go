//go:build race

package dossier

// raced says that the race detector is on, under which times mean nothing.
const raced = true

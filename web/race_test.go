//go:build race

package web_test

// underRace: the race detector makes a test several times slower. What tries many random maps tries some under it, and all without it
// (make test-go does both).
const underRace = true

//go:build !race

package list

const raceDetector = false

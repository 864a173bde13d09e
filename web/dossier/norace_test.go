//go:build !race

package dossier

const raced = false

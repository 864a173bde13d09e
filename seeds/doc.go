// Package seeds holds what dealmap knows before anyone has written anything: the territories of France with their codes,
// names, inhabitants and indicative outlines, a basemap for machines without internet, and a synthetic map with its past and
// accounts for demonstrations.
//
// Start with [Territories], [Basemap], [Places] and [Story]. The embedded files are made by the generator in seeds/gen; README.md
// says from what, under which licences.
//
// The synthetic map names no real estate, building or unit: its names are drawn from lists made for it.
package seeds

//go:generate sh -c "cd gen && npm ci && go run ."

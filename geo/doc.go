// Package geo is space: the index of places, territories and which of them holds a position, polygons drawn by people,
// outlines read from official files, projections to WGS 84, and the statistics of crime mapping (hot spots, density, survival).
//
// Positions are WGS 84 (EPSG:4326) in degrees, longitude first as in GeoJSON. Distances are metres on the mean sphere.
// What is published ([Territories], an [Index] copy) is immutable: readers need no lock.
package geo

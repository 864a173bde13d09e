// Package dealmap is the domain: what exists on the national map of drug deal points and distribution networks, what may
// change and by whom, and who may see it.
//
// It is pure: no I/O, no clock, no randomness, no globals that change; it imports the standard library and orb, nothing
// else of this module. Start with:
//
//   - [Place], the record, and life.go, the table of its steps;
//   - [Command], whose Decide turns a wish into events or an error, and [Fold], which turns events into places;
//   - [Event] and [Seal], the journal's entry and its hash chain;
//   - [Viewer], [Scope] and [Sight]: policy.go is the table of who sees what. Scope.See makes a Sight, and View.Of where
//     it was judged once for all places that are held alike.
//
// Positions are WGS 84 (EPSG:4326), longitude first as in GeoJSON; distances are metres; times are UTC.
package dealmap

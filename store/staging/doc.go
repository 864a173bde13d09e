// Package staging brings services' lists onto the map: a list is handed in, read, mapped, located and matched row by row, looked
// at and mended by people, and only then committed; it can be undone whole.
//
// Start with:
//
//   - [Desk], all lists of a data folder; its methods ask for the viewer and answer not found for lists of other units;
//   - stage.go, the work on all rows, and judge.go, that on one: what a row says, where it lies, which places it is like;
//   - commit.go and undo.go, the way onto the map and back, in batches that go on after a restart: the journal says how far an
//     import is (dealmap.Import), the file beside it only what its rows were.
//
// Every list has a folder imports/<id> in the data folder: "list" is the file as it was handed in, "rows.db" (bbolt) what is
// known of it:
//
//	bucket  key                  value
//	meta    "list"               JSON of meta
//	rows    line (8 bytes, BE)   CBOR of stored
//	states  state ‖ 0 ‖ line     empty
//
// "profiles.json" beside them holds the mappings that services keep. Lists are working papers: they may hold what must not be on
// the map, so they go [Options.Keep] after anybody last touched them; what was committed does not depend on them.
package staging

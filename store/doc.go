// Package store keeps the map: the journal, the state that follows from it, and the snapshot that everyone reads.
//
// Start with:
//
//   - [Journal] and [Engine], what is needed of the place where entries are kept (boltjournal is the default; journaltest
//     has the suite that every engine passes);
//   - [Store.Do], one write: loop.go takes all commands that wait, decides them in turn, appends their events at once;
//   - catchup.go, the only code that folds what the journal says into the state and publishes a [Snapshot];
//   - [Snapshot], one read: immutable, without locks, answers with Sights only;
//   - erase.go, what becomes of a place that is erased;
//   - query.go and roll.go, the auditor's questions to the journal;
//   - checkpoint.go, the state on disk: derived, checked when loaded, rebuilt from the journal by itself; export.go copies it for a
//     new node;
//   - [Check] and [Rebuild], of a folder that no process has open, with its journal in a file or in an engine.
//
// A data folder holds journal.db and journal.db.head (package boltjournal), state.db (checkpoint.go lists its buckets),
// and beside them the files of packages secrets, sessions and consultations.
package store

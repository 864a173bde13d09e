// Package audit makes both logs of a data folder provable: it signs checkpoints of them while they grow, proves lines and
// growth from them, and verifies a folder against every checkpoint that anybody kept.
//
// Start with:
//
//   - [Open] and [Keeper]: checkpoints every ten seconds in which something was written, on demand and at the end; proofs;
//   - [Verify]: a folder that no process has open, byte by byte; [Keeper.Verify] the same while it is in use;
//   - [Certificate]: what was erased, signed.
//
// # Files
//
//	checkpoints.txt   one signed note (package proof) after the other, a blank line between them; it only grows
//	certificates.txt  the same, of certificates of erasure
//	journal.tree.db   derived: bucket "tree", the Merkle tree of the journal (leaf n-1 is entry n's hash); bucket "attested", the
//	                  newest note of each log, written before it goes to checkpoints.txt, so that a write which was
//	                  interrupted is completed and a tail that was taken away is noticed
//
// The consultation log keeps its own tree (package consultations). Only what is on the disk is signed: a tail that a crash
// takes with it was never attested.
//
// # What this shows, and what it cannot
//
// Whoever reads or writes files of the folder without the installation's key (a thief of a disk, a restored copy, a damaged
// medium, somebody in the database) can change nothing unnoticed: entries carry the hash of the one before, trees and
// checkpoints follow from the lines, and checkpoints cannot be signed without the key.
//
// Root on the machine has the key. They can rewrite the logs from some line on, compute every hash and tree again, and
// sign new checkpoints: such a folder is consistent in itself, and no look at the folder alone can tell. They can also take
// away the newest lines together with their checkpoints. What they cannot do is make a checkpoint that somebody else holds
// fit the rewritten log. That is the role of the second file ([Options.Second]): a place that another service keeps, where
// this machine may add and not change (an append-only attribute, a share with versions, a spool that is collected). Each
// checkpoint there fixes all lines before it: a rewriting, a truncation or an older copy contradicts it, whatever was made
// anew here, and [Verify] names the first line or the range. So what root can hide is at most what was written and
// rewritten between two checkpoints that got there: ten seconds, or as long as the place could not be reached, which
// [Keeper.Err] tells. Lines that were never written are beyond any log: they are the concern of package consultations,
// which serves nothing that is not recorded.
//
// # A journal that nodes share
//
// What is attested is of the entries' hashes, wherever the journal lies: a journal that was copied to an engine (package journalcopy) goes on
// under the checkpoints of the file. Each node keeps its own checkpoints and its own tree of it. Whoever administers the database is in
// the place of the thief of a disk: each row is held against its header's hash, the chain, the node's tree and its checkpoints.
//
// # After a backup was restored
//
// A folder that is restored holds less than was attested since the backup, and [Open] refuses it: a restored copy and one that
// was put there to hide something look the same. Whoever answers for it moves checkpoints.txt and journal.tree.db out of the
// folder, keeps them with the reason, and begins another second file; what was attested and is lost stays on record there.
package audit

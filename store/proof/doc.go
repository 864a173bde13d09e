// Package proof makes a log provable: a Merkle tree over its lines, and checkpoints of it that are signed.
//
//   - [Tree] keeps the tree's hashes in a bucket of the log's own bbolt file and answers with the proofs of RFC 6962:
//     that a line is in the log (inclusion), that a log only grew since an earlier size (consistency);
//   - [Frontier] computes the same tree from lines in order, in O(log n) memory: what verifying uses;
//   - [Checkpoint] is a size and a root at a time, [Key] signs it, [Open] and [ReadCheckpoints] read it back;
//   - [Examiner] compares a log's lines with its stored tree and with checkpoints, and gives a [Finding].
//
// Hashes, proofs and the order in which hashes are stored are those of golang.org/x/mod/sumdb/tlog; checkpoints are notes
// (golang.org/x/mod/sumdb/note) in the text form of C2SP tlog-checkpoint. Anybody can check them with these packages, or
// with any other that knows RFC 6962, without code of dealmap.
package proof

// Package consultations keeps the consultation log: who looked at what, when and why. It only grows.
//
// # What is promised
//
// Nothing may be served whose line cannot be written. Tiles come by the dozen: their lines are handed to the writer, which
// puts them on the disk within [Window]; every other line is on the disk when Record returns. As soon as a transaction
// fails, every Record fails, until what was handed over before is written. Lines are the leaves of a Merkle tree (package
// proof), which is written in the same transaction: [Verify] finds any byte of them that was changed afterwards, and with a
// checkpoint that others keep also a log that was rewritten as a whole.
//
// On the disk means at first: written ahead, by one write that is synced (ahead.go). The transaction follows within a tenth of a second
// (commit.go), or at once when somebody reads the log. What a process that was killed had written ahead enters the log when it is opened next.
//
// # Files
//
// consultations.db, format "consultations", version 2, a bbolt file:
//
//	lines         number (8 bytes, big endian, from 1) → JSON of dealmap.Consultation; the bucket's sequence is the last number
//	tree          the Merkle tree, see package proof: leaf n-1 is the hash of line n's bytes
//	erasure       "through" → lines up to this number are erased; "pending" → JSON of an erasure that is under way
//	certificates  last line erased (8 bytes, big endian) → JSON of the Certificate
//	dealmap       format and version
//
// consultations.ahead holds lines until their transaction has ended: a page that says what the file is, and two halves of 1 MiB, written in turn, of
// records: a checksum, the line's length and number, its JSON. A log that was closed leaves none.
//
// A file of version 1 (no tree) is brought to version 2 when it is opened.
//
// consultations.index.db is derived from it: segments of 65,536 lines in columns of fixed width, with dictionaries, which
// answer [Log.Find], [Log.CountOf] and [Log.Summary] without decoding lines. It is made in the background, and made again when
// it is absent, damaged or of another log. Lines after the last whole segment are kept in memory.
package consultations

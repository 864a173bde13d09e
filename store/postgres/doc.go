// Package postgres keeps what several machines share in PostgreSQL (15 or later, plain SQL without extensions): the journal, and beside it
// what nodes must have in common.
//
// Start with:
//
//   - [Open] and [DB], the connection: connect.go finds the server that takes writes among several hosts, schema.go makes and upgrades the
//     tables, watch.go hears of what others write and knows whether the engine can be reached;
//   - [Journal], the engine of store: append.go writes, settle.go finds out what became of a write whose answer was lost, read.go follows,
//     verify.go and raw.go give its rows as they lie, to be verified and copied; alone.go keeps nodes away from copies, and copies from nodes;
//   - [Shared], what nodes share beside it: sharedwrite.go writes, sharedread.go tells what changed, sealed.go keeps it from the database;
//   - [Consultations], the consultation logs of all nodes: ship.go seals what lines say, ship_lines.go puts, gets and erases them.
//
// # Why nothing is lost and nothing is there twice
//
// The sequence of an entry is its primary key, so that whoever comes second at a place is refused: there is no order but that of the
// journal. An entry is sealed before it is sent, with a salt drawn for it, so that its hash names this one attempt to write it and no other.
// When the answer to a write is lost, the same rows are sent again: they go in, or they are found there under their own hashes, or others
// have taken their place. An append is never cancelled halfway: a commit that is cancelled while it waits for its standby is visible on a
// primary that may be alone to have it. For the same reason a write is only said to be done once a commit after it was acknowledged.
//
// Nodes follow the primary and no standby: a standby shows rows before they are acknowledged.
package postgres

// Package shared is what several nodes have in common beside the journal: a table of keys and values that each of them copies into files of
// its own, so that reads stay local and go on when the table is away.
//
//   - [Table] is the table, whatever engine keeps it (store/postgres does). Its revisions grow in the order in which writes are committed.
//   - [Follower] brings what others write to a [Copy], in that order, within moments; when the table is no longer the one that was followed,
//     or what was deleted is no longer told of, it reads everything anew.
//
// # Order
//
// Every copy takes changes in the order of their revisions, so that all copies come to be the same: the last revision wins. What a node
// writes itself it applies at once, unless the follower has passed that revision already ([Follower.Own]).
package shared

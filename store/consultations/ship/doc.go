// Package ship brings the consultation logs of several nodes together: each node's log is written on its own disk before anything is
// served (package consultations), and copied from there, in the background, to an engine that all nodes share and from that to the other
// nodes. So an auditor asks any node for the lines of all, and a node whose disk is lost does not take its log with it.
//
// Start with:
//
//   - [Start] and [Shipper]: sends the log of this node;
//   - [Follow] and [Mirrors]: keeps copies of the logs of the others;
//   - [Engine]: what is needed of what they share.
//
// # What is promised
//
// A line is in the engine some seconds after it was written, as soon as that can be reached; until then the log itself is the queue, and
// writing it never waits. What was sent is compared with what is there: a name that two nodes bear, a log that was put back to an older
// state and an engine that was changed are told, and nothing is overwritten.
//
// The engine may be administered by somebody who must not know who looked at what: content is sealed before it gets there. Leaves are in
// clear. A copy takes no line that its leaf is not the hash of, and holds its tree against the checkpoints that the node itself signed, so that whoever
// changes, leaves out or puts in a line there is found out, and named. Content is erased from a copy only when a line of the log accounts for it:
// nobody makes copies forget by emptying the engine.
//
// # Files
//
//	nodes/<node>/consultations.db         the copy of a node's log, a file like the node's own
//	nodes/<node>/consultations.index.db   its index
//	nodes/<node>/checkpoints.txt          the node's signed checkpoints that the copy was held against
package ship

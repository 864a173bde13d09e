// Package web speaks HTTP for the map: the API, the vector tiles, live changes, sessions, and the browser application,
// which is embedded.
//
// The contract is openapi.yaml; package api beside this one is generated from it and holds the types and the routes. Start
// with:
//
//   - needs.go, the few methods that a Server needs of others;
//   - [New] and its routes in server.go, the layers around them in middleware.go;
//   - visit.go, which turns a request into a viewer with a scope, and its answer into bytes that are logged before they
//     leave;
//   - fair.go, in whose turn what costs much is made;
//   - problem.go, the one table from kinds of error to HTTP.
//
// A read goes this way: callerOf (caller.go) finds the session or the API token; visit (visit.go) finds the grant that holds
// now and makes the scope from it; the handler makes its answer from one snapshot and says in a line (line.go) what it shows;
// consult judges the right once more and writes the line; only then bytes leave.
//
// One file for each group of calls follows: signin.go, oidcflow.go and sessionstate.go for who is there, tokens.go, grants.go
// and accounts.go for rights, list.go, points.go, life.go, erase.go and reports.go for the records, tile.go and live.go for
// the map, export.go with export_*.go for files in each format, audit.go with audit_*.go for the auditor (audit_recall.go
// computes again what lines disclosed). node.go with node_*.go is what a server says and does as one of several.
package web

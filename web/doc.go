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
//   - problem.go, the one table from kinds of error to HTTP.
//
// One file for each group of calls follows: session.go, vocabulary.go, list.go, points.go, life.go, territories.go,
// tile.go, live.go.
package web

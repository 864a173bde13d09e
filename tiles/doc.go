// Package tiles draws the map: a snapshot, a scope, a filter and z/x/y give one vector tile (Mapbox Vector Tile 2.1, extent
// 4096, tiles of 256 px in Web Mercator, y downwards).
//
// The layers, also described to clients by [TileJSON]:
//
//   - sites and deal_points: individual places, support sites and places of sale, from zoom 9, only those that the scope may see as
//     themselves;
//   - links: one by one from zoom 9, in lanes where they lie over each other; flows between territories below, and for those who see
//     aggregates only;
//   - clusters: aggregates at every zoom, from everything that the scope may count;
//   - territories: outlines and label points;
//   - basemap: land, lakes and rivers.
//
// Bytes are deterministic: the same snapshot, scope and filter give the same bytes, whatever order places were added in.
// Nothing here reads a place: the [Source] yields sights, and what is kept between requests is keyed by the fingerprint of
// the scope. The first three layers depend on the viewer, the last two do not and are kept encoded.
package tiles

// Package addresses is the gazetteer of this machine: streets, house numbers and named places of the Base adresse nationale, in
// one SQLite file with its full-text index (FTS5). It finds where an address of a list is, and asks nobody else: a list of deal
// points must not be told to an address service on the internet, one address at a time.
//
// [Gazetteer.Import] reads a file of the BAN; [Gazetteer.Locate] finds an address; start reading at these two. What is kept is the street,
// with its numbers packed beside it, and not the address: 26 million addresses are then about 2.5 million rows.
//
// The file is derived: another version or a damaged file is [ErrUnusable], and importing the BAN again makes it anew.
package addresses

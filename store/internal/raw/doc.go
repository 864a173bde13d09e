// Package raw holds what is the same for every engine of the journal below what entries mean: an entry as it lies in its file or table
// ([Entry]), and the verification of a whole journal against its chain, its bodies, the Merkle tree that is kept of it and checkpoints
// ([Verify]). What entries say is not decoded, but for orders to erase.
package raw

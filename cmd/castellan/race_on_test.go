//go:build race

package main

// raced says that the race detector watches, which makes everything several
// times slower: what runs on each database then runs on PostgreSQL, and on both
// without it (`make test` does both).
const raced = true

// Package gitstore reads content and hands it to a caller as paths and bytes.
// It knows nothing of what is looked for: a caller passes a decision by path
// and receives the files it wants, once each.
//
// Nothing that is read is executed, and everything read may be hostile.
package gitstore

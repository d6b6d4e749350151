// Package app is the tour of the house; it holds no code.
//
// Everything goes one way:
//
//	command line ──▶ app/gitstore   a folder, a revision, a range or a history, as files
//	                     ▼ path, bytes, commit
//	                 scanners/*     pure: sightings and findings
//	                     ▼
//	                 app/policy     block, warn, note; waivers
//	                     ▼
//	                 app/report     text, JSON, SARIF, CSV, Markdown
//
// app/scan drives it, and cmd/castellan wires it.
//
//   - app/config knows what the environment and this machine say.
//   - app/gitstore is the only room that knows go-git. It reads and never
//     executes: no hooks, submodules, alternates or git binary.
//   - app/scan runs scanners over a target and gathers one Report with its
//     coverage: which files, how many, what was left out and why.
//   - app/policy decides what is done about a finding.
//   - app/report has one package a format.
//
// Who may know whom is checked by a test beside this file.
package app

// Package app is the tour of the house; it holds no code.
//
// Everything goes one way:
//
//	GitHub ──webhook──▶ app/webhook   verify, reduce to facts, store, 202
//	                        ▼ stored deliveries become tasks
//	command line      app/job         one durable queue, three lanes
//	     │                  ▼
//	     │            app/judge       what a head brings in, against each of its bases
//	     │            app/settle      what stands on a default branch, and its cases
//	     │                  ▼ through app/repo: row, client, mirror, policy
//	     └──────────▶ app/gitstore    a folder, a revision, a range or a history, as files
//	                        ▼ path, bytes, commit
//	                  scanners/*      pure: sightings and findings. scanners/config opens the files of
//	                                  AI clients, once; scanners/mcp and scanners/agent check them
//	                        ▼
//	                  app/survey      pure: what a repository as a whole shows, and a change of it
//	                        ▼
//	                  app/policy      block, warn, note; waivers, approvals
//	                        ▼
//	                  app/report      text, JSON, SARIF, CSV, Markdown for the command line
//	                  app/checkrun    what a check run says
//	                  app/casework    what becomes of an issue; app/owner: whom it asks
//	                        ▼ desired state
//	                  app/outbox ──▶ app/github ──▶ GitHub
//
// app/scan runs the scanners for both ways, and cmd/castellan wires them.
//
//   - app/config knows what flags, environment, files and this machine say.
//   - app/server is the HTTP face, and the first-time setup; app/manifest is
//     what the App asks GitHub for.
//   - app/webhook, app/job and app/outbox make sure that what was acknowledged
//     is done, once.
//   - app/github is the only room that knows go-github; app/github/ghsim is a
//     GitHub for tests, written from GitHub's descriptions and not from it.
//   - app/gitstore is the only room that knows go-git. It reads and never
//     executes: no hooks, submodules, alternates or git binary.
//   - app/scan runs scanners over a target and gathers one Report with its
//     coverage: which files, how many, what was left out and why.
//   - app/lookup asks registries about packages, if the policy or --online wants
//     it, and nobody else in the house asks anybody but GitHub.
//   - app/checkrun, app/casework, app/owner, app/policy and app/survey decide and
//     are pure.
//   - app/inventory records what scans see.
//   - app/report has one package a format.
//
// Who may know whom is checked by a test beside this file.
package app

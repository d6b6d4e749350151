// Package ghsim is a GitHub that runs in a test: REST, git over HTTP and
// signed webhooks on one loopback address, with GitHub's permissions, limits
// and accidents. State is in memory, git repositories are bare ones on disk.
// It is written from GitHub's published descriptions and shares no code with
// app/github, so that a misreading shows on one side.
//
//	sim := ghsim.New(t, ghsim.Options{WebhookURL: app.URL + "/webhook", WebhookSecret: secret})
//	sim.Org("acme", "alice")
//	repo := sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"CODEOWNERS": "* @alice\n"}})
//	sim.Install("acme")                                    // installation.created
//	sim.Push(repo, "feature", map[string]string{".mcp.json": config}, "Add a server")
//	pull := sim.OpenPR(repo, ghsim.PROptions{From: "feature", User: "bob"})
//	… sim.Checks(repo, pull.Head()) …
//	sim.ClosePR(pull, true)                                // push, then pull_request.closed
//	… sim.Issues(repo) …
//
// The App under test is configured with sim.URL (as CASTELLAN_GITHUB_URL, a
// GitHub Enterprise Server), sim.AppID and sim.PrivateKey. git reads
// sim.URL/OWNER/REPO.git with an installation token.
//
// # Webhooks
//
// A driving call returns when each webhook it caused has been answered, in
// order. What the App's own API writes cause (issues.opened by the bot,
// check_run.created …) follows its request beside it: Wait waits. Only events
// the App subscribed to, may see and has the repository for are sent. Route
// decides about each: at once, twice, lost, held back until Release (in order,
// reversed or shuffled), beside the caller, never. Deliveries is the log,
// Redeliver its button; SendRaw sends anything.
//
// # Violations
//
// A request that does not fit GitHub's OpenAPI description (unknown route,
// parameter or field, wrong type), lacks a permission or credential or exceeds
// a documented limit is answered as GitHub answers it, and fails the test too,
// since an App should not send it. Tolerate exempts kinds. What an App cannot
// know is no violation: a repository just renamed, transferred or removed, a
// token revoked by an uninstall. Requests is the log of everything.
//
// # Accidents
//
// Inject makes chosen requests fail, before or after they took effect; Chaos
// a random share of all, drawn from a seed; Options set real limits.
//
// # Descriptions
//
// testdata/openapi.json is the part of GitHub's OpenAPI description with the
// routes served (@octokit/openapi 23.0.2, api.github.com, MIT, licence beside
// it): their paths and every component these reach, without prose (keys
// description, summary, title, example, externalDocs, tags, x-github). All
// routes served are in it. Query parameters that are described but not
// simulated are refused, never ignored. Two deviations: the list of
// installations takes the schema of a single one (GitHub's says allOf where it
// means anyOf), and adding labels takes a bare array too, which GitHub still
// accepts. Rules that no schema states are written out: columns,
// sizes, conclusions, counts. testdata/permissions.json holds GitHub's table
// of permissions for these routes (GitHub Docs, CC-BY-4.0), unchanged.
// testdata/webhooks.json (@octokit/openapi-webhooks 12.1.0, MIT) is what a test
// holds every payload against.
//
// # Not simulated
//
// GraphQL, search, contents, trees and compare, code scanning, branch
// protection, review requests, merge conflicts (the pull request's side wins),
// closing keywords, pushing by git, user tokens and OAuth, check retention,
// refs/pull/N/merge, points per endpoint, IP lists. A token sees a public
// repository outside its scope as 404, where GitHub would let it read.
package ghsim

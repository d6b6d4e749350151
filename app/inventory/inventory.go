// Package inventory records what scans see: integrations under every name they
// are known by, where they stand, and findings.
package inventory

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Ensure gives the row of an integration of an installation, by any of its
// keys, and keeps all of them: the aliases first, as they are what it was known
// by before its product was.
func Ensure(ctx context.Context, tx *sql.Tx, installation int64, in *scanners.Integration, now time.Time) (query.Integration, error) {
	row, err := byKey(ctx, tx, installation, in)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		row, err = create(ctx, tx, installation, in, now)
	case err == nil:
		err = db.In(tx).SeeIntegration(ctx, query.SeeIntegrationParams{
			Name: in.Name, Product: in.Product, Vendor: in.Vendor, Reputation: string(in.Reputation), Now: now.UnixMilli(), ID: row.ID,
		})
	}
	for _, key := range in.Aliases {
		if err == nil {
			_, err = db.In(tx).InsertAlias(ctx, query.InsertAliasParams{InstallationID: installation, Identity: key, IntegrationID: row.ID})
		}
	}
	if err == nil && len(in.Aliases) > 0 {
		_, err = db.In(tx).InsertAlias(ctx, query.InsertAliasParams{InstallationID: installation, Identity: in.ID, IntegrationID: row.ID})
	}
	if err != nil {
		return row, fmt.Errorf("record the integration %s: %w", in.ID, err)
	}
	return row, nil
}

// byKey is the row that any of the keys leads to, sql.ErrNoRows if none does.
func byKey(ctx context.Context, tx *sql.Tx, installation int64, in *scanners.Integration) (row query.Integration, err error) {
	for _, key := range slices.Concat(in.Aliases, []string{in.ID}) {
		row, err = db.In(tx).IntegrationByIdentity(ctx, query.IntegrationByIdentityParams{InstallationID: installation, Identity: key})
		if !errors.Is(err, sql.ErrNoRows) {
			return row, err
		}
	}
	return row, sql.ErrNoRows
}

func create(ctx context.Context, tx *sql.Tx, installation int64, in *scanners.Integration, now time.Time) (query.Integration, error) {
	q := db.In(tx)
	row, err := q.InsertIntegration(ctx, query.InsertIntegrationParams{
		InstallationID: installation, Identity: in.ID, Kind: string(in.Kind), Name: in.Name, Product: in.Product,
		Vendor: in.Vendor, Reputation: string(in.Reputation), Now: now.UnixMilli(),
	})
	if err != nil {
		return row, err
	}
	n, err := q.InsertAlias(ctx, query.InsertAliasParams{InstallationID: installation, Identity: in.ID, IntegrationID: row.ID})
	if err == nil && n == 0 { // two rows of one integration would mean two issues
		err = db.ErrFirst
	}
	return row, err
}

// Find is the integration of a finding, as the report it came in has it.
func Find(r *scan.Report, id string) *scanners.Integration {
	for i := range r.Integrations {
		if r.Integrations[i].ID == id {
			return &r.Integrations[i].Integration
		}
	}
	return &scanners.Integration{ID: id, Kind: scanners.KindService, Name: id, Reputation: scanners.Unknown}
}

// See records where integrations stand on the default branch, and forgets
// where they stood before.
func See(ctx context.Context, tx *sql.Tx, installation, repository int64, r *scan.Report, now time.Time) error {
	q := db.In(tx)
	for i := range r.Integrations {
		in := &r.Integrations[i]
		row, err := Ensure(ctx, tx, installation, &in.Integration, now)
		if err != nil {
			return err
		}
		for j := range in.Sightings {
			s := &in.Sightings[j]
			detail, err := json.Marshal(s.Sighting)
			if err != nil {
				return fmt.Errorf("record a sighting of %s: %w", in.ID, err)
			}
			err = q.PutSighting(ctx, query.PutSightingParams{
				IntegrationID: row.ID, RepositoryID: repository, Path: s.Path, Pointer: s.Pointer, Name: s.Name,
				Line: int64(s.Region.Line), Client: s.Client, Detail: string(detail), Now: now.UnixMilli(),
			})
			if err != nil {
				return fmt.Errorf("record a sighting of %s: %w", in.ID, err)
			}
		}
	}
	if _, err := q.DeleteOldSightings(ctx, query.DeleteOldSightingsParams{RepositoryID: repository, Before: now.UnixMilli()}); err != nil {
		return fmt.Errorf("forget old sightings: %w", err)
	}
	return nil
}

// Proposal is where a credential was seen that is not on the default branch.
type Proposal struct {
	Ref         string    // of the branch
	PullRequest int       // 0: none
	Due         time.Time // when it counts as leaked all the same; zero: when its pull request closes unmerged
	Version     string
	Commit      string
}

// Detail is what is kept of a proposed credential: the finding without excerpt
// and author, and the name of its branch.
type Detail struct {
	scan.Finding
	Ref string
}

func detailOf(f *scan.Finding, ref string) Detail {
	d := Detail{Finding: *f, Ref: credential.RedactKnown(ref)}
	d.Excerpt, d.Origin = scanners.Excerpt{}, scan.Origin{Commit: f.Origin.Commit}
	return d
}

// Propose records a credential that a change brings.
func Propose(ctx context.Context, tx *sql.Tx, installation, repository int64, in *scanners.Integration, f *scan.Finding, p Proposal, now time.Time) error {
	row, err := Ensure(ctx, tx, installation, in, now)
	if err != nil {
		return err
	}
	detail, err := json.Marshal(detailOf(f, p.Ref))
	if err != nil {
		return fmt.Errorf("record a finding: %w", err)
	}
	due := int64(0)
	if !p.Due.IsZero() {
		due = p.Due.UnixMilli()
	}
	q := db.In(tx)
	id, err := q.ProposeFinding(ctx, query.ProposeFindingParams{
		RepositoryID: repository, IntegrationID: row.ID, Fingerprint: f.Fingerprint, CredentialHash: f.Credential.Hash,
		CredentialProvider: f.Credential.Provider, CredentialKind: f.Credential.Kind, Rule: f.Rule, Severity: f.Severity.String(),
		Confidence: report.Confidence(f.Confidence), Action: string(f.Action), Path: f.Path, Line: int64(f.Region.Line), Detail: string(detail),
		CommitSha: f.Origin.Commit, Version: p.Version, SeenCommit: p.Commit, DueAt: due,
		PullRequest: int64(p.PullRequest), Now: now.UnixMilli(),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it has its case
	}
	if err == nil {
		err = q.PutFindingHead(ctx, query.PutFindingHeadParams{FindingID: id, HeadSha: p.Commit})
	}
	if err != nil {
		return fmt.Errorf("record a finding: %w", err)
	}
	return nil
}

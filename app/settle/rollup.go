package settle

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/castellan-app/castellan/app/casework"
	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
)

// order is the one in which the cases of a repository are planned: the roll-up
// follows those that may come to it, and those it held before show what became
// of them in it.
type order struct {
	first []*file
	up    *file // nil: there is none yet
	held  []*file
}

func inOrder(files []file) order {
	var o order
	if i := slices.IndexFunc(files, func(f file) bool { return f.stored.Kind == casework.KindRollUp }); i >= 0 {
		o.up = &files[i]
	}
	for i := range files {
		switch f := &files[i]; {
		case f == o.up:
		case o.up != nil && o.up.stored.Holds(&f.stored):
			o.held = append(o.held, f)
		default:
			o.first = append(o.first, f)
		}
	}
	return o
}

// rollUp plans the roll-up of a repository, once the cases before it are, and
// those that it held. The first case that comes to it makes its row.
func (s *Settler) rollUp(ctx context.Context, r *job.Run, w *world, o order, seen *sight) (failed []error, err error) {
	for _, f := range slices.Concat(o.held, o.first) {
		if f.stored.Rolled {
			w.members = append(w.members, f.stored)
		}
	}
	if o.up == nil && len(w.members) == 0 {
		return nil, nil
	}
	if o.up == nil {
		if o.up, err = s.openRollUp(ctx, r, w.rp); err != nil {
			return nil, err
		}
	}
	member := func(id string) bool {
		return slices.ContainsFunc(w.members, func(c casework.Case) bool { return c.Integration == id })
	}
	known := slices.Concat(o.up.stored.Findings, findings(w.members))
	failed, err = s.each(ctx, r, w, []*file{o.up}, func(*file) []*casework.Observation { return seen.of(member, known) })
	if err != nil || len(failed) > 0 {
		return failed, err
	}
	if err := s.reload(ctx, o.up); err != nil { // a write that was given up has changed it
		return nil, err
	}
	w.rollUp = &o.up.stored
	return s.each(ctx, r, w, o.held, func(*file) []*casework.Observation { return nil })
}

// openRollUp makes the row of the roll-up of a repository.
func (s *Settler) openRollUp(ctx context.Context, r *job.Run, rp *repo.Repo) (*file, error) {
	f := &file{}
	var row query.Case
	err := r.Commit(ctx, func(tx *sql.Tx) error {
		in := scanners.Integration{ID: casework.RollUp, Kind: casework.KindRollUp, Name: "roll-up", Vendor: "Castellan", Reputation: scanners.Known}
		var err error
		if f.integration, err = inventory.Ensure(ctx, tx, rp.InstallationID, &in, s.Now()); err != nil {
			return err
		}
		row, err = db.In(tx).OpenCase(ctx, query.OpenCaseParams{IntegrationID: f.integration.ID, RepositoryID: rp.ID, Now: s.Now().UnixMilli()})
		if err != nil {
			return fmt.Errorf("open the roll-up of repository %d: %w", rp.ID, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, f.read(row, rp.FullName())
}

// findings are those of several cases.
func findings(cases []casework.Case) []casework.Tracked {
	var all []casework.Tracked
	for i := range cases {
		all = append(all, cases[i].Findings...)
	}
	return all
}

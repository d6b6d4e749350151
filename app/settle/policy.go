package settle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/db/query"
)

// policies reads the policy again of every installation that goes by a
// repository: its owner's, and those of other owners where all share one.
func (s *Settler) policies(ctx context.Context, r *job.Run, owner, name string) error {
	all, err := s.Keeper.Store.Queries().Installations(ctx)
	if err != nil {
		return fmt.Errorf("list installations: %w", err)
	}
	var errs []error
	for i := range all {
		o, n := s.Keeper.PolicyRepository(all[i].AccountLogin)
		if strings.EqualFold(o, owner) && strings.EqualFold(n, name) {
			errs = append(errs, s.policy(ctx, r, &all[i]))
		}
	}
	return errors.Join(errs...)
}

// policy reads the policy of an installation again. If it has changed, it may
// say something else about every issue there is.
func (s *Settler) policy(ctx context.Context, r *job.Run, in *query.Installation) error {
	q := s.Keeper.Store.Queries()
	old, err := q.PolicyFile(ctx, in.ID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the policy of %s: %w", in.AccountLogin, err)
	}
	now, err := s.Keeper.RefreshPolicy(ctx, in.ID, in.AccountLogin)
	if err != nil || now.Content == old.Content {
		return err
	}
	ids, err := q.RepositoriesWithCases(ctx, in.ID)
	if err != nil {
		return fmt.Errorf("list the repositories with cases of %s: %w", in.AccountLogin, err)
	}
	return r.Commit(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			if id == r.Task.RepositoryID && r.Task.Kind == string(job.Settle) { // about to be settled
				continue
			}
			if err := r.Want(ctx, tx, job.Want{Kind: job.Settle, Lane: job.Backfill, Installation: in.ID, Repository: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

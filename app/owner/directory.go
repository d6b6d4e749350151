package owner

import "context"

// Directory is what GitHub knows of accounts, asked about one repository. An
// account, team or commit that does not exist is no error. Logins and slugs
// given to it are validated: they are one safe element of a URL's path each.
type Directory interface {
	// User looks up an account. ok is false if there is none.
	User(ctx context.Context, login string) (u User, ok bool, err error)
	// TeamMembers lists the members of a team, those of child teams included,
	// maintainers first. ok is false if there is no such team to see.
	TeamMembers(ctx context.Context, org, slug string) (members []User, ok bool, err error)
	// Author is the account that GitHub verified as the author of a commit; the
	// zero User if there is none.
	Author(ctx context.Context, commit string) (User, error)
	// Admins lists those who administer the repository.
	Admins(ctx context.Context) ([]User, error)
	// Belongs says whether an account is an active member of the organisation
	// that owns the repository or, as an outside collaborator, may write to it.
	// Those who left are assignable where they once commented.
	Belongs(ctx context.Context, login string) (bool, error)
	// Assignable says whether issues of the repository where the issue will be
	// can be assigned to an account.
	Assignable(ctx context.Context, login string) (bool, error)
}

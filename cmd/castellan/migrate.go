package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/db"
)

const migrateHelp = `Brings the schema of the database up to date: Castellan's own tables and those
of the job queue. Data is kept. Running it again changes nothing, and with
PostgreSQL several processes may run it at once.

With SQLite, stop ` + "`castellan serve`" + ` first. Take a backup before a new
version migrates: there is no way back but the backup.

Settings are read as ` + "`castellan serve`" + ` reads them; only the data directory and
the database URL are needed.

Exit codes:
  0  the schema is up to date
  2  it could not be migrated`

func (c *cli) migrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Long:  migrateHelp,
		Example: `  castellan migrate
  castellan migrate --data-dir /var/lib/castellan
  CASTELLAN_DATABASE_URL_FILE=/run/secrets/database-url castellan migrate`,
		Args: cobra.NoArgs,
	}
	given := settingFlags(cmd, storeFlags()...)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return c.migrate(cmd.Context(), given()) }
	return cmd
}

func (c *cli) migrate(ctx context.Context, flags map[string]string) (err error) {
	set, err := config.LoadStore(c.env, flags)
	if err != nil {
		return err
	}
	store, err := db.Open(ctx, string(set.DatabaseURL))
	if err != nil {
		return err
	}
	defer func() {
		if closing := store.Close(); err == nil {
			err = closing
		}
	}()
	versions, err := store.Migrate(ctx)
	if err != nil {
		return err
	}
	if err := job.Migrate(ctx, store); err != nil {
		return err
	}
	if len(versions) == 0 {
		fmt.Fprintf(c.stdout, "%s: the schema is up to date\n", store.Engine())
		return nil
	}
	fmt.Fprintf(c.stdout, "%s: migrated to version %d (applied %s)\n", store.Engine(), versions[len(versions)-1], strings.Trim(fmt.Sprint(versions), "[]"))
	return nil
}

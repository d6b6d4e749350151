package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/db"
)

const backupHelp = `Writes a consistent copy of the SQLite database to FILE, which must not exist,
with mode 0600. It can run while ` + "`castellan serve`" + ` does. PostgreSQL has its own
tools: pg_dump, or the backups of whoever hosts it.

The copy holds no credential of anybody's, as the database holds none. What else
a restore needs lies in the data directory, or where you keep secrets: the key
under which credentials are hashed, the App's private key and the secrets. They
are named on standard error; keep them apart from the copy. The repositories
below the data directory need no backup: they are fetched again.

To restore: stop ` + "`castellan serve`" + `, put the copy in the place of
castellan.db and remove castellan.db-wal and castellan.db-shm beside it, put the
keys and secrets back, start, and run ` + "`castellan doctor`" + `.

Exit codes:
  0  the copy is complete
  2  there is no copy`

func (c *cli) backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "backup FILE",
		Short:   "Copy the SQLite database while it is in use",
		Long:    backupHelp,
		Example: `  castellan backup /backup/castellan-$(date +%F).db`,
		Args:    cobra.ExactArgs(1),
	}
	given := settingFlags(cmd, storeFlags()...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return c.backup(cmd.Context(), given(), args[0]) }
	return cmd
}

func (c *cli) backup(ctx context.Context, flags map[string]string, file string) (err error) {
	set, err := config.LoadStore(c.env, flags)
	if err != nil {
		return err
	}
	if !set.SQLite() {
		return errors.New("back up: only SQLite is copied by castellan; use pg_dump for PostgreSQL")
	}
	if _, err := os.Stat(set.SQLiteFile()); err != nil { // opening would make one
		return fmt.Errorf("back up: there is no database at %s: set CASTELLAN_DATA_DIR or CASTELLAN_DATABASE_URL as for castellan serve", set.SQLiteFile())
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
	if err := store.Backup(ctx, file); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	fmt.Fprintf(c.stdout, "%s: %d bytes\n", file, info.Size())
	c.alsoKeep(set.DataDir)
	return nil
}

// alsoKeep names what a restore needs beside the copy.
func (c *cli) alsoKeep(dir string) {
	var names []string
	for _, name := range config.CredentialFiles() {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(c.stderr, "castellan: keep too, apart from the copy: %s in %s\n", strings.Join(names, ", "), report.Visible(dir))
	}
	if _, err := os.Stat(filepath.Join(dir, "hash.key")); err != nil {
		fmt.Fprintln(c.stderr, "castellan: keep too: the hash key that CASTELLAN_HASH_KEY or CASTELLAN_HASH_KEY_FILE gives castellan serve")
	}
}

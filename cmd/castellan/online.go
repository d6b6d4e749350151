package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/castellan-app/castellan/app/lookup"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

const onlineHelp = `With --online, or a --policy that has lookup: {enabled: true}, the packages that
MCP servers are launched from are looked up: whether they exist, are malicious,
vulnerable, given up, or hardly known. This sends the names and versions of those
packages, and of the source repositories they name, over https, to these hosts and
no others:
  registry.npmjs.org api.npmjs.org pypi.org api.osv.dev hub.docker.com
  proxy.golang.org api.github.com registry.modelcontextprotocol.io
Nothing else is sent: no token, no path, no file. Names under private_names of the
policy are never sent, nor those of servers launched from another registry. What
is not answered is not assessed, which a notice says, and fails nothing. That a
name is free is reported once it was absent twice, 10 minutes apart: run the scan
again. Answers are kept in the user's cache folder (castellan/lookup). HTTPS_PROXY
and NO_PROXY are respected. --online=false overrules the policy.`

// onlineWithin is the most that look-ups of one scan may take.
const onlineWithin = 2 * time.Minute

// lookup is what a scan looks packages up with, nil if it is not to. Without a
// folder to cache in it goes by this run alone.
func (c *cli) lookup(asked *bool, p *policy.Policy) scan.Lookup {
	if asked != nil && !*asked || asked == nil && !p.Lookup.Enabled {
		return nil
	}
	var cache lookup.Cache = &lookup.Memory{}
	dir, err := os.UserCacheDir()
	if err == nil {
		var disk *lookup.Disk
		if disk, err = lookup.OpenDisk(filepath.Join(dir, "castellan", "lookup"), time.Now()); err == nil {
			cache = disk
		}
	}
	if err != nil {
		c.complain(fmt.Errorf("note: what is looked up is not kept, so that no name can be seen absent twice: %w", err))
	}
	return lookup.New(lookup.Config{Version: versionString(), Cache: cache, Within: onlineWithin, Now: time.Now, Transport: c.registries})
}

// lookWithin is the most that look-ups of one reading of a repository may take:
// a check does not wait for a registry.
const lookWithin = 5 * time.Second

// lookAgain confirms that names which were absent once are absent, for as long
// as a policy wants look-ups.
func (st *station) lookAgain(ctx context.Context) error {
	policies, err := st.keeper.Policies(ctx)
	if err != nil || len(policies) == 0 {
		return err
	}
	waiting, err := lookup.Stored{Store: st.store}.Waiting(ctx, time.Now())
	if err != nil {
		return err
	}
	return st.looker.Again(ctx, waiting, policies)
}

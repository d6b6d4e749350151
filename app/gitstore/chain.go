package gitstore

import "github.com/go-git/go-git/v5/plumbing"

// maxDeltas bounds the chain of deltas of one packed object, as git does when
// it writes packs (pack-objects.h, OE_DEPTH_BITS).
const maxDeltas = 4095

// sound walks the delta chain of a packed object before go-git does: go-git
// follows it by recursion, and a circular chain would end the process. Each
// chain is walked once. A pack that this process received has been checked on
// arrival and is not walked.
func (r *Repository) sound(id plumbing.Hash) bool {
	if r.received {
		return true
	}
	var walked []plumbing.Hash
	for at := id; !r.chains[at]; {
		if len(walked) == maxDeltas {
			return false
		}
		walked = append(walked, at)
		obj, err := r.store.DeltaObject(plumbing.AnyObject, at)
		if err != nil {
			return false
		}
		delta, ok := obj.(plumbing.DeltaObject)
		if !ok {
			break
		}
		at = delta.BaseHash()
	}
	if len(r.chains) > commitCache {
		clear(r.chains)
	}
	for _, id := range walked {
		r.chains[id] = true
	}
	return true
}

package webhook

import (
	"hash/fnv"
	"time"
)

// Of claims.
const (
	// TTL is how long a claim holds where nothing else is said.
	TTL = time.Minute
	// patience is what a node that did not deliver last leaves to the one that
	// did, at least; at most it is twice that.
	patience = 250 * time.Millisecond
)

// Forever is a wait that only another state ends.
const Forever = time.Duration(1<<63 - 1)

// A Vigil is what one node remembers of one webhook to know when it may claim.
// Moments are those of the node's own monotonic clock, since any moment. The
// zero value has seen nothing.
type Vigil struct {
	seen     bool
	revision int64
	at       time.Duration // when the revision was first seen
	pending  bool
	since    time.Duration // since when there has been something to deliver
}

// See notes the state of a webhook as a node sees it at a moment, and tells
// whether the node may claim now; if not, after how long to look again where
// the state stays as it is. pending says whether there is something to deliver,
// now is the time of day.
func (v *Vigil) See(s *State, node string, pending bool, moment time.Duration, now time.Time) (claim bool, wait time.Duration) {
	if !v.seen || v.revision != s.Revision {
		v.seen, v.revision, v.at = true, s.Revision, moment
	}
	if !pending || !s.Active() {
		v.pending = false
		return false, Forever
	}
	if !v.pending {
		v.pending, v.since = true, moment
	}
	from := max(v.at, v.since)
	if s.Claim != nil {
		from = max(from, v.at+time.Duration(s.Claim.TTL)*time.Millisecond)
	}
	if s.Failure != nil {
		from = max(from, moment+s.Failure.Next.Sub(now))
	}
	if s.Holder != node || s.Claim != nil {
		from += hesitation(s.ID, node)
	}
	if moment < from {
		return false, from - moment
	}
	return true, 0
}

// hesitation spreads nodes, so that of several that see the same state one is
// first.
func hesitation(id, node string) time.Duration {
	return patience + spread(patience, id, node)
}

// spread returns a part of d that follows from names.
func spread(d time.Duration, names ...string) time.Duration {
	h := fnv.New64a()
	for _, n := range names {
		_, _ = h.Write(append([]byte(n), 0))
	}
	sum := h.Sum64()
	sum ^= sum >> 32 // the high bits of so short a text hardly differ
	return time.Duration(float64(d) * float64(sum%1024) / 1024)
}

// A Lease is a claim as its holder may use it.
type Lease struct {
	Claim string
	Until time.Duration // by the holder's clock
}

// LeaseFrom returns the lease of a claim that was begun at a moment, before its
// append. It ends a little before the others may claim.
func LeaseFrom(claim string, began, ttl time.Duration) Lease {
	return Lease{claim, began + ttl - ttl/10}
}

// Holds tells whether the lease may be used at a moment.
func (l Lease) Holds(moment time.Duration) bool { return moment < l.Until }

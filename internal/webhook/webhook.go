// Package webhook says what a subscription to alerts is, and which node may
// deliver to it when.
//
// All that happens to a webhook is in one stream of the ledger, whose fold is
// its [State]: it is registered, a node claims it, attempts to deliver, and the
// claim is over. A claim is an append at an exact revision, so of all nodes
// that see the same state one gets it: several nodes on one log deliver each
// alert once. Nothing is appended while there is nothing to deliver.
//
// A claim that is not followed by an attempt is the claim of a node that is
// gone. It holds for a time that each node measures by its own clock, which
// need not agree with the clocks of others but only run as fast: whoever made it
// counts from before the append, everybody else from when they saw it. What
// that node sent in between is sent again by the next, under the same id.
//
// The package is pure: times, ids and keys are arguments.
package webhook

import (
	"fmt"
	"slices"
	"strings"

	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
)

// A Subscription is what a subscriber asks for.
type Subscription struct {
	ID  string `json:"id"`
	URL string `json:"url"`
	// Events are the changes to tell of; none means all of them.
	Events []string `json:"events,omitempty"`
	// Partner keeps to what a partner and those below it may know; empty: all.
	Partner partner.ID `json:"partner,omitzero"`
	Lang    string     `json:"lang,omitzero"` // of the words; empty: English
	// Version of the secret. The next number makes a new secret.
	Version int `json:"secret_version"`
}

// A Registration is a subscription as it is recorded.
type Registration struct {
	Subscription
	// Key is the [Key.Name] of the installation key that the secret comes from.
	Key string `json:"key"`
}

// Claimed says that a node delivers from now on.
type Claimed struct {
	ID    string `json:"id"`
	Claim string `json:"claim"`
	Node  string `json:"node"`
	After string `json:"after"`  // token of the last alert dealt with before
	TTL   int64  `json:"ttl_ms"` // for how long the claim holds, milliseconds
}

// Attempted says how far a claim came. It ends the claim.
type Attempted struct {
	ID        string          `json:"id"`
	Claim     string          `json:"claim"`
	Position  ledger.Position `json:"position"` // of the claim
	Through   string          `json:"through"`  // token of the last alert dealt with
	Delivered int             `json:"delivered"`
	Failure   *Failure        `json:"failure,omitempty"`
}

// Disabled says that nothing more is delivered until somebody registers the
// webhook again.
type Disabled struct {
	ID  string `json:"id"`
	Why Reason `json:"why"`
}

// Ended says that the subscriber wants no more.
type Ended struct {
	ID string `json:"id"`
}

// The types of events in a webhook's stream.
var (
	Registered       = event.Define[Registration]("webhook.registered")
	ClaimRecorded    = event.Define[Claimed]("webhook.claimed")
	AttemptRecorded  = event.Define[Attempted]("webhook.attempted")
	DisabledRecorded = event.Define[Disabled]("webhook.disabled")
	EndRecorded      = event.Define[Ended]("webhook.ended")
)

// Stream returns the stream of a webhook.
func Stream(id string) string { return ledger.AggregateStream("webhook", id) }

// maxURL bounds an address, in bytes.
const maxURL = 1024

// Validate returns what is wrong with the subscription. known are the changes
// that there are, langs the languages. private allows addresses that are not
// public.
func (s Subscription) Validate(known, langs []string, private bool) []partner.Fault {
	var c partner.Checker
	c.ID("/id", s.ID)
	if why := checkURL(s.URL, private); why != "" {
		c.Require(false, "/url", "%s", why)
	}
	for i, e := range s.Events {
		at := fmt.Sprintf("/events/%d", i)
		c.Require(slices.Contains(known, e), at, "%q, want %s", e, strings.Join(known, ", "))
		c.Require(!slices.Contains(s.Events[:i], e), at, "%q is there twice", e)
	}
	c.OptionalID("/partner", string(s.Partner))
	c.Require(s.Lang == "" || slices.Contains(langs, s.Lang), "/lang", "%q, want %s", s.Lang, strings.Join(langs, ", "))
	return c.Faults
}

// Wants tells whether a change is one to tell of.
func (s Subscription) Wants(change string) bool {
	return len(s.Events) == 0 || slices.Contains(s.Events, change)
}

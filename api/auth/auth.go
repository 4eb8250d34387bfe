// Package auth tells who calls and what they may do.
//
// A caller proves itself with a key: 256 random bits in a name that can be
// recognised where it leaks. Only the SHA-256 of a key is kept, which for so
// many random bits needs no slow hash, and looking that up takes the same time
// for every wrong key. People who open the pages trade a key for a session
// that lives in this process and only reads.
package auth

import (
	"fmt"
	"strings"

	"waymark/internal/partner"
)

// A Scope is a set of the things a caller may do.
type Scope uint8

// The scopes.
const (
	Capture Scope = 1 << iota // post what happened
	Read                      // ask
	Admin                     // change master data
)

// Everybody is the scope of what needs no key.
const Everybody Scope = 0

var scopeNames = []struct {
	scope Scope
	name  string
}{{Capture, "capture"}, {Read, "read"}, {Admin, "admin"}}

// ParseScope reads one scope's name.
func ParseScope(s string) (Scope, error) {
	for _, n := range scopeNames {
		if n.name == s {
			return n.scope, nil
		}
	}
	return 0, fmt.Errorf("parse scope %q: want capture, read or admin", s)
}

// Allows reports whether a caller with the scopes s may do what any of the
// scopes in want allows.
func (s Scope) Allows(want Scope) bool { return want == Everybody || s&want != 0 }

// String names the scopes, joined by " ".
func (s Scope) String() string {
	var names []string
	for _, n := range scopeNames {
		if s&n.scope != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " ")
}

// A Caller is whoever makes a request.
type Caller struct {
	ID     string // of the key; recorded with everything that the caller records
	Scopes Scope
	// Partner binds the caller to one partner and those below it: it speaks
	// for their sites only and sees what is theirs. Empty sees all.
	Partner partner.ID
	// Roles are the parts that the caller plays in cases.
	Roles Role
	// Meta is what is recorded with the caller's events: {"by":ID}.
	Meta []byte
}

// NewCaller returns the caller called id.
func NewCaller(id string, scopes Scope, p partner.ID) *Caller {
	return &Caller{ID: id, Scopes: scopes, Partner: p, Meta: []byte(`{"by":"` + id + `"}`)}
}

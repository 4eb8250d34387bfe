package auth

import (
	"fmt"
	"strings"
)

// A Role is a set of the parts that people play in cases and in what they lead
// to. A key has none unless it is given some: without a role nobody acts.
type Role uint8

// The roles.
const (
	Inspector Role = 1 << iota // goes and looks, opens cases
	Officer                    // of compliance: opens and decides cases
	Counsel                    // judges what the law allows
	Finance                    // books what was decided
	Auditor                    // sees all, does nothing
)

// Nobody is no role.
const Nobody Role = 0

// EveryRole is every role.
const EveryRole = Inspector | Officer | Counsel | Finance | Auditor

var roleNames = []struct {
	role Role
	name string
}{{Inspector, "inspector"}, {Officer, "officer"}, {Counsel, "counsel"}, {Finance, "finance"}, {Auditor, "auditor"}}

// ParseRole reads one role's name.
func ParseRole(s string) (Role, error) {
	for _, n := range roleNames {
		if n.name == s {
			return n.role, nil
		}
	}
	return 0, fmt.Errorf("parse role %q: want inspector, officer, counsel, finance or auditor", s)
}

// Plays reports whether any of the roles in want is among r.
func (r Role) Plays(want Role) bool { return r&want != 0 }

// String names the roles, joined by " ".
func (r Role) String() string {
	var names []string
	for _, n := range roleNames {
		if r&n.role != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " ")
}

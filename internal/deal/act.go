package deal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/partner"
)

// An Act is who asks for something, and under which name. The same command of the
// same asker is done once: again, it changes nothing.
type Act struct {
	Command string     `json:"command"`
	By      string     `json:"by"`           // key or person by an opaque id, resolved elsewhere
	For     partner.ID `json:"for,omitzero"` // the partner that By speaks for; "" for the owner
	At      time.Time  `json:"at"`
	Asked   string     `json:"asked"` // hash of what was asked
}

// Owner tells whether the act is the owner's.
func (a Act) Owner() bool { return a.For == "" }

// maxAsked bounds what one command asks for, in bytes.
const maxAsked = 64 << 10

// Ask returns the act with the hash of what it asks for.
func (a Act) Ask(verb string, what any) (Act, error) {
	data, err := json.Marshal(what, json.Deterministic(true))
	if err != nil {
		return a, fmt.Errorf("encode what %s asks for: %w", verb, err)
	}
	if len(data) > maxAsked {
		return a, Refuse(Invalid, "", "%d bytes, want at most %d", len(data), maxAsked)
	}
	sum := sha256.Sum256(append([]byte(verb+"\x00"), data...))
	a.Asked = hex.EncodeToString(sum[:8])
	a.At = a.At.UTC()
	return a, nil
}

// Done are the commands that were carried out, by asker.
type Done map[string]string

func doneKey(a Act) string { return string(a.For) + "\x00" + a.Command }

// With returns d with an act noted.
func (d Done) With(a Act) Done {
	if d == nil {
		d = Done{}
	}
	d[doneKey(a)] = a.Asked
	return d
}

// Again tells whether an act was carried out before; what asks for something else
// under the same name is refused.
func (d Done) Again(a Act) (bool, error) {
	asked, ok := d[doneKey(a)]
	if ok && asked != a.Asked {
		return false, Refuse(Conflict, "/command", "%q was given before to another command", a.Command)
	}
	return ok, nil
}

// Validate refuses an act without what every act must have.
func (a Act) Validate() error {
	var c partner.Checker
	c.ID("/command", a.Command)
	if len(c.Faults) > 0 {
		return Refuse(Invalid, c.Faults[0].Field, "%s", c.Faults[0].Detail)
	}
	return nil
}

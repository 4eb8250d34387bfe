package seal

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// An After is the first entry of a log that goes on where another was lost: it
// names that one's last known checkpoint, so that nobody can take the new log
// for the whole history.
type After struct{ Checkpoint []byte } // a signed note

// maxAfter bounds it, as an entry has at most 65,535 bytes.
const maxAfter = 32 << 10

// Marshal returns the entry.
func (a After) Marshal() []byte { return append([]byte{3}, a.Checkpoint...) }

// ParseAfter is the inverse of [After.Marshal].
func ParseAfter(b []byte) (After, error) {
	if len(b) < 2 || len(b) > maxAfter || b[0] != 3 {
		return After{}, fmt.Errorf("parse entry that names an old checkpoint: %w", ErrMalformed)
	}
	a := After{bytes.Clone(b[1:])}
	return a, a.check()
}

// check wants a checkpoint that is signed by somebody; whose key it is, the
// reader must know.
func (a After) check() error {
	n, err := note.Open(a.Checkpoint, note.VerifierList())
	if unverified, ok := err.(*note.UnverifiedNoteError); ok {
		n, err = unverified.Note, nil
	}
	if err == nil {
		_, err = ParseCheckpoint(n.Text)
	}
	if err != nil {
		return fmt.Errorf("old checkpoint: %w: %w", ErrMalformed, err)
	}
	return nil
}

// continued begins a log that goes on from another's checkpoint, if so.
func (s *Sealer) continued() error {
	if s.cfg.After == nil {
		return nil
	}
	a := After{s.cfg.After}
	if err := a.check(); err != nil {
		return fmt.Errorf("open seal: %w", err)
	}
	return s.tree.add(entry{a.Marshal(), nil})
}

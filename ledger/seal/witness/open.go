package witness

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"waymark/ledger/seal"
)

// Why a checkpoint is not taken.
var (
	ErrForeign = errors.New("the checkpoint is not of a log that the policy names")
	ErrForged  = errors.New("a signature is forged or damaged")
	ErrQuorum  = errors.New("too few of the policy's witnesses cosigned")
)

// A Cosignature is a witness's word that it saw a checkpoint extend the last.
type Cosignature struct {
	Witness string // its name in the policy
	Time    time.Time
}

// An Opened checkpoint is one that a policy takes.
type Opened struct {
	seal.Checkpoint
	Log          seal.Policy // takes the checkpoints of the log that signed it
	Cosignatures []Cosignature
}

// Unwitnessed tells whether it is the log's word alone.
func (o Opened) Unwitnessed() bool { return len(o.Cosignatures) == 0 }

// String says whose word the checkpoint is.
func (o Opened) String() string {
	if o.Unwitnessed() {
		return "unwitnessed: the log's word alone"
	}
	names := make([]string, len(o.Cosignatures))
	for i, c := range o.Cosignatures {
		names[i] = c.Witness
	}
	if n := len(names) - 1; n > 0 {
		names = []string{strings.Join(names[:n], ", "), names[n]}
	}
	return "cosigned by " + strings.Join(names, " and ")
}

// Open returns the checkpoint of a signed note, where the policy takes it. The
// error is [ErrForeign], [ErrForged], [ErrQuorum], or of a note that is none.
func (p Policy) Open(signed []byte) (Opened, error) {
	log, err := p.logOf(signed)
	if err != nil {
		return Opened{}, err
	}
	o := Opened{Log: seal.Policy{Log: log.verifier}}
	if o.Checkpoint, _, err = o.Log.Open(signed); err != nil {
		var bad *note.InvalidSignatureError
		if errors.As(err, &bad) {
			return Opened{}, fmt.Errorf("%w: that of the log %s", ErrForged, log.verifier.Name())
		}
		return Opened{}, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	for _, w := range p.Witnesses {
		n, err := note.Open(signed, note.VerifierList(w.verifier))
		var unsigned *note.UnverifiedNoteError
		switch {
		case errors.As(err, &unsigned):
			continue
		case err != nil:
			return Opened{}, fmt.Errorf("%w: that of witness %s", ErrForged, w.Name)
		}
		o.Cosignatures = append(o.Cosignatures, Cosignature{w.Name, signedAt(n.Sigs[0])})
	}
	if !p.witnessed(p.Quorum, o.Cosignatures) {
		return Opened{}, fmt.Errorf("%w: the quorum is %s; %s", ErrQuorum, p.wanted(p.Quorum), o)
	}
	return o, nil
}

// logOf returns the policy's log that the checkpoint says it is of.
func (p Policy) logOf(signed []byte) (Log, error) {
	origin, _, _ := strings.Cut(string(signed), "\n")
	var of *Log
	for i, l := range p.Logs {
		if l.verifier.Name() != origin {
			continue
		}
		of = &p.Logs[i]
		if _, err := note.Open(signed, note.VerifierList(l.verifier)); err == nil {
			return l, nil
		}
	}
	if of != nil { // its name, and not its signature
		return *of, nil
	}
	if len(origin) > 255 {
		origin = origin[:255]
	}
	return Log{}, fmt.Errorf("%w: it is of %q", ErrForeign, origin)
}

// signedAt returns the time in a cosignature that verified.
func signedAt(s note.Signature) time.Time {
	b, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(b) < 12 {
		return time.Time{} // unreachable: it verified
	}
	return time.Unix(int64(binary.BigEndian.Uint64(b[4:])), 0).UTC()
}

// witnessed tells whether a witness or a group has witnessed.
func (p Policy) witnessed(name string, by []Cosignature) bool {
	if name == None || slices.ContainsFunc(by, func(c Cosignature) bool { return c.Witness == name }) {
		return true
	}
	for _, g := range p.Groups {
		if g.Name != name {
			continue
		}
		n := 0
		for _, m := range g.Members {
			if p.witnessed(m, by) {
				n++
			}
		}
		return n >= g.Least
	}
	return false
}

// wanted says in words what a quorum asks for.
func (p Policy) wanted(name string) string {
	for _, g := range p.Groups {
		if g.Name != name {
			continue
		}
		members := make([]string, len(g.Members))
		for i, m := range g.Members {
			members[i] = p.wanted(m)
		}
		return fmt.Sprintf("%d of (%s)", g.Least, strings.Join(members, ", "))
	}
	return name
}

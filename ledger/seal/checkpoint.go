package seal

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint is the state of a tree: the text that is signed (C2SP
// tlog-checkpoint).
type Checkpoint struct {
	Origin string // name of the log, the same as its key's
	Size   int64
	Root   tlog.Hash
}

// Text returns the text that is signed.
func (c Checkpoint) Text() string { return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root) }

// ParseCheckpoint is the inverse of [Checkpoint.Text]. Extension lines are
// refused: nothing here would check them.
func ParseCheckpoint(text string) (Checkpoint, error) {
	bad := func() (Checkpoint, error) { return Checkpoint{}, fmt.Errorf("parse checkpoint: %w", ErrMalformed) }
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] == "" {
		return bad()
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return bad()
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return bad()
	}
	c := Checkpoint{lines[0], size, tlog.Hash(root)}
	if c.Text() != text {
		return bad()
	}
	return c, nil
}

// A Policy says whose word a reader takes.
type Policy struct {
	Log       note.Verifier   // the log's key
	Witnesses []note.Verifier // see [NewWitness]
	Quorum    int             // how many of them must have cosigned
}

// Open returns the checkpoint of a signed note that satisfies the policy, and
// the names of the policy's witnesses that cosigned it.
func (p Policy) Open(signed []byte) (Checkpoint, []string, error) {
	n, err := note.Open(signed, note.VerifierList(append([]note.Verifier{p.Log}, p.Witnesses...)...))
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("the checkpoint is not signed by %s: %w", p.Log.Name(), err)
	}
	byLog := false
	var witnesses []string
	for _, s := range n.Sigs {
		if s.Name == p.Log.Name() && s.Hash == p.Log.KeyHash() {
			byLog = true
		}
		for _, w := range p.Witnesses {
			if s.Name == w.Name() && s.Hash == w.KeyHash() {
				witnesses = append(witnesses, s.Name)
			}
		}
	}
	if !byLog {
		return Checkpoint{}, nil, fmt.Errorf("the checkpoint is not signed by %s, only by witnesses", p.Log.Name())
	}
	if len(witnesses) < p.Quorum {
		return Checkpoint{}, nil, fmt.Errorf("the checkpoint is cosigned by %d of the %d witnesses that the policy asks for", len(witnesses), p.Quorum)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	if c.Origin != p.Log.Name() {
		return Checkpoint{}, nil, fmt.Errorf("the checkpoint is of log %q, not of %q", c.Origin, p.Log.Name())
	}
	return c, witnesses, nil
}

func sign(c Checkpoint, by note.Signer) ([]byte, error) {
	b, err := note.Sign(&note.Note{Text: c.Text()}, by)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint of size %d: %w", c.Size, err)
	}
	return b, nil
}

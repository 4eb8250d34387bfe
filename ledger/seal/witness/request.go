package witness

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal"
)

// maxProof bounds the hashes of a consistency proof.
const maxProof = 63

// A Request is the body of add-checkpoint: a checkpoint, and the proof that it
// extends the one of size Old.
type Request struct {
	Old        int64
	Proof      []tlog.Hash
	Checkpoint []byte // signed note
}

// Encode returns the body.
func (r Request) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", r.Old)
	for _, h := range r.Proof {
		b.WriteString(h.String() + "\n")
	}
	b.WriteByte('\n')
	b.Write(r.Checkpoint)
	return b.Bytes()
}

// ParseRequest is the inverse of [Request.Encode].
func ParseRequest(body []byte) (Request, error) {
	bad := func(what string, args ...any) (Request, error) {
		return Request{}, fmt.Errorf("%s: %w", fmt.Sprintf(what, args...), seal.ErrMalformed)
	}
	head, signed, ok := strings.Cut(string(body), "\n\n")
	if !ok {
		return bad("there is no empty line before a checkpoint")
	}
	lines := strings.Split(head, "\n")
	digits, ok := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || old < 0 || strconv.FormatInt(old, 10) != digits {
		return bad("line 1 is not old and a size")
	}
	if len(lines)-1 > maxProof {
		return bad("%d hashes, at most %d", len(lines)-1, maxProof)
	}
	r := Request{Old: old, Checkpoint: []byte(signed)}
	for i, l := range lines[1:] {
		h, err := base64.StdEncoding.Strict().DecodeString(l)
		if err != nil || len(h) != tlog.HashSize || base64.StdEncoding.EncodeToString(h) != l {
			return bad("line %d is not the base64 of a hash", i+2)
		}
		r.Proof = append(r.Proof, tlog.Hash(h))
	}
	return r, nil
}

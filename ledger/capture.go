package ledger

import (
	"crypto/sha256"
	"strconv"

	"github.com/google/uuid"
)

// captures is the namespace of the ids that this package derives (RFC 9562 §5.5).
var captures = uuid.MustParse("5b0c1f5e-6a53-5d0c-9f0b-6f3b7b1d0a41")

// CaptureID returns the UUID of the capture that its sender calls id: id
// itself where it is a UUID, and one derived from it otherwise.
func CaptureID(id string) uuid.UUID {
	if len(id) == 36 { // uuid.Parse takes other spellings too; those are names
		if u, err := uuid.Parse(id); err == nil && u != uuid.Nil {
			return u
		}
	}
	return uuid.NewSHA1(captures, []byte(id))
}

// CaptureStream returns the stream that holds the capture.
func CaptureStream(capture uuid.UUID) string { return "wm-c-" + capture.String() }

// AggregateStream returns the stream of the one thing of a kind called id,
// such as a partner.
func AggregateStream(kind, id string) string { return "wm-" + kind + "-" + id }

// EventID returns the id of a capture's event number chunk with that content.
// Other content gives another id, so that a repeated id with changed content
// is found out by the log.
func EventID(capture uuid.UUID, chunk int, content []byte) uuid.UUID {
	sum := sha256.Sum256(content)
	name := strconv.AppendInt(make([]byte, 0, 48), int64(chunk), 10)
	name = append(name, '|')
	return uuid.NewSHA1(capture, append(name, sum[:]...))
}

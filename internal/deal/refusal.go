package deal

import "fmt"

// A Refusal says why something that was asked for is not done. Its words are
// meant for whoever asked, and name nobody else.
type Refusal struct {
	Kind   Kind
	Field  string // JSON Pointer into what was asked; "" for none
	Detail string
}

// A Kind of refusal.
type Kind string

const (
	Invalid   Kind = "invalid"   // as asked, it can never be done
	Unknown   Kind = "unknown"   // there is no such thing, for whoever asks
	Forbidden Kind = "forbidden" // it is for others to do
	Conflict  Kind = "conflict"  // it does not fit how things stand
)

func (r *Refusal) Error() string {
	if r.Field == "" {
		return r.Detail
	}
	return r.Field + ": " + r.Detail
}

// Refuse returns a refusal.
func Refuse(k Kind, field, format string, args ...any) error {
	return &Refusal{k, field, fmt.Sprintf(format, args...)}
}

package esdblog

import "strings"

// A prefix begins the names of a ledger's streams in the cluster.
type prefix string

// Names of the ledger begin with own nearly always: what stands for it there is
// the prefix, and the prefix with other for all else.
const (
	own   = "wm-"
	other = "="
)

// stored returns the name that the cluster knows a stream by.
func (p prefix) stored(name string) string {
	if rest, ok := strings.CutPrefix(name, own); ok && !strings.HasPrefix(rest, other) {
		return string(p) + rest
	}
	return string(p) + other + name
}

// name returns a stream's name, and false where it is not the ledger's.
func (p prefix) name(stored string) (string, bool) {
	rest, ok := strings.CutPrefix(stored, string(p))
	if !ok {
		return "", false
	}
	if name, ok := strings.CutPrefix(rest, other); ok {
		return name, true
	}
	return own + rest, true
}

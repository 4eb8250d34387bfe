package epcis

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// extension reads a member outside the standard, whose name must have a
// namespace. Alternative says what else the member might have been.
func (r *reader) extension(name, alternative string, into *[]Extension) {
	if !r.qualified(name) {
		r.unknown(name, alternative+", or a name with a namespace prefix")
		return
	}
	r.declared(name)
	if value := r.any(); value != nil {
		*into = append(*into, Extension{name, value})
	}
}

// qualified reports whether a name has a namespace, or the form of it.
func (r *reader) qualified(name string) bool {
	colon := strings.IndexByte(name, ':')
	return colon > 0 && colon < len(name)-1 && isURI(name)
}

// declared notes a fault where the name's prefix is declared nowhere. An event
// may still declare it, behind its use.
func (r *reader) declared(name string) {
	if r.ctx.declares(name) {
		return
	}
	if r.full() || len(r.undeclared) > 20 {
		return
	}
	u := pendingPrefix{name, string(r.dec.StackPointer()), r.nameAt}
	if r.event >= 0 {
		r.undeclared = append(r.undeclared, u)
		return
	}
	r.undeclaredFault(u)
}

func (r *reader) undeclaredFault(u pendingPrefix) {
	head, _, _ := strings.Cut(u.name, ":")
	r.faultAt(u.path, u.offset, "the prefix "+shown(head), "a prefix that @context declares")
}

// unknown passes over a member that its object may not have.
func (r *reader) unknown(name, expected string) {
	r.fault(r.nameAt, "the name "+shown(name), expected)
	r.skip()
}

// any reads a value of any kind within an extension and returns it as written,
// or nil where it is faulty. Names need no prefix there.
func (r *reader) any() jsontext.Value {
	before := len(r.faults)
	var at int
	switch r.dec.PeekKind() {
	case '{':
		at, _ = r.object("an object", func(name string) {
			if r.qualified(name) {
				r.declared(name)
			}
			r.any()
		})
	case '[':
		at, _ = r.array("an array", func(int) { r.any() })
	default:
		return r.scalar()
	}
	if r.end || r.over || len(r.faults) > before {
		return nil
	}
	return r.since(at)
}

// scalar reads a string, number, boolean or null and returns it as written.
func (r *reader) scalar() jsontext.Value {
	v := r.value()
	if v == nil || !r.count() {
		return nil
	}
	at := r.back(len(v))
	switch {
	case len(v)-2 > r.limits.StringBytes:
		r.fault(at, fmt.Sprintf("a string of %d bytes", len(v)-2), fmt.Sprintf("at most %d", r.limits.StringBytes))
		return nil
	case v.Kind() == '0' && !Number(v).finite():
		r.fault(at, shown(string(v)), "a number that a 64-bit float can hold")
		return nil
	}
	return r.since(at)
}

// since returns the text from offset to where the reader is.
func (r *reader) since(offset int) jsontext.Value {
	end := int(r.dec.InputOffset())
	return jsontext.Value(r.data[offset:end:end])
}

package epcis

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A reader walks JSON once, keeping what is wrong with it. Where a value is
// not what a field wants, the reader notes a fault and passes over the value,
// so one walk finds every fault; only text that is not JSON ends it.
type reader struct {
	dec    *jsontext.Decoder
	data   []byte
	src    string // data, of which all strings without escapes are parts
	limits Limits
	ctx    *Context

	event    int // place of the event being read, or -1
	elements int // JSON values of that event
	depth    int // of its members
	names    []string
	nameAt   int   // offset of the last name read
	offsets  []int // of faults, side by side with faults
	faults   Faults
	over     bool // the event has more than it may, and is passed over
	end      bool // the text is not JSON from here on

	undeclared []pendingPrefix
	sound      map[string]bool // identifiers found sound lately
}

// A pendingPrefix is a fault unless the event turns out to declare the prefix.
type pendingPrefix struct {
	name, path string
	offset     int
}

func newReader(data []byte, limits Limits) *reader {
	return &reader{
		// The decoder reads a bytes.Buffer in place.
		dec:    jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true)),
		data:   data,
		src:    string(data),
		limits: limits.orDefault(),
		event:  -1,
	}
}

// back is the offset of what was just read, given its length.
func (r *reader) back(length int) int { return int(r.dec.InputOffset()) - length }

// fault notes what is wrong with the value that was just read and that begins
// at offset.
func (r *reader) fault(offset int, found, expected string) {
	if !r.full() {
		r.faultAt(string(r.dec.StackPointer()), offset, found, expected)
	}
}

// full reports whether the event has as many faults as are told of one: what
// follows adds nothing to what the sender must do. Of a document with many
// faults each event tells one.
func (r *reader) full() bool {
	const event, document = 20, 1000
	most := event
	if len(r.faults) >= document {
		most = 1
	}
	n := len(r.faults)
	return n >= most && r.faults[n-most].Event == r.event
}

func (r *reader) faultAt(path string, offset int, found, expected string) {
	const longest = 512 // of a path; only nesting without sense makes one
	if len(path) > longest {
		path = strings.ToValidUTF8(path[:longest], "") + "…"
	}
	if r.full() {
		return
	}
	r.faults = append(r.faults, Fault{Event: r.event, Path: path, Found: found, Expected: expected})
	r.offsets = append(r.offsets, offset)
}

// missing notes that the object that was just read lacks a member, unless that
// was there and found faulty.
func (r *reader) missing(offset int, name, expected string) {
	if path := string(r.dec.StackPointer()) + "/" + name; !r.end && !r.faulty(path) {
		r.faultAt(path, offset, "nothing", expected)
	}
}

// faulty reports whether the event has a fault at a path or below it.
func (r *reader) faulty(path string) bool {
	for i := len(r.faults) - 1; i >= 0 && r.faults[i].Event == r.event; i-- {
		rest, below := strings.CutPrefix(r.faults[i].Path, path)
		if below && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

// stop notes that the text is not JSON and ends the walk.
func (r *reader) stop(err error) {
	if r.end {
		return
	}
	r.end, r.event = true, -1
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		r.faultAt(string(syntax.JSONPointer), int(syntax.ByteOffset), syntaxText(syntax), "JSON")
		return
	}
	r.faultAt("", len(r.data), "text that ends too early", "JSON")
}

func syntaxText(err *jsontext.SyntacticError) string {
	if errors.Is(err.Err, io.ErrUnexpectedEOF) {
		return "text that ends too early"
	}
	return err.Err.Error()
}

// value reads a value of any kind whole.
func (r *reader) value() jsontext.Value {
	v, err := r.dec.ReadValue()
	if err != nil {
		r.stop(err)
		return nil
	}
	return v
}

// skip passes over a value.
func (r *reader) skip() {
	if err := r.dec.SkipValue(); err != nil {
		r.stop(err)
	}
}

// wrong passes over a value that is not what was expected.
func (r *reader) wrong(expected string) {
	if v := r.value(); v != nil {
		r.fault(r.back(len(v)), kindOf(v), expected)
	}
}

// count counts a value against the limit of an event. It reports false where
// the event has too many.
func (r *reader) count() bool {
	if r.event < 0 {
		return true
	}
	r.elements++
	if r.elements == r.limits.Elements+1 && !r.over {
		r.over = true
		r.fault(r.back(0), fmt.Sprintf("more than %d JSON values", r.limits.Elements), "an event of at most so many")
	}
	return !r.over
}

// open reads the start of an object or array. It reports false where the
// value is something else or lies too deep, and passes over it.
func (r *reader) open(kind jsontext.Kind, expected string) bool {
	if r.dec.PeekKind() != kind {
		r.wrong(expected)
		return false
	}
	if !r.count() {
		r.skip()
		return false
	}
	if r.dec.StackDepth() >= r.limits.Depth {
		if v := r.value(); v != nil {
			r.fault(r.back(len(v)), fmt.Sprintf("JSON nested deeper than %d", r.limits.Depth), "less nesting")
		}
		return false
	}
	if _, err := r.dec.ReadToken(); err != nil {
		r.stop(err)
		return false
	}
	return true
}

// more reports whether the object or array that is open has another member.
func (r *reader) more() bool {
	if r.end {
		return false
	}
	switch r.dec.PeekKind() {
	case '}', ']':
		if _, err := r.dec.ReadToken(); err != nil {
			r.stop(err)
		}
		return false
	case jsontext.KindInvalid:
		_, err := r.dec.ReadToken()
		r.stop(err)
		return false
	}
	return true
}

// object reads an object: member must read or pass over the value of name.
// It returns the object's offset, and false where there is none.
func (r *reader) object(expected string, member func(name string)) (int, bool) {
	if !r.open('{', expected) {
		return 0, false
	}
	at := r.back(1)
	first := len(r.names)
	var seen map[string]bool // beside names, once there are many
	for r.more() {
		name := r.name()
		if r.end {
			break
		}
		if duplicate(r.names[first:], &seen, name) && !r.mayRepeat(name) {
			r.fault(r.nameAt, "the name "+shown(name)+" again", "each name once")
			r.skip()
			continue
		}
		r.names = append(r.names, name)
		if r.over {
			r.skip()
			continue
		}
		member(name)
	}
	r.names = r.names[:first]
	return at, true
}

// mayRepeat reports whether a name may stand in its object again. Only an
// event's eventID may, and the last one counts: an example of GS1 has two.
func (r *reader) mayRepeat(name string) bool {
	return name == "eventID" && r.event >= 0 && r.dec.StackDepth() == r.depth
}

func duplicate(names []string, seen *map[string]bool, name string) bool {
	const few = 24
	if len(names) < few {
		return slices.Contains(names, name)
	}
	if *seen == nil {
		*seen = map[string]bool{}
		for _, n := range names {
			(*seen)[n] = true
		}
	}
	dup := (*seen)[name]
	(*seen)[name] = true
	return dup
}

// name reads the name of a member.
func (r *reader) name() string {
	v := r.value()
	r.nameAt = r.back(len(v))
	return r.part(v)
}

// part returns the text of a JSON string that was just read, without a copy
// where it has no escapes.
func (r *reader) part(v jsontext.Value) string {
	if v == nil {
		return ""
	}
	if bytes.IndexByte(v, '\\') >= 0 {
		return string(unquoted(v))
	}
	end := int(r.dec.InputOffset())
	return r.src[end-len(v)+1 : end-1]
}

// array reads an array: element must read or pass over one value. It returns
// the array's offset and length, which is -1 where there is none.
func (r *reader) array(expected string, element func(i int)) (int, int) {
	if !r.open('[', expected) {
		return 0, -1
	}
	at := r.back(1)
	n := 0
	for ; r.more(); n++ {
		if r.over {
			r.skip()
			continue
		}
		element(n)
	}
	return at, n
}

// text reads a string and returns its offset with it. It reports false where
// there is none, or where it is too long.
func (r *reader) text(expected string) (s string, offset int, ok bool) {
	if r.dec.PeekKind() != '"' {
		r.wrong(expected)
		return "", 0, false
	}
	v := r.value()
	if v == nil || !r.count() {
		return "", 0, false
	}
	s, offset = r.part(v), r.back(len(v))
	if len(s) > r.limits.StringBytes {
		r.fault(offset, fmt.Sprintf("a string of %d bytes", len(s)), fmt.Sprintf("at most %d", r.limits.StringBytes))
		return "", 0, false
	}
	return s, offset, true
}

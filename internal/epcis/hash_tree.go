package epcis

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A node is a member outside the fixed order: a key with its namespace in
// braces, a value, and the members below it.
type node struct {
	key, value string
	kids       []node
}

// looksTopLevel and slashed are how the reference generator tells extensions
// of the event from those of an object within it.
func (n node) looksTopLevel() bool {
	return strings.Contains(n.key, "eventTime") || strings.Contains(n.key, "action")
}

func (n node) slashed() bool {
	return strings.Contains(n.key, "{") && strings.Contains(n.key, "/}")
}

// node writes one member with all below it.
func (h *hasher) node(b []byte, n node) []byte {
	b = append(b, n.key...)
	if v := strings.TrimSpace(n.value); v != "" {
		b = h.canonical(append(b, '='), v)
	}
	return h.generic(b, n.kids)
}

// generic writes members sorted by their text.
func (h *hasher) generic(b []byte, nodes []node) []byte {
	if len(nodes) == 0 {
		return b
	}
	parts := make([]string, 0, len(nodes))
	for _, n := range nodes {
		parts = append(parts, string(h.node(nil, n)))
	}
	if !slices.ContainsFunc(nodes, func(n node) bool { return ordered(n.key) }) {
		slices.Sort(parts)
	}
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// ordered reports whether a member and its siblings keep their order.
func ordered(key string) bool {
	return key == "bizTransaction" || key == "source" || key == "destination"
}

// tree returns the members that extensions stand for, less the ignored.
func (h *hasher) tree(extensions []Extension, ignored []string) []node {
	if len(extensions) == 0 {
		return nil
	}
	nodes := make([]node, 0, len(extensions))
	for _, x := range extensions {
		if !slices.Contains(ignored, x.Name) {
			nodes = h.member(nodes, x.Name, x.Value)
		}
	}
	return grouped(nodes)
}

// member appends what a name and its value stand for: an array is its
// elements, each under the name.
func (h *hasher) member(nodes []node, name string, value jsontext.Value) []node {
	if name == "rdfs:comment" || name == "comment" || len(value) == 0 {
		return nodes
	}
	key := name
	if namespace, local, ok := h.context.Expand(name); ok {
		key = "{" + namespace + "}" + local
	}
	if value.Kind() != '[' {
		return h.element(nodes, key, value)
	}
	for v := range elements(value) {
		nodes = h.element(nodes, key, v)
	}
	return nodes
}

func (h *hasher) element(nodes []node, key string, value jsontext.Value) []node {
	switch value.Kind() {
	case 'n':
		return nodes
	case '{':
		n := node{key: key}
		for name, v := range memberPairs(value) {
			if name == "#text" {
				n.value = scalarText(v)
				continue
			}
			n.kids = h.member(n.kids, name, v)
		}
		n.kids = grouped(n.kids)
		return append(nodes, n)
	case '[':
		n := node{key: key}
		for v := range elements(value) {
			n.kids = h.element(n.kids, "", v)
		}
		return append(nodes, n)
	}
	return append(nodes, node{key: key, value: scalarText(value)})
}

// grouped gathers members whose name ends with List under one of that name:
// the JSON form names the list only, the XML form the list and its elements.
func grouped(nodes []node) []node {
	if !slices.ContainsFunc(nodes, node.isList) {
		return nodes
	}
	out := make([]node, 0, len(nodes))
	var lists []node
	for _, n := range nodes {
		if !n.isList() {
			out = append(out, n)
			continue
		}
		i := slices.IndexFunc(lists, func(l node) bool { return l.key == n.key })
		if i < 0 {
			i = len(lists)
			lists = append(lists, node{key: n.key})
		}
		n.key = strings.TrimSuffix(n.key, "List")
		lists[i].kids = append(lists[i].kids, n)
	}
	return append(out, lists...)
}

func (n node) isList() bool { return strings.HasSuffix(n.key, "List") }

// scalarText returns the text of a string, number or boolean.
func scalarText(v jsontext.Value) string {
	if v.Kind() == '"' {
		return string(unquoted(v))
	}
	return string(v)
}

// elements yields the elements of a JSON array.
func elements(array jsontext.Value) func(yield func(jsontext.Value) bool) {
	return func(yield func(jsontext.Value) bool) {
		dec := jsontext.NewDecoder(bytes.NewBuffer(array))
		_, err := dec.ReadToken()
		for err == nil && dec.PeekKind() != ']' {
			var v jsontext.Value
			if v, err = dec.ReadValue(); err == nil && !yield(v) {
				return
			}
		}
	}
}

// memberPairs yields the members of a JSON object.
func memberPairs(object jsontext.Value) func(yield func(string, jsontext.Value) bool) {
	return func(yield func(string, jsontext.Value) bool) {
		dec := jsontext.NewDecoder(bytes.NewBuffer(object), jsontext.AllowDuplicateNames(true))
		_, err := dec.ReadToken()
		for err == nil && dec.PeekKind() == '"' {
			name, nameErr := dec.ReadToken()
			if nameErr != nil {
				return
			}
			key := name.String()
			var v jsontext.Value
			if v, err = dec.ReadValue(); err == nil && !yield(key, v) {
				return
			}
		}
	}
}

// A counter writes fields and counts those that are there.
type counter struct {
	*hasher
	text   []byte
	fields int
}

func (c *counter) field(name, value string) {
	if value != "" {
		c.fields++
		c.text = c.hasher.field(c.text, name, value)
	}
}

func (c *counter) instant(name string, t time.Time) {
	if !t.IsZero() {
		c.fields++
		c.text = c.hasher.instant(c.text, name, t)
	}
}

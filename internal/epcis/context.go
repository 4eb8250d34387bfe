package epcis

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// StandardContext is the JSON-LD context of EPCIS 2.0.
const StandardContext = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

// A Context is a JSON-LD @context, as far as EPCIS uses one: a list of remote
// contexts, and objects that give prefixes their namespaces.
type Context struct {
	elements []jsontext.Value // strings and objects, as received
	prefixes []prefix
	remote   bool // a remote context other than the standard's is named
}

type prefix struct{ name, namespace string }

// onlyStandard is the context of by far the most documents, and standardJSON
// its text. Contexts do not change once they are read.
var onlyStandard = NewContext()

const standardJSON = `["` + StandardContext + `"]`

// maxContext bounds a @context, which is kept with each event of a document.
const maxContext = 16 << 10

// standardPrefixes are those that the standard's context declares.
var standardPrefixes = []prefix{
	{"epcis", "https://ref.gs1.org/epcis/"},
	{"cbv", cbvNamespace},
	{"cbvmda", "urn:epcglobal:cbv:mda:"},
	{"gs1", gs1Namespace},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"owl", "http://www.w3.org/2002/07/owl#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"dcterms", "http://purl.org/dc/terms/"},
}

// NewContext returns the standard's context with the given prefixes, which are
// pairs of a name and a namespace.
func NewContext(prefixes ...[2]string) *Context {
	c := &Context{elements: []jsontext.Value{quoted(StandardContext)}}
	for _, p := range prefixes {
		c.declare(p[0], p[1])
	}
	return c
}

func (c *Context) declare(name, namespace string) {
	w := &writer{b: []byte{'{'}}
	w.text(name, namespace)
	c.elements = append(c.elements, append(w.b, '}'))
	c.prefixes = append(c.prefixes, prefix{name, namespace})
}

// ParseContext reads a @context: a string, an object, or an array of both.
func ParseContext(value jsontext.Value) (*Context, error) {
	if string(value) == standardJSON {
		return onlyStandard, nil
	}
	c := &Context{}
	if len(bytes.TrimSpace(value)) == 0 {
		return c, nil
	}
	if len(value) > maxContext {
		return nil, fmt.Errorf("parse @context: found %d bytes, expected at most %d", len(value), maxContext)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(value))
	if err := c.read(dec); err != nil {
		return nil, fmt.Errorf("parse @context: %w", err)
	}
	return c, nil
}

func (c *Context) read(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '[' {
		return c.readElement(dec)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		if err := c.readElement(dec); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

func (c *Context) readElement(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	c.elements = append(c.elements, appendCompact(nil, value))
	switch value.Kind() {
	case '"':
		url := string(unquoted(value))
		if !isURI(url) {
			return fmt.Errorf("found %s, expected a URI", shown(url))
		}
		c.remote = c.remote || !standardURL(url)
		return nil
	case '{':
		return c.readTerms(value)
	}
	return fmt.Errorf("found %s, expected a URI or an object", kindOf(value))
}

// readTerms reads the prefixes that an object declares. Definitions of terms,
// which are objects, change no name.
func (c *Context) readTerms(object jsontext.Value) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(object))
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if value.Kind() == '"' && !strings.HasPrefix(key, "@") {
			c.prefixes = append(c.prefixes, prefix{key, string(unquoted(value))})
		}
	}
	return nil
}

// standardURL reports whether a remote context is the standard's, in any of
// the versions and places it was published.
func standardURL(url string) bool {
	return strings.HasSuffix(url, "/epcis-context.jsonld")
}

// Namespace returns the namespace that a prefix stands for.
func (c *Context) Namespace(name string) (string, bool) {
	if c != nil {
		for i := len(c.prefixes) - 1; i >= 0; i-- {
			if c.prefixes[i].name == name {
				return c.prefixes[i].namespace, true
			}
		}
	}
	for _, p := range standardPrefixes {
		if p.name == name {
			return p.namespace, true
		}
	}
	return "", false
}

// Expand returns the namespace and the local name of a CURIE. It reports false
// for a name without a prefix that the context declares, such as a full URI.
func (c *Context) Expand(name string) (namespace, local string, ok bool) {
	head, local, found := strings.Cut(name, ":")
	if !found {
		return "", name, false
	}
	namespace, ok = c.Namespace(head)
	return namespace, local, ok
}

// JSON returns the context as the value of a @context member.
func (c *Context) JSON() jsontext.Value {
	if c == nil || len(c.elements) == 0 {
		return jsontext.Value(standardJSON)
	}
	out := jsontext.Value{'['}
	for i, e := range c.elements {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, e...)
	}
	return append(out, ']')
}

// with returns c extended by what inner declares.
func (c *Context) with(inner *Context) *Context {
	if c == nil {
		return inner
	}
	out := &Context{remote: c.remote || inner.remote}
	out.elements = append(append(out.elements, c.elements...), inner.elements...)
	out.prefixes = append(append(out.prefixes, c.prefixes...), inner.prefixes...)
	return out
}

// declares reports whether a name with a prefix can be told from a misspelt
// one: a declared prefix, a full URI, or a prefix that a remote context that
// is not at hand may declare.
func (c *Context) declares(name string) bool {
	head, rest, _ := strings.Cut(name, ":")
	if _, ok := c.Namespace(head); ok {
		return true
	}
	return strings.HasPrefix(rest, "//") || head == "urn" || c != nil && c.remote
}

// quoted returns s as a JSON string.
func quoted(s string) jsontext.Value {
	v, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		return jsontext.Value(`""`) // only for invalid UTF-8, which Decode refuses
	}
	return v
}

// unquoted returns the text of a JSON string.
func unquoted(v jsontext.Value) []byte {
	if len(v) >= 2 && bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	out, _ := jsontext.AppendUnquote(nil, v)
	return out
}

// kindOf names the JSON type of a value.
func kindOf(v jsontext.Value) string {
	switch v.Kind() {
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	case '{':
		return "an object"
	case '[':
		return "an array"
	}
	return "nothing"
}

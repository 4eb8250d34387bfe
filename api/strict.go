package api

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"waymark/internal/custody"
	"waymark/internal/gs1"
)

// The shape of a document, whatever it means.
const (
	maxDepth    = 32     // of nesting
	maxElements = 10_000 // values, all levels together
	maxString   = 4 << 10
)

// decode reads the one JSON object in raw into v, strictly: UTF-8 only, every
// name once, in its own spelling and known, nothing after the object.
func decode(raw []byte, v any) error {
	if err := shape(raw); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v, json.RejectUnknownMembers(true)); err != nil {
		return decodeError(err)
	}
	return nil
}

// shape bounds what the document may cost to read.
func shape(raw []byte) error {
	text := bytes.TrimLeft(raw, " \t\r\n")
	if len(text) == 0 || text[0] != '{' {
		return refuse(errSyntax, "want one JSON object")
	}
	depth, elements := 0, 1
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			end := stringEnd(raw, i+1)
			if end-i > maxString {
				return refuse(errSyntax, fmt.Sprintf("the string at byte %d has more than %d bytes", i, maxString))
			}
			i = end
		case '{', '[':
			if depth++; depth > maxDepth {
				return refuse(errSyntax, fmt.Sprintf("nested deeper than %d at byte %d", maxDepth, i))
			}
		case '}', ']':
			depth--
		case ',':
			if elements++; elements > maxElements {
				return refuse(errTooLarge, fmt.Sprintf("more than %d values", maxElements))
			}
		}
	}
	return nil
}

// stringEnd returns the place of the quote that ends the string whose text
// begins at i, or the end of raw.
func stringEnd(raw []byte, i int) int {
	for ; i < len(raw); i++ {
		n := bytes.IndexByte(raw[i:], '"')
		if n < 0 {
			return len(raw)
		}
		i += n
		escapes := 0
		for raw[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return i
}

// decodeError says in a client's words what is wrong with its document.
func decodeError(err error) error {
	var meaning *json.SemanticError
	if errors.As(err, &meaning) && meaning.JSONPointer == "" {
		return refuse(errSyntax, "want one JSON object")
	}
	if errors.As(err, &meaning) {
		return refuseField(string(meaning.JSONPointer), meaningOf(meaning))
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		detail := fmt.Sprintf("%v at byte %d", syntax.Err, syntax.ByteOffset)
		if syntax.JSONPointer == "" {
			return refuse(errSyntax, detail)
		}
		return refuse(errSyntax, detail, FieldError{Field: string(syntax.JSONPointer), Detail: syntax.Err.Error()})
	}
	return refuse(errSyntax, "cannot be read")
}

func meaningOf(e *json.SemanticError) string {
	var key *gs1.Error
	switch {
	case errors.Is(e.Err, json.ErrUnknownName):
		return "no such field; there are " + strings.Join(fieldNames(e.GoType), ", ")
	case errors.As(e.Err, &key):
		return fmt.Sprintf("%s at byte %d", key.Reason, key.At)
	case e.GoType == reflect.TypeFor[time.Time]():
		return custody.TimeForm
	case e.GoType == reflect.TypeFor[int]() || e.GoType == reflect.TypeFor[int64](), e.GoType == reflect.TypeFor[float64]():
		return "want a number" + ofType(e)
	case e.Err != nil && e.JSONKind == '"':
		return e.Err.Error()
	}
	return "want " + kindName(e.GoType) + ofType(e)
}

// fieldNames returns the names of the fields of a document.
func fieldNames(t reflect.Type) []string {
	var names []string
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return []string{"none"}
	}
	for _, f := range reflect.VisibleFields(t) {
		if name := jsonName(f); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// jsonName returns the name of a struct's field in JSON, "" where it has none.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if f.Anonymous || !f.IsExported() || name == "-" {
		return ""
	}
	return name
}

func ofType(e *json.SemanticError) string {
	if len(e.JSONValue) > 0 && e.JSONKind == '0' && len(e.JSONValue) <= 40 {
		return ", not " + string(e.JSONValue)
	}
	return ", not a JSON " + e.JSONKind.String()
}

// kindName says in JSON's words what a Go type is written as.
func kindName(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return "another value"
	}
	if _, ok := reflect.PointerTo(t).MethodByName("UnmarshalText"); ok {
		return "a string"
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a string"
	}
	return "a " + strings.ToLower(t.Kind().String())
}

package catalog_test

import (
	"encoding"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"waymark/internal/catalog"
	"waymark/ledger/event"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestSchema holds every payload's fields against testdata/schema.txt, so that
// a payload cannot change without its version, and its upcaster, being thought
// of.
func TestSchema(t *testing.T) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(catalog.Events)) {
		d := catalog.Events[name]
		fmt.Fprintf(&b, "%s@%d\n", name, d.Version())
		fields(&b, "\t", reflect.TypeOf(d.Zero()))
	}
	const file = "testdata/schema.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("payloads have changed: give the type an upcaster, then run go test -update (-want +got):\n%s", diff)
	}
}

// fields writes the JSON members of t and of the structs within it.
func fields(b *strings.Builder, indent string, t reflect.Type) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() {
			fmt.Fprintf(b, "%s%s %s\n", indent, f.Tag.Get("json"), f.Type)
			fields(b, indent+"\t", f.Type)
		}
	}
}

// TestPast decodes a payload of every version that was ever written, from
// testdata/past: one file each, named by the stored type.
func TestPast(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(catalog.Events)) {
		d := catalog.Events[name]
		for version := 1; version <= d.Version(); version++ {
			stored := fmt.Sprintf("%s@%d", name, version)
			t.Run(stored, func(t *testing.T) {
				data, err := os.ReadFile("testdata/past/" + stored + ".json")
				if err != nil {
					t.Fatalf("keep one payload as it was written: %v", err)
				}
				v, err := catalog.Events.Decode(event.Event{ID: uuid.Max, Type: stored, Data: data})
				if err != nil {
					t.Fatal(err)
				}
				again, err := json.Marshal(v, json.Deterministic(true))
				if err != nil {
					t.Fatal(err)
				}
				w, err := catalog.Events.Decode(event.Event{ID: uuid.Max, Type: fmt.Sprintf("%s@%d", name, d.Version()), Data: again})
				if err != nil || !reflect.DeepEqual(v, w) {
					t.Errorf("decoded and encoded it is %s, which decodes to %+v (%v), want %+v", again, w, err, v)
				}
			})
		}
	}
}

func TestNewerVersion(t *testing.T) {
	for name, d := range catalog.Events {
		stored := fmt.Sprintf("%s@%d", name, d.Version()+1)
		if _, err := catalog.Events.Decode(event.Event{ID: uuid.Max, Type: stored, Data: []byte("{}")}); err == nil {
			t.Errorf("%s of a newer program is decoded, want an error", stored)
		}
	}
}

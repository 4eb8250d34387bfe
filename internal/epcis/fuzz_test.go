package epcis_test

import (
	"os"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"waymark/internal/epcis"
)

// FuzzDecode decodes what it is given, and what it accepts it must read back
// the same: from the bytes received, and from the fields alone.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(head + object(`"example:x":{"a":[1,null,"\u0000"]},"eventID":"urn:x:1"`) + tail))
	f.Add([]byte(head + `{"type":"AggregationEvent",` + when + `,"action":"ADD","parentID":"urn:x:y","childQuantityList":[{"epcClass":"urn:x:z","quantity":1.50}]}` + tail))
	f.Add([]byte(head + object(`"sensorElementList":[{"sensorReport":[{"type":"gs1:Temperature","value":-0.0,"booleanValue":true}]}],"bizStep":"cbv:BizStep-packing"`) + tail))
	if _, err := os.Stat(testdata); err == nil {
		for _, data := range documents(f, "gs1-epcis") {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, faults := epcis.Decode(data, epcis.Limits{})
		for _, fault := range faults {
			if fault.Line < 1 || fault.Column < 1 || !utf8.ValidString(fault.Error()) {
				t.Fatalf("fault %q", fault.Error())
			}
		}
		for _, e := range d.Events {
			e.Hash()
		}
		for _, e := range d.Good(faults) {
			same(t, e)
		}
	})
}

func same(t *testing.T, e *epcis.Event) {
	canonical, err := e.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range [][]byte{e.AppendJSON(nil), canonical} {
		back, faults := epcis.DecodeEvent(raw, e.Context, epcis.Limits{})
		if faults != nil {
			t.Fatalf("%s\n%v", raw, faults)
		}
		if diff := cmp.Diff(e, back, fields); diff != "" && string(raw) != string(canonical) {
			t.Fatalf("%s\n%s", raw, diff)
		}
		if !epcis.Equal(e, back) {
			t.Fatalf("canonical form changes from\n%s\nto that of\n%s", canonical, raw)
		}
	}
	made := *e
	made.Raw = nil
	text := made.AppendJSON(nil)
	back, faults := epcis.DecodeEvent(text, e.Context, epcis.Limits{})
	if faults != nil {
		t.Fatalf("%s\n%v", text, faults)
	}
	if diff := cmp.Diff(e, back, fields); diff != "" {
		t.Fatalf("%s\n%s", text, diff)
	}
}

package custody_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waymark/internal/custody"
	"waymark/internal/epcis"
	"waymark/ledger/event"
)

// captured is an EPCIS event that packs two units, and takes it back where void.
func captured(void bool) string {
	declared := ""
	if void {
		declared = `,"errorDeclaration":{"declarationTime":"2026-01-03T00:00:00Z"}`
	}
	return `{"capture":"c","index":0,"context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"event":` +
		`{"type":"AggregationEvent","eventID":"urn:uuid:5b0c1f5e-6a53-5d0c-9f0b-6f3b7b1d0a42","eventTime":"2026-01-02T12:00:00Z","eventTimeZoneOffset":"+00:00","action":"ADD","bizStep":"packing",` +
		`"parentID":"urn:epc:id:sscc:9521234.0123456789","childEPCs":["urn:epc:id:sgtin:9521234.100001.1","urn:epc:id:sgtin:9521234.100001.2"]` + declared + `}}`
}

// sealedEvents have, each, the hash of all that it said under a schema when that
// was new. It must say the same for ever: a changed hash here means that sealed
// ledgers could not be opened any more. Add a schema instead.
var sealedEvents = []struct {
	schema    byte
	typ, data string
	facts     int
	want      string
}{
	{1, "hop.recorded@1", `{"id":"h","time":"2026-01-02T12:00:00Z","step":"shipping","items":["(01)09521234100010(21)1","(01)09521234100010(21)2"],"site":"9521234000013","to":"9522009000016","order":"O1","asn":"A1"}`, 2, "1cb715e8f9ee6d69"},
	{1, "hop.recorded@1", `{"id":"p","time":"2026-01-02T13:00:00Z","step":"packing","items":["(01)09521234100010(21)1"],"parent":"(00)095212340123456780","site":"9521234000013"}`, 2, "d6ae3024911f66c9"},
	{1, "observation.recorded@1", `{"id":"o","time":"2026-02-02T12:00:00Z","item":"(01)09521234100010(21)1","kind":"inspection","country":"AU","subdivision":"AU-NSW","lat":-33.9,"lon":151.2,"accuracy_m":1500,"source":"gps","device_hash":"d","venue":"v","reporter":"r"}`, 1, "39fec1394476d41f"},
	{1, "asn.announced@1", `{"id":"A1","order":"O1","from":"9521234000013","to":"9522009000016","items":["(01)09521234100010(21)1"],"date":"2026-01-01"}`, 1, "e39347aa90c70752"},
	{1, "epcis.captured@1", captured(false), 3, "75bce3f741b467f8"},
	{1, "epcis.captured@1", captured(true), 3, "c788bbe49ae8960f"},
	{1, "partner.registered@1", `{}`, 0, "e3b0c44298fc1c14"},
}

func TestSealedStaysAsItIs(t *testing.T) {
	for i, tt := range sealedEvents {
		facts, err := custody.Sealed(tt.schema, event.Event{Type: tt.typ, Data: []byte(tt.data)})
		if err != nil {
			t.Errorf("%d, %s: %v", i, tt.typ, err)
			continue
		}
		h := sha256.New()
		for _, f := range facts {
			fmt.Fprintf(h, "%s %x\n", f.Item, f.Content)
			if _, _, err := custody.ReadSealed(f.Content); err != nil {
				t.Errorf("%d, %s: %v", i, tt.typ, err)
			}
		}
		if got := hex.EncodeToString(h.Sum(nil)[:8]); got != tt.want || len(facts) != tt.facts {
			t.Errorf("%d, %s: %d facts with hash %s, want %d with %s", i, tt.typ, len(facts), got, tt.facts, tt.want)
		}
	}
}

func TestSealedTellsWhatHopsTell(t *testing.T) {
	h := custody.Hop{ID: "p", Time: noon.Add(time.Hour), Step: custody.Packing, Items: nil, Parent: unit(t, "carton"), Site: 9521234000013}
	h.Items = append(h.Items, unit(t, "1"), unit(t, "2"))
	e, err := custody.HopRecorded.New([16]byte{1}, h, nil)
	if err != nil {
		t.Fatal(err)
	}
	e.Value = nil
	facts, err := custody.Sealed(custody.SealedSchema, e)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range h.Facts() {
		got, void, err := custody.ReadSealed(facts[i].Content)
		if err != nil || void || facts[i].Item != want.Item || got != *want.Fact {
			t.Errorf("fact %d is sealed as %s, void %v, %v:\n%s", i, facts[i].Item, void, err, cmp.Diff(*want.Fact, got))
		}
	}
	if _, err := custody.Sealed(custody.SealedSchema+1, e); err == nil {
		t.Error("a schema that is not known is taken")
	}
	_ = epcis.CapturedType
}

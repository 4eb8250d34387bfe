package custody_test

import (
	"fmt"
	"slices"
	"testing"

	"waymark/internal/custody"
	"waymark/internal/epcis"
)

// TestEventFacts tells what EPCIS events say of their objects.
func TestEventFacts(t *testing.T) {
	const u1, u2, c = "https://id.gs1.org/01/09521234100010/21/1", "urn:epc:id:sgtin:9521234.010001.2", "https://id.gs1.org/01/19521234100017/21/7"
	const head = `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-02T12:00:00Z","epcisBody":{"eventList":[`
	for _, tc := range []struct {
		name, event string
		want        []string
	}{
		{"object", `{"type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping","eventID":"urn:uuid:d9a1e3b0-6f0e-4c64-9d0c-0d4f3f6f0a01","eventTime":"2026-01-02T12:00:00Z","eventTimeZoneOffset":"+00:00","epcList":["` + u1 + `"],
			"readPoint":{"id":"https://id.gs1.org/414/9521234000013"},"destinationList":[{"type":"location","destination":"https://id.gs1.org/414/9522009000016"}],
			"bizTransactionList":[{"type":"po","bizTransaction":"urn:epc:id:gdti:9521234.00001.O1"},{"type":"desadv","bizTransaction":"urn:epcglobal:cbv:bt:9521234000013:A1"}]}`,
			[]string{"(01)09521234100010(21)1 link=0 shipping at=9521234000013 to=9522009000016 asn=A1"}},
		{"made", `{"type":"ObjectEvent","action":"ADD","eventTime":"2026-01-02T12:00:00Z","eventTimeZoneOffset":"+00:00","epcList":["` + u1 + `"]}`,
			[]string{"(01)09521234100010(21)1 link=0 commissioning at=0000000000000 to=0000000000000 asn="}},
		{"packed", `{"type":"AggregationEvent","action":"ADD","bizStep":"packing","eventTime":"2026-01-02T12:00:00Z","eventTimeZoneOffset":"+00:00","parentID":"` + c + `","childEPCs":["` + u1 + `"]}`,
			[]string{"(01)09521234100010(21)1 link=1 packing at=0000000000000 to=0000000000000 asn=", "(01)19521234100017(21)7 link=3 packing at=0000000000000 to=0000000000000 asn="}},
		{"emptied", `{"type":"AggregationEvent","action":"DELETE","bizStep":"unpacking","eventTime":"2026-01-02T12:00:00Z","eventTimeZoneOffset":"+00:00","parentID":"` + c + `"}`,
			[]string{"(01)19521234100017(21)7 link=4 unpacking at=0000000000000 to=0000000000000 asn="}},
		{"transformed", `{"type":"TransformationEvent","eventTime":"2026-01-02T12:00:00Z","eventTimeZoneOffset":"+00:00","inputEPCList":["` + u1 + `"],"outputEPCList":["` + u2 + `"]}`,
			[]string{"(01)09521234100010(21)1 link=0  at=0000000000000 to=0000000000000 asn= ended", "(01)09521234100010(21)2 link=0 commissioning at=0000000000000 to=0000000000000 asn="}},
		{"another code", `{"type":"AssociationEvent","action":"ADD","eventTime":"2026-01-02T12:00:00Z","eventTimeZoneOffset":"+00:00","parentID":"` + u1 + `","childEPCs":["https://id.gs1.org/01/09521234100010/21/COVERT"]}`,
			[]string{"(01)09521234100010(21)1 link=6  at=0000000000000 to=0000000000000 asn=", "(01)09521234100010(21)COVERT link=5  at=0000000000000 to=0000000000000 asn="}},
	} {
		doc, faults := epcis.Decode([]byte(head+tc.event+`]}}`), epcis.Limits{})
		if len(faults) > 0 {
			t.Errorf("%s: %v", tc.name, faults)
			continue
		}
		var got []string
		for _, f := range custody.EventFacts(doc.Events[0]) {
			line := fmt.Sprintf("%s link=%d %s at=%s to=%s asn=%s", f.Item.ElementString(), f.Fact.Link, f.Fact.Step, f.Fact.Site, f.Fact.To, f.Fact.ASN)
			if f.Fact.Ended {
				line += " ended"
			}
			got = append(got, line)
		}
		slices.Sort(got)
		slices.Sort(tc.want)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n got %q\nwant %q", tc.name, got, tc.want)
		}
	}
}

// A hop and an EPCIS event of one UUID are one event.
func TestEventID(t *testing.T) {
	const uuid = "d9a1e3b0-6f0e-4c64-9d0c-0d4f3f6f0a01"
	for in, want := range map[string]string{"urn:uuid:" + uuid: uuid, "ni:///sha-256;00?ver=CBV2.0": "ni:///sha-256;00?ver=CBV2.0", "urn:uuid:x": "urn:uuid:x"} {
		if got := custody.EventID(&epcis.Event{EventID: in}); got != want {
			t.Errorf("event %s is known as %q, want %q", in, got, want)
		}
	}
}

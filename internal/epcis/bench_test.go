package epcis_test

import (
	"fmt"
	"strings"
	"testing"

	"waymark/internal/epcis"
)

// shipments returns a document of n events with k units each.
func shipments(n, k int) []byte {
	var b strings.Builder
	b.WriteString(`{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",` +
		`"schemaVersion":"2.0","creationDate":"2026-11-24T10:15:30.000+08:00","epcisBody":{"eventList":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"type":"ObjectEvent","eventID":"urn:uuid:8d4e1a5c-0000-4000-8000-%012d","eventTime":"2026-11-24T10:%02d:%02d.%03d+08:00",`+
			`"eventTimeZoneOffset":"+08:00","epcList":[`, i, i/60%60, i%60, i%1000)
		for j := range k {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"https://id.gs1.org/01/09521234100010/21/%012d"`, i*k+j)
		}
		b.WriteString(`],"action":"OBSERVE","bizStep":"shipping","disposition":"in_transit",` +
			`"readPoint":{"id":"https://id.gs1.org/414/9521234000013"},"bizLocation":{"id":"https://id.gs1.org/414/9521234000013"},` +
			`"bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9521234000013:PO1"}],` +
			`"sourceList":[{"type":"owning_party","source":"https://id.gs1.org/417/9521234000013"}],` +
			`"destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/9521001000017"}]}`)
	}
	b.WriteString(`]}}`)
	return []byte(b.String())
}

func BenchmarkDecode(b *testing.B) {
	for _, size := range [][2]int{{1, 1}, {1, 100}, {1000, 1}, {1000, 10}} {
		data := shipments(size[0], size[1])
		b.Run(fmt.Sprintf("events=%d/units=%d", size[0], size[1]), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, faults := epcis.Decode(data, epcis.Limits{}); faults != nil {
					b.Fatal(faults)
				}
			}
		})
	}
}

func BenchmarkHash(b *testing.B) {
	for _, units := range []int{1, 10} {
		d, _ := epcis.Decode(shipments(1, units), epcis.Limits{})
		b.Run(fmt.Sprintf("units=%d", units), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Events[0].Hash()
			}
		})
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	d, _ := epcis.Decode(shipments(1, 10), epcis.Limits{})
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = d.Events[0].AppendJSON(buf[:0])
	}
}

// BenchmarkParseCaptured reads one event of the ledger again.
func BenchmarkParseCaptured(b *testing.B) {
	d, _ := epcis.Decode(shipments(1, 1), epcis.Limits{})
	c := epcis.NewCaptured("job-1", 0, d.Events[0], true)
	b.SetBytes(int64(len(c.Event)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Parse(); err != nil {
			b.Fatal(err)
		}
	}
}

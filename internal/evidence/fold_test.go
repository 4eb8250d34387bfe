package evidence_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"waymark/internal/custody"
	"waymark/internal/evidence"
	"waymark/internal/gs1"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/seal"
)

const (
	unit   = "(01)09521234100010(21)1"
	box    = "(01)19521234100017(21)C"
	pallet = "(00)095212340123456780"
)

func item(t testing.TB, s string) gs1.Item {
	t.Helper()
	it, err := gs1.ParseItem(s)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// statement returns what a proof of these hops would show of all their items.
func statement(t testing.TB, hops ...string) seal.Statement {
	t.Helper()
	var s seal.Statement
	at := map[string]int{}
	for i, h := range hops {
		e := event.Event{Type: "hop.recorded@1", Data: []byte(h)}
		if strings.HasPrefix(h, `{"capture"`) {
			e.Type = "epcis.captured@1"
		}
		facts, err := evidence.Facts(custody.SealedSchema, ledger.Recorded{Event: e, Position: ledger.Position(i + 1)})
		if err != nil {
			t.Fatal(err)
		}
		for n, f := range facts {
			k, ok := at[f.Stream]
			if !ok {
				k = len(s.Streams)
				at[f.Stream] = k
				s.Streams = append(s.Streams, seal.Proven{Stream: f.Stream})
			}
			p := &s.Streams[k]
			p.Count++
			p.Facts = append(p.Facts, seal.ProvenFact{Leaf: seal.Leaf{Index: uint64(i), Recorded: 1_772_500_000_000}, Fact: uint32(n + 1), Content: f.Content})
		}
	}
	return s
}

func hop(id string, day int, step, site, more string, items ...string) string {
	return fmt.Sprintf(`{"id":%q,"time":%q,"step":%q,"site":%q%s,"items":["%s"]}`,
		id, time.Date(2026, 3, day, 8, 0, 0, 0, time.UTC).Format(time.RFC3339), step, site, more, strings.Join(items, `","`))
}

var journey = []string{
	hop("m", 1, "commissioning", "9521234000006", "", unit),
	hop("p", 2, "packing", "9521234000006", `,"parent":"`+box+`"`, unit),
	hop("q", 3, "packing", "9521234000006", `,"parent":"`+pallet+`"`, box),
	hop("r", 6, "receiving", "9521234000013", "", pallet),
	hop("s", 5, "shipping", "9521234000006", `,"to":"9521234000013"`, pallet), // late
	hop("r", 6, "receiving", "9521234000013", "", pallet),                     // again
}

func TestFold(t *testing.T) {
	w, err := evidence.Fold(statement(t, journey...), item(t, unit))
	if err != nil || !w.Complete() || len(w.Unused) > 0 {
		t.Fatalf("%v: %+v", err, w)
	}
	var steps []string
	for _, s := range w.Steps {
		steps = append(steps, fmt.Sprintf("%s@%d", s.Step, s.Index))
	}
	if got, want := strings.Join(steps, " "), "commissioning@0 packing@1 packing@2 shipping@4 receiving@3"; got != want {
		t.Errorf("the way is %s, want %s", got, want)
	}
	if got, want := w.Standing(), "it was at 9521234000013 since 2026-03-06 08:00:00 UTC, in "+box; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestWithheld leaves out one stream or one fact of a container at a time: the
// way is never complete then, and says whose facts are missing.
func TestWithheld(t *testing.T) {
	all := statement(t, journey...)
	for k, p := range all.Streams {
		left := all
		left.Streams = append(append([]seal.Proven{}, all.Streams[:k]...), all.Streams[k+1:]...)
		part := all
		part.Streams = append([]seal.Proven{}, all.Streams...)
		part.Streams[k].Facts = p.Facts[1:]
		for what, s := range map[string]seal.Statement{"left out": left, "shown in part": part} {
			w, err := evidence.Fold(s, item(t, unit))
			if err != nil || w.Complete() || evidence.Stream(w.Missing[0]) != p.Stream || !strings.Contains(w.String(), "not complete: the proof does not show all of ") {
				t.Errorf("%s %s: %v\n%v", p.Stream, what, err, w)
			}
		}
	}
}

// TestTakenBack folds an event that was declared an error.
func TestTakenBack(t *testing.T) {
	captured := func(n int, declared string) string {
		return fmt.Sprintf(`{"capture":"c","index":%d,"context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"event":`+
			`{"type":"ObjectEvent","eventID":"urn:uuid:5b0c1f5e-6a53-5d0c-9f0b-6f3b7b1d0a42","eventTime":"2026-03-09T12:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"destroying",`+
			`"epcList":["urn:epc:id:sgtin:9521234.010001.1"]%s}}`, n, declared)
	}
	it := item(t, "urn:epc:id:sgtin:9521234.010001.1")
	made := hop("m", 1, "commissioning", "9521234000006", "", it.ElementString())
	void := captured(1, `,"errorDeclaration":{"declarationTime":"2026-03-10T00:00:00Z"}`)
	for name, tt := range map[string]struct {
		events []string
		want   string
	}{
		"destroyed":                  {[]string{made, captured(0, "")}, "it was destroyed on 2026-03-09"},
		"taken back":                 {[]string{made, captured(0, ""), void}, "it was at 9521234000006"},
		"taken back before it came":  {[]string{made, void, captured(0, "")}, "it was at 9521234000006"},
		"taken back, and sent again": {[]string{made, captured(0, ""), void, captured(0, "")}, "it was at 9521234000006"},
	} {
		w, err := evidence.Fold(statement(t, tt.events...), it)
		if err != nil || !strings.HasPrefix(w.Standing(), tt.want) {
			t.Errorf("%s: %v %q, want %q", name, err, w.Standing(), tt.want)
		}
	}
	if _, err := evidence.Fold(seal.Statement{Streams: []seal.Proven{{Stream: evidence.Stream(it), Count: 1, Facts: []seal.ProvenFact{{Content: []byte("x")}}}}}, it); err == nil {
		t.Error("a fact that cannot be read is passed over")
	}
}

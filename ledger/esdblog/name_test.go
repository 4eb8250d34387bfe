package esdblog

import (
	"bytes"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"pgregory.net/rapid"

	"waymark/ledger/event"
)

// Every name has one of its own in the cluster, and comes back from there.
func TestName(t *testing.T) {
	for name, want := range map[string]string{"wm-c-1": "wm-c-1", "wm-": "wm-", "s": "wm-=s", "": "wm-=", "wm-=s": "wm-=wm-=s", "=": "wm-=="} {
		if got := prefix("wm-").stored(name); got != want {
			t.Errorf("%q is stored as %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := prefix(rapid.SampledFrom([]string{"wm-", "other-"}).Draw(t, "prefix"))
		name := rapid.SampledFrom([]string{"", "wm-", "=", "wm-="}).Draw(t, "begin") + rapid.String().Draw(t, "name")
		if got, ok := p.name(p.stored(name)); !ok || got != name {
			t.Errorf("%q is stored as %q and comes back as %q", name, p.stored(name), got)
		}
	})
	if name, ok := prefix("wm-").name("wn-1"); ok {
		t.Errorf("another's stream is %q", name)
	}
}

// Data comes back as it was, whatever it is.
func TestPack(t *testing.T) {
	unpack := func(d esdb.EventData) ([]byte, error) {
		e := &esdb.RecordedEvent{Data: d.Data, ContentType: "application/octet-stream"}
		if d.ContentType == esdb.ContentTypeJson {
			e.ContentType = "application/json"
		}
		data, _, err := unpacked(e)
		return data, err
	}
	rapid.Check(t, func(t *rapid.T) {
		data := bytes.Repeat(rapid.SliceOf(rapid.Byte()).Draw(t, "data"), rapid.IntRange(1, 200).Draw(t, "times"))
		got, err := unpack(packed(event.Event{Data: data}))
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d B came back as %d, %v", len(data), len(got), err)
		}
	})
	if d := packed(event.Event{Data: []byte(`{"a":1}`)}); d.ContentType != esdb.ContentTypeJson || string(d.Data) != `{"a":1}` {
		t.Errorf("short JSON is stored as %q", d.Data)
	}
	for _, bad := range [][]byte{{}, {7, 1}, {packedZstd, 1, 2}} {
		if got, err := unpack(esdb.EventData{Data: bad, ContentType: esdb.ContentTypeBinary}); err == nil {
			t.Errorf("%x is unpacked to %x", bad, got)
		}
	}
}

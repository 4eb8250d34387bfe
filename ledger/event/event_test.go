package event_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"waymark/ledger/event"
)

type hop struct {
	Site string `json:"site"`
	Step string `json:"step"`
}

var id = uuid.MustParse("d9a1e3b0-6f0e-4c64-9d0c-0d4f3f6f0a01")

// Payloads written under older versions read as today's: each upcaster lifts
// one version, and their number is the version.
func TestUpcast(t *testing.T) {
	typ := event.Define[hop]("hop", event.Rename("place", "site"), event.Default("step", "other"), event.Drop("operator"))
	if typ.Version() != 4 || typ.Stored() != "hop@4" {
		t.Fatalf("type is %s, version %d, want hop@4", typ.Stored(), typ.Version())
	}
	catalog := event.NewCatalog(typ)
	for stored, data := range map[string]string{
		"hop@1": `{"place":"A","operator":"x"}`,
		"hop@2": `{"site":"A","operator":"x"}`,
		"hop@3": `{"site":"A","step":"other","operator":"x"}`,
		"hop@4": `{"site":"A","step":"other"}`,
	} {
		got, err := catalog.Decode(event.Event{ID: id, Type: stored, Data: []byte(data)})
		if err != nil || got != (hop{"A", "other"}) {
			t.Errorf("%s reads as %+v, %v, want site A, step other", stored, got, err)
		}
	}
}

func TestDecodeFaults(t *testing.T) {
	catalog := event.NewCatalog(event.Define[hop]("hop"))
	for _, c := range []struct{ stored, data, want string }{
		{"hop@2", `{}`, "schema version 2, want 1 to 1"},
		{"hop@0", `{}`, "schema version 0"},
		{"hop", `{}`, "unknown type"},
		{"hop@x", `{}`, "unknown type"},
		{"hip@1", `{}`, "unknown type"},
		{"hop@1", `{"site":`, "hop@1"},
		{"hop@1", `{"site":"A","site":"B"}`, "duplicate"},
	} {
		_, err := catalog.Decode(event.Event{ID: id, Type: c.stored, Data: []byte(c.data)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: error %v, want one that says %q", c.stored, c.data, err, c.want)
		}
	}
}

// What was received is kept as it was; a value at hand is not decoded again.
func TestNewKeepsWhatWasReceived(t *testing.T) {
	typ := event.Define[hop]("hop")
	raw := []byte(` { "site" : "A" } `)
	e, err := typ.New(id, hop{Site: "A"}, raw)
	if err != nil || string(e.Data) != string(raw) {
		t.Errorf("data is %q, %v, want the bytes received", e.Data, err)
	}
	e.Data = []byte("not JSON")
	if v, err := event.NewCatalog(typ).Decode(e); err != nil || v != (hop{Site: "A"}) {
		t.Errorf("an event with its value reads as %+v, %v", v, err)
	}
	made, err := typ.New(id, hop{"A", "shipping"}, nil)
	if err != nil || string(made.Data) != `{"site":"A","step":"shipping"}` {
		t.Errorf("data made from the value is %s, %v", made.Data, err)
	}
}

func TestCatalogRefusesTwoOfAName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two types of one name make a catalog")
		}
	}()
	event.NewCatalog(event.Define[hop]("hop"), event.Define[int]("hop"))
}

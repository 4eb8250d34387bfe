package ledger_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
)

// The ids are on disk: another derivation would record every capture twice.
func TestDerivedNames(t *testing.T) {
	capture := ledger.CaptureID("scan-1")
	for _, c := range []struct{ what, got, want string }{
		{"CaptureID", capture.String(), "da5830cc-c36c-5c56-a16a-64a6ea453e90"},
		{"EventID", ledger.EventID(capture, 0, []byte("content")).String(), "99cb6b29-4d9d-50ce-b831-5f99b0cc609f"},
		{"CaptureStream", ledger.CaptureStream(uuid.MustParse("0f8fad5b-d9cb-469f-a165-70867728950e")), "wm-c-0f8fad5b-d9cb-469f-a165-70867728950e"},
		{"AggregateStream", ledger.AggregateStream("partner", "hanoi"), "wm-partner-hanoi"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %s, want %s", c.what, c.got, c.want)
		}
	}
}

// What Validate passes an engine takes, and nothing else.
func FuzzValidate(f *testing.F) {
	f.Add("wm-c-1", int64(-1), "t@1", 10)
	f.Add("$s", int64(0), "", 300_000)
	f.Add("\xff", int64(-2), "$", 0)
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = log.Close() })
	f.Fuzz(func(t *testing.T, stream string, at int64, kind string, size int) {
		e := event.Event{ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(stream)), Type: kind, Data: make([]byte, size&(1<<19-1))}
		invalid := ledger.Validate(stream, ledger.Expected(at), []event.Event{e})
		if invalid != nil && !errors.Is(invalid, ledger.ErrInvalid) && !errors.Is(invalid, ledger.ErrTooLarge) {
			t.Fatalf("Validate: %v", invalid)
		}
		_, err := log.Append(t.Context(), stream, ledger.Expected(at), e)
		if refused := errors.Is(err, ledger.ErrInvalid) || errors.Is(err, ledger.ErrTooLarge); refused != (invalid != nil) {
			t.Fatalf("Validate: %v, Append: %v", invalid, err)
		}
	})
}

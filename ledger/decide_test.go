package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
)

var spent = event.Define[int]("spent")

// Thirty writers spend one unit each of twenty. However their appends cross,
// the account is never overdrawn.
func TestDecideNeverOverspends(t *testing.T) {
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	errEmpty := errors.New("empty")
	count := func(n int, _ ledger.Recorded) (int, error) { return n + 1, nil }
	var paid, refused sync.Map
	var all sync.WaitGroup
	for writer := range 30 {
		all.Go(func() {
			_, err := ledger.Decide(context.Background(), log, "wm-account-1", count, func(n int) ([]event.Event, error) {
				if n >= 20 {
					return nil, errEmpty
				}
				e, err := spent.New(uuid.NewSHA1(uuid.Nil, fmt.Append(nil, writer)), 1, nil)
				return []event.Event{e}, err
			})
			switch {
			case err == nil:
				paid.Store(writer, true)
			case errors.Is(err, errEmpty):
				refused.Store(writer, true)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if p, r := size(&paid), size(&refused); p != 20 || r != 10 {
		t.Errorf("%d spent and %d were refused, want 20 and 10", p, r)
	}
}

func size(m *sync.Map) (n int) {
	m.Range(func(any, any) bool { n++; return true })
	return n
}

// Nothing to do is no append: the receipt is of what the stream holds.
func TestDecideNothing(t *testing.T) {
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	e, _ := spent.New(uuid.NewSHA1(uuid.Nil, nil), 1, nil)
	first, err := log.Append(context.Background(), "wm-account-1", ledger.NoStream, e)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ledger.Decide(context.Background(), log, "wm-account-1",
		func(n int, _ ledger.Recorded) (int, error) { return n + 1, nil },
		func(int) ([]event.Event, error) { return nil, nil })
	if err != nil || !got.Duplicate || got.Position != first.Position {
		t.Errorf("receipt is %+v, %v, want %+v as a duplicate", got, err, first)
	}
}

func TestCaptureID(t *testing.T) {
	const u = "d9a1e3b0-6f0e-4c64-9d0c-0d4f3f6f0a01"
	if got := ledger.CaptureID(u).String(); got != u {
		t.Errorf("capture of a UUID is %s, want itself", got)
	}
	ids := map[uuid.UUID]string{}
	for _, s := range []string{u, "{" + u + "}", "urn:uuid:" + u, "scan-1", "scan-2", uuid.Nil.String(), ""} {
		id := ledger.CaptureID(s)
		if other, taken := ids[id]; taken || id == uuid.Nil {
			t.Errorf("captures %q and %q are one, %s", s, other, id)
		}
		ids[id] = s
	}
}

// An event's id follows from its capture, its place and its content.
func TestEventID(t *testing.T) {
	c := ledger.CaptureID("scan-1")
	ids := map[uuid.UUID]bool{}
	for _, id := range []uuid.UUID{
		ledger.EventID(c, 0, []byte("a")), ledger.EventID(c, 0, []byte("b")), ledger.EventID(c, 1, []byte("a")),
		ledger.EventID(ledger.CaptureID("scan-2"), 0, []byte("a")),
	} {
		if ids[id] {
			t.Errorf("two events have the id %s", id)
		}
		ids[id] = true
	}
	if !ids[ledger.EventID(c, 0, []byte("a"))] {
		t.Error("the same event has two ids")
	}
}

package pebblelog_test

import (
	"context"
	"testing"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
)

func open(t testing.TB, o pebblelog.Options) *pebblelog.Log {
	t.Helper()
	l, err := pebblelog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestFirstSteps(t *testing.T) {
	for _, o := range []pebblelog.Options{{InMemory: true}, {Dir: t.TempDir() + "/a/b", Ballast: -1}} {
		l := open(t, o)
		ctx, cancel := context.WithCancel(t.Context())
		c, errf := l.Follow(ctx, 0)
		for i := range 100 {
			s, e := smallEvent(uint64(i+1), []byte("x"))
			e.Value = i
			rc, err := l.Append(ctx, s, ledger.NoStream, e)
			if err != nil || rc.Position != ledger.Position(i+1) {
				t.Fatal(rc, err)
			}
			rc2, err := l.Append(ctx, s, ledger.NoStream, e)
			if err != nil || !rc2.Duplicate || rc2.Position != rc.Position {
				t.Fatal(rc2, err)
			}
			for r, err := range l.Stream(ctx, s, 0, false) {
				if err != nil || r.ID != e.ID || string(r.Data) != "x" {
					t.Fatal(r, err)
				}
			}
		}
		n := 0
		for r, err := range l.All(ctx, 0, false) {
			n++
			if err != nil || r.Position != ledger.Position(n) {
				t.Fatal(r, err)
			}
		}
		for i := 0; i < n; {
			d := <-c
			if d.Kind == ledger.Appended {
				if d.Event.Value != i {
					t.Fatal(d)
				}
				i++
			}
		}
		cancel()
		for range c {
		}
		if errf() == nil {
			t.Fatal("no error")
		}
	}
}

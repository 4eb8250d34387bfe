package pebblelog_test

import (
	"errors"
	"os"
	"testing"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
)

// TestFresh: a log is begun anew only where nobody has it open.
func TestFresh(t *testing.T) {
	o := pebblelog.Options{Dir: t.TempDir() + "/ledger", Ballast: -1, LowSpace: -1}
	l := open(t, o)
	if err := appendNumber(t, l, 0); err != nil {
		t.Fatal(err)
	}
	fresh := o
	fresh.Fresh = true
	if _, err := pebblelog.Open(fresh); !errors.Is(err, pebblelog.ErrInUse) {
		t.Errorf("Open of a log that is open, fresh: %v", err)
	}
	if err := appendNumber(t, l, 1); err != nil {
		t.Errorf("Append after another process was kept out: %v", err)
	}
	last := l.Last()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if report, err := pebblelog.Check(o.Dir); err != nil || report.Last != last {
		t.Errorf("Check: %+v, %v; want position %d", report, err, last)
	}
	again := open(t, fresh)
	if again.ID() == l.ID() || again.Last() != 0 {
		t.Errorf("begun anew it is log %s of %d events, want another one of none", again.ID(), again.Last())
	}
	if err := appendNumber(t, again, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := pebblelog.Open(pebblelog.Options{Dir: o.Dir, ReadOnly: true, Fresh: true}); err == nil {
		t.Error("a log was opened both fresh and read-only")
	}
}

// TestReplaced: a log whose directory was deleted, and then made anew by
// somebody else, acknowledges nothing more and leaves the other one alone.
func TestReplaced(t *testing.T) {
	for _, act := range []string{"append", "look", "close"} {
		t.Run(act, func(t *testing.T) {
			exits := make(chan int, 10)
			o := pebblelog.Options{Dir: t.TempDir() + "/ledger", Ballast: -1, LowSpace: -1, Exit: func(code int) { exits <- code }}
			l, err := pebblelog.Open(o)
			if err != nil {
				t.Fatal(err)
			}
			if err := appendNumber(t, l, 0); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(o.Dir, o.Dir+".away"); err != nil {
				t.Fatal(err)
			}
			_ = os.Remove(o.Dir + ".position") // there may be none yet
			if err := os.Mkdir(o.Dir, 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(o.Dir+"/LOCK", nil, 0o640); err != nil { // somebody else's
				t.Fatal(err)
			}
			switch act {
			case "append":
				if err := appendNumber(t, l, 1); !errors.Is(err, ledger.ErrUnknown) || !errors.Is(err, pebblelog.ErrMoved) {
					t.Errorf("Append: %v", err)
				}
			case "look":
				l.Look(clock)
			}
			if act != "close" {
				if code := <-exits; code != pebblelog.ExitIO {
					t.Errorf("exit code %d, want %d", code, pebblelog.ExitIO)
				}
			}
			if err := l.Close(); !errors.Is(err, pebblelog.ErrMoved) {
				t.Errorf("Close: %v", err)
			}
			files, err := os.ReadDir(o.Dir)
			if err != nil || len(files) != 1 {
				t.Errorf("in the other directory are %v (%v), want its lock only", files, err)
			}
			if _, err := os.Stat(o.Dir + ".position"); err == nil {
				t.Error("a note was written beside the other directory")
			}
		})
	}
}

package pebblelog_test

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"waymark/ledger"
	"waymark/ledger/ledgertest"
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

func engine(options func(t *testing.T) pebblelog.Options) ledgertest.Engine {
	return ledgertest.Engine{New: func(t *testing.T) func() (ledger.Log, error) {
		o := options(t)
		return func() (ledger.Log, error) { return pebblelog.Open(o) }
	}}
}

func TestInMemory(t *testing.T) {
	ledgertest.TestLog(t, engine(func(*testing.T) pebblelog.Options {
		return pebblelog.Options{InMemory: true, FS: vfs.NewMem()}
	}))
}

// TestInMemorySmall makes the index and the tables so small that all that
// happens to a big log happens.
func TestInMemorySmall(t *testing.T) {
	ledgertest.TestLog(t, engine(func(*testing.T) pebblelog.Options {
		return pebblelog.Options{InMemory: true, FS: vfs.NewMem(), IndexBuffer: 7, MemTableSize: 256 << 10}
	}))
}

func TestOnDisk(t *testing.T) {
	e := engine(func(t *testing.T) pebblelog.Options {
		return pebblelog.Options{Dir: t.TempDir() + "/data/ledger", Ballast: 1 << 20, LowSpace: 1}
	})
	e.Slow = true
	ledgertest.TestLog(t, e)
}

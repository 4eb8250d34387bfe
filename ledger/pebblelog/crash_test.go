package pebblelog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
)

// A workload is writers that append to streams of their own, w<writer>-<n>,
// 1 + n%3 events each, and what they know.
type workload struct {
	acked [4]atomic.Int64 // appends, for each writer
	seen  atomic.Uint64   // the last position that a follower was given
}

func workloadStream(w, n int) string { return fmt.Sprintf("w%d-%d", w, n) }

func workloadEvents(w, n int) []event.Event {
	var es []event.Event
	for i := range 1 + n%3 {
		name := fmt.Sprintf("%d-%d-%d", w, n, i)
		es = append(es, event.Event{ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)), Type: "t@1", Data: []byte(strings.Repeat(name, 1+n%40))})
	}
	return es
}

// run appends from all writers, one append for each permit, until there are
// no more.
func (w *workload) run(t *testing.T, l ledger.Log, permits <-chan struct{}) {
	var wg sync.WaitGroup
	for i := range w.acked {
		wg.Go(func() {
			for n := 0; ; n++ {
				if _, ok := <-permits; !ok {
					return
				}
				if _, err := l.Append(context.Background(), workloadStream(i, n), ledger.NoStream, workloadEvents(i, n)...); err != nil {
					t.Error(err)
					return
				}
				w.acked[i].Store(int64(n + 1))
			}
		})
	}
	wg.Wait()
}

// An audit is what a log was found to hold: for each writer, its appends.
type audit [4]int

// auditLog reads the log and fails where an append is torn, a writer's append
// is missing before a later one, or positions have a gap.
func auditLog(t *testing.T, l *pebblelog.Log) audit {
	t.Helper()
	var a audit
	var want ledger.Position
	var stream string
	left := 0
	for r, err := range l.All(t.Context(), 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		if want++; r.Position != want {
			t.Fatalf("position %d follows %d", r.Position, want-1)
		}
		if left == 0 {
			w, n := parseStream(t, r.Stream)
			if n != a[w] || r.Revision != 0 {
				t.Fatalf("%s@%d at position %d: writer %d had appended %d times", r.Stream, r.Revision, r.Position, w, a[w])
			}
			a[w]++
			stream, left = r.Stream, 1+n%3
		}
		if r.Stream != stream {
			t.Fatalf("append to %s is torn by %s at position %d", stream, r.Stream, r.Position)
		}
		left--
	}
	if left != 0 || want != l.Last() {
		t.Fatalf("append to %s is torn: %d events are missing at position %d, the end is %d", stream, left, want, l.Last())
	}
	return a
}

func parseStream(t *testing.T, s string) (writer, n int) {
	t.Helper()
	w, rest, _ := strings.Cut(strings.TrimPrefix(s, "w"), "-")
	writer, err1 := strconv.Atoi(w)
	n, err2 := strconv.Atoi(rest)
	if err1 != nil || err2 != nil {
		t.Fatalf("stream %q", s)
	}
	return writer, n
}

// TestCrashClones crashes the machine at any moment: what was synced is there,
// and of all else any part.
func TestCrashClones(t *testing.T) {
	lives, clonesEach := 15, 24 // 360 crashes
	if testing.Short() || brief {
		lives = 3
	}
	for life := range lives {
		t.Run(fmt.Sprint(life), func(t *testing.T) {
			t.Parallel()
			crashClones(t, rand.New(rand.NewPCG(uint64(life), 7)), clonesEach)
		})
	}
}

func crashClones(t *testing.T, rng *rand.Rand, clones int) {
	fs := vfs.NewCrashableMem()
	o := pebblelog.Options{Dir: "data/ledger", FS: fs, Ballast: -1, IndexBuffer: 40, MemTableSize: 64 << 10, CacheSize: 1 << 20}
	l, err := pebblelog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var w workload
	deliveries, _ := l.Follow(t.Context(), 0)
	go func() {
		for d := range deliveries {
			w.seen.Store(uint64(d.At))
		}
	}()
	permits := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.run(t, l, permits)
	}()
	for range clones {
		for range rng.IntN(60) {
			permits <- struct{}{}
		}
		if rng.IntN(4) == 0 {
			l.Look(clock) // notes the high water, while appends run
		}
		var acked audit
		for i := range acked {
			acked[i] = int(w.acked[i].Load())
		}
		seen := ledger.Position(w.seen.Load())
		percent := []int{0, 0, 25, 50, 75, 100}[rng.IntN(6)]
		crashed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rng})
		afterCrash(t, o, crashed, acked, seen)
	}
	close(permits)
	<-done
}

// afterCrash opens what a crash left and holds it to what was acknowledged and
// seen before.
func afterCrash(t *testing.T, o pebblelog.Options, fs vfs.FS, acked audit, seen ledger.Position) {
	t.Helper()
	o.FS = fs
	l, err := pebblelog.Open(o)
	if err != nil {
		t.Fatalf("after a crash: %v", err)
	}
	if l.Last() < seen {
		t.Fatalf("a follower was given position %d, and the log ends at %d", seen, l.Last())
	}
	found := auditLog(t, l)
	for w := range acked {
		if found[w] < acked[w] {
			t.Fatalf("writer %d had %d appends acknowledged, %d are there", w, acked[w], found[w])
		}
		// The client does not know of the next one, and appends it again.
		rc, err := l.Append(t.Context(), workloadStream(w, acked[w]), ledger.NoStream, workloadEvents(w, acked[w])...)
		if err != nil || rc.Duplicate != (found[w] > acked[w]) {
			t.Fatalf("writer %d's append %d again, of %d: %+v, %v", w, acked[w], found[w], rc, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := pebblelog.CheckWith(t.Context(), o); err != nil {
		t.Fatalf("after a crash and a close: %v", err)
	}
}

// TestCrashAtEveryOperation crashes before each operation that changes the disk
// while a log is created, appended to, closed and opened again.
func TestCrashAtEveryOperation(t *testing.T) {
	t.Parallel()
	step := 1
	if testing.Short() || brief {
		step = 10
	}
	for n := 1; ; n += step {
		rng := rand.New(rand.NewPCG(uint64(n), 11))
		fs := vfs.NewCrashableMem()
		var w workload
		var operations atomic.Int64
		var mu sync.Mutex
		var crashed *vfs.MemFS // under mu
		var acked audit        // under mu
		injector := errorfs.InjectorFunc(func(op errorfs.Op) error {
			if op.Kind.ReadOrWrite() == errorfs.OpIsWrite && operations.Add(1) == int64(n) {
				mu.Lock()
				defer mu.Unlock()
				acked[0] = int(w.acked[0].Load())
				crashed = fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: []int{0, 50, 100}[n%3], RNG: rng})
			}
			return nil
		})
		o := pebblelog.Options{Dir: "data/ledger", FS: errorfs.Wrap(fs, injector), Ballast: -1, IndexBuffer: 5, MemTableSize: 64 << 10, CacheSize: 1 << 20}
		for range 2 {
			l, err := pebblelog.Open(o)
			if err != nil {
				t.Fatal(err)
			}
			for range 10 {
				n := int(w.acked[0].Load())
				if err := appendNumber(t, l, n); err != nil {
					t.Fatal(err)
				}
				w.acked[0].Store(int64(n + 1))
			}
			l.Look(clock)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
		}
		mu.Lock()
		found, before := crashed, acked
		mu.Unlock()
		if found == nil {
			t.Logf("crashed before each %d. of %d operations", step, n)
			return
		}
		afterCrash(t, o, found, before, 0)
	}
}

package pebblelog_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
)

func appendNumber(t *testing.T, l ledger.Log, n int) error {
	_, err := l.Append(t.Context(), workloadStream(0, n), ledger.NoStream, workloadEvents(0, n)...)
	return err
}

func TestLock(t *testing.T) {
	o := pebblelog.Options{Dir: t.TempDir() + "/ledger", Ballast: -1, LowSpace: -1}
	open(t, o)
	for _, readOnly := range []bool{false, true} {
		o.ReadOnly = readOnly
		if _, err := pebblelog.Open(o); !errors.Is(err, pebblelog.ErrInUse) {
			t.Errorf("second Open: %v", err)
		}
	}
	if _, err := pebblelog.Check(o.Dir); !errors.Is(err, pebblelog.ErrInUse) {
		t.Errorf("Check of an open log: %v", err)
	}
}

func TestReadOnly(t *testing.T) {
	o := pebblelog.Options{Dir: t.TempDir() + "/ledger", Ballast: -1, LowSpace: -1}
	ro := o
	ro.ReadOnly = true
	if _, err := pebblelog.Open(ro); err == nil {
		t.Error("a log that is not there was opened")
	}
	l, err := pebblelog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := appendNumber(t, l, 0); err != nil {
		t.Fatal(err)
	}
	id := l.ID()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, ro)
	if l.ID() != id || l.Last() != 1 || l.Size() != 1 {
		t.Errorf("log %s of %d events, want %s of 1", l.ID(), l.Size(), id)
	}
	if err := appendNumber(t, l, 1); !errors.Is(err, pebblelog.ErrReadOnly) {
		t.Errorf("Append: %v", err)
	}
	auditLog(t, l)
}

func TestCheckpoint(t *testing.T) {
	dir := t.TempDir()
	l := open(t, pebblelog.Options{Dir: dir + "/ledger", Ballast: -1, LowSpace: -1, IndexBuffer: 100})
	permits := make(chan struct{})
	var w workload
	var wg sync.WaitGroup
	wg.Go(func() { w.run(t, l, permits) })
	for n := range 300 {
		permits <- struct{}{}
		if n%100 != 50 {
			continue
		}
		var acked audit
		for i := range acked {
			acked[i] = int(w.acked[i].Load())
		}
		to := fmt.Sprintf("%s/backups/%d", dir, n)
		report, err := l.Checkpoint(to)
		if err != nil {
			t.Fatal(err)
		}
		if report.ID != l.ID() || report.Last < report.HighWater || report.HighWater == 0 {
			t.Errorf("report is %+v", report)
		}
		c := open(t, pebblelog.Options{Dir: to, Ballast: -1, LowSpace: -1})
		for i, found := range auditLog(t, c) {
			if found < acked[i] {
				t.Errorf("checkpoint has %d appends of writer %d, %d were acknowledged before", found, i, acked[i])
			}
		}
	}
	close(permits)
	wg.Wait()
	report, err := l.Verify(t.Context())
	if err != nil || report.Last != l.Last() || report.Events != uint64(l.Last()) {
		t.Errorf("Verify: %+v, %v", report, err)
	}
}

func TestLowSpace(t *testing.T) {
	fs := vfs.NewMem()
	room := vfs.DiskUsage{AvailBytes: 100 << 30, TotalBytes: 200 << 30}
	fs.TestingSetDiskUsage(room)
	l := open(t, pebblelog.Options{Dir: "ledger", FS: fs})
	if _, err := fs.Stat("ledger/ballast"); err != nil {
		t.Errorf("no ballast: %v", err)
	}
	if err := appendNumber(t, l, 0); err != nil {
		t.Fatal(err)
	}
	for _, avail := range []uint64{9 << 30, 0} { // 5 % are 10 GiB
		low := room
		low.AvailBytes = avail
		fs.TestingSetDiskUsage(low)
		l.Look(clock)
		if err := appendNumber(t, l, 1); !errors.Is(err, ledger.ErrNoSpace) {
			t.Errorf("Append with %d B free: %v", avail, err)
		}
		if err := l.Health(); !errors.Is(err, ledger.ErrNoSpace) {
			t.Errorf("Health with %d B free: %v", avail, err)
		}
		auditLog(t, l)
	}
	fs.TestingSetDiskUsage(room)
	l.Look(clock)
	if err := appendNumber(t, l, 1); err != nil {
		t.Errorf("Append when there is room again: %v", err)
	}
}

func TestOpenOnFullDisk(t *testing.T) {
	fs := vfs.NewMem()
	fs.TestingSetDiskUsage(vfs.DiskUsage{AvailBytes: 1 << 20, TotalBytes: 200 << 30})
	if _, err := pebblelog.Open(pebblelog.Options{Dir: "ledger", FS: fs}); !errors.Is(err, ledger.ErrNoSpace) {
		t.Errorf("Open: %v", err)
	}
}

// TestStuckDisk: while a sync does not return, the queue fills, nothing is
// shown, and the log says that it is unwell.
func TestStuckDisk(t *testing.T) {
	var on atomic.Bool
	release := make(chan struct{})
	stuck := errorfs.InjectorFunc(func(op errorfs.Op) error {
		if on.Load() && op.Kind == errorfs.OpFileSyncData && strings.HasSuffix(op.Path, ".log") {
			<-release
		}
		return nil
	})
	l := open(t, pebblelog.Options{Dir: "ledger", FS: errorfs.Wrap(vfs.NewMem(), stuck), Ballast: -1, QueueLimit: 1})
	if err := appendNumber(t, l, 0); err != nil {
		t.Fatal(err)
	}
	on.Store(true)
	first := make(chan error)
	go func() { first <- appendNumber(t, l, 1) }()
	begun := time.Now()
	for l.HealthAt(begun.Add(time.Hour)) == nil {
		runtime.Gosched() // until it has reached the writer
	}
	if err := appendNumber(t, l, 2); !errors.Is(err, ledger.ErrBusy) {
		t.Errorf("Append to a full queue: %v", err)
	}
	if err := l.HealthAt(begun); err != nil {
		t.Errorf("Health at once: %v", err)
	}
	if err := l.HealthAt(begun.Add(time.Minute)); err == nil {
		t.Error("Health after a minute is fine")
	}
	if l.Last() != 1 {
		t.Errorf("position %d is shown and not durable", l.Last())
	}
	close(release)
	if err := <-first; err != nil {
		t.Errorf("the append that waited: %v", err)
	}
	if err := l.Health(); err != nil {
		t.Errorf("Health when the disk is back: %v", err)
	}
}

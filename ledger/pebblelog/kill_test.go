package pebblelog_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
)

// The tests of this file run this binary again as a child: childRole says what
// it does, childDir where.
const (
	childRole = "PEBBLELOG_CHILD"
	childDir  = "PEBBLELOG_DIR"
)

func TestMain(m *testing.M) {
	switch os.Getenv(childRole) {
	case "":
		os.Exit(m.Run())
	case "appends":
		childAppends(os.Getenv(childDir))
	case "write fails":
		childFails(os.Getenv(childDir), errorfs.OpFileWrite)
	case "sync fails":
		childFails(os.Getenv(childDir), errorfs.OpFileSyncData)
	}
	os.Exit(1)
}

func child(ctx context.Context, role, dir string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role, childDir+"="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// childAppends appends until it is killed, and writes a line for each receipt.
func childAppends(dir string) {
	l, err := pebblelog.Open(pebblelog.Options{Dir: dir, Ballast: -1, LowSpace: -1, IndexBuffer: 500, MemTableSize: 256 << 10})
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
	var have audit
	for r, err := range l.All(context.Background(), 0, false) {
		var w, n int
		if _, serr := fmt.Sscanf(r.Stream, "w%d-%d", &w, &n); err != nil || serr != nil {
			fmt.Fprintln(os.Stderr, "child:", r.Stream, err, serr)
			os.Exit(1)
		}
		have[w] = n + 1
	}
	var wg sync.WaitGroup
	for w := range have {
		wg.Go(func() {
			for n := have[w]; ; n++ {
				if _, err := l.Append(context.Background(), workloadStream(w, n), ledger.NoStream, workloadEvents(w, n)...); err != nil {
					os.Exit(1)
				}
				if _, err := fmt.Fprintf(os.Stdout, "%s\n", workloadStream(w, n)); err != nil {
					os.Exit(1)
				}
			}
		})
	}
	wg.Wait()
}

// TestKill kills a process that appends, again and again.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := 60
	if testing.Short() || brief {
		kills = 10
	}
	dir := t.TempDir() + "/ledger"
	rng := rand.New(rand.NewPCG(1, 2))
	var acked audit
	total := 0
	for range kills {
		cmd := child(t.Context(), "appends", dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for stop := 1 + rng.IntN(200); lines.Scan(); stop-- {
			w, n := parseStream(t, lines.Text())
			acked[w] = max(acked[w], n+1)
			total++
			if stop == 0 { // what the pipe still holds counts too
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
		found := auditDir(t, dir)
		for w := range acked {
			if found[w] < acked[w] {
				t.Fatalf("writer %d had %d appends acknowledged, %d are there", w, acked[w], found[w])
			}
		}
		acked = found
	}
	if total == 0 {
		t.Fatal("nothing was acknowledged")
	}
	t.Logf("%d kills, %d appends acknowledged, none lost", kills, total)
}

func auditDir(t *testing.T, dir string) audit {
	t.Helper()
	l, err := pebblelog.Open(pebblelog.Options{Dir: dir, ReadOnly: true})
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	found := auditLog(t, l)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return found
}

// failing fails one kind of operation on the write-ahead log, while on.
func failing(kind errorfs.OpKind, on *atomic.Bool) errorfs.Injector {
	return errorfs.InjectorFunc(func(op errorfs.Op) error {
		if on.Load() && op.Kind == kind && strings.HasSuffix(op.Path, ".log") {
			return errors.New("injected")
		}
		return nil
	})
}

// childFails appends, then fails, and goes on appending if it still lives.
func childFails(dir string, kind errorfs.OpKind) {
	var on atomic.Bool
	l, err := pebblelog.Open(pebblelog.Options{Dir: dir, FS: errorfs.Wrap(vfs.Default, failing(kind, &on)), Ballast: -1, LowSpace: -1})
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
	for n := range 100 {
		on.Store(n >= 50)
		func() {
			defer func() { _ = recover() }() // as a web framework would
			if _, err := l.Append(context.Background(), workloadStream(0, n), ledger.NoStream, workloadEvents(0, n)...); err == nil {
				fmt.Println(workloadStream(0, n))
			}
		}()
	}
	select {} // Exit may still be on its way
}

// TestFatal: when the write-ahead log cannot be written, the process ends, and
// acknowledges nothing more.
func TestFatal(t *testing.T) {
	for _, role := range []string{"write fails", "sync fails"} {
		t.Run(role, func(t *testing.T) {
			dir := t.TempDir() + "/ledger"
			cmd := child(t.Context(), role, dir)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines, err := io.ReadAll(out)
			if err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != pebblelog.ExitIO {
				t.Errorf("exit code is %d, want %d", code, pebblelog.ExitIO)
			}
			acked := strings.Count(string(lines), "\n")
			if acked != 50 {
				t.Errorf("%d appends acknowledged, want the 50 before the failure", acked)
			}
			if found := auditDir(t, dir); found[0] < acked {
				t.Errorf("%d appends acknowledged, %d are there", acked, found[0])
			}
		})
	}
}

// TestFatalReturns: where Exit returns, callers learn that the outcome is
// unknown, and nothing is acknowledged.
func TestFatalReturns(t *testing.T) {
	var on atomic.Bool
	exited := make(chan int, 9)
	l, err := pebblelog.Open(pebblelog.Options{
		Dir: "ledger", FS: errorfs.Wrap(vfs.NewMem(), failing(errorfs.OpFileSyncData, &on)), Ballast: -1,
		Exit: func(code int) { exited <- code },
	})
	if err != nil {
		t.Fatal(err)
	}
	appendOne := func(n int) error {
		_, err := l.Append(t.Context(), workloadStream(0, n), ledger.NoStream, workloadEvents(0, n)...)
		return err
	}
	if err := appendOne(0); err != nil {
		t.Fatal(err)
	}
	on.Store(true)
	if err := appendOne(1); !errors.Is(err, ledger.ErrUnknown) {
		t.Errorf("append when the sync fails: %v", err)
	}
	if code := <-exited; code != pebblelog.ExitIO {
		t.Errorf("exit code is %d", code)
	}
	on.Store(false)
	if err := appendOne(2); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("append after that: %v", err)
	}
	if l.Last() != 1 {
		t.Errorf("the log ends at %d, want 1", l.Last())
	}
}

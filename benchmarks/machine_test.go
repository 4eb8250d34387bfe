package benchmarks_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// A load is what the machine and this process had used of the processors by a
// moment, in clock ticks.
type load struct {
	at                time.Time
	total, busy, mine int64
}

// loadNow reads the counters of Linux; elsewhere all are zero.
func loadNow() load {
	l := load{at: time.Now()}
	if b, err := os.ReadFile("/proc/stat"); err == nil {
		line, _, _ := bytes.Cut(b, []byte("\n"))
		for i, f := range strings.Fields(string(line))[1:] {
			n, _ := strconv.ParseInt(f, 10, 64)
			if i > 7 { // guest time is part of user time
				break
			}
			l.total += n
			if i != 3 && i != 4 { // idle, waiting for the disk
				l.busy += n
			}
		}
	}
	if b, err := os.ReadFile("/proc/self/stat"); err == nil {
		if i := bytes.LastIndexByte(b, ')'); i > 0 { // the name before it may hold spaces
			f := strings.Fields(string(b[i+1:]))
			user, _ := strconv.ParseInt(f[11], 10, 64)
			system, _ := strconv.ParseInt(f[12], 10, 64)
			l.mine = user + system
		}
	}
	return l
}

// since returns the shares of all processors, in percent, that this process and
// all others took since before.
func (l load) since(before load) (mine, others float64) {
	total := float64(l.total - before.total)
	if total <= 0 {
		return 0, 0
	}
	mine = 100 * float64(l.mine-before.mine) / total
	return mine, max(0, 100*float64(l.busy-before.busy)/total-mine)
}

// peakMemory returns the most memory that the process has held, in MiB.
func peakMemory() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kib); n == 1 {
			return kib / 1024
		}
	}
	return 0
}

// forgetPeak makes peakMemory start anew, where the kernel lets it.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

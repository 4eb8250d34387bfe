package benchmarks_test

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// rawPebble writes each body as one durable commit to a bare Pebble database in
// dir, by so many writers at once, and returns how long that took.
//
// It is what an embedded ledger cannot be faster than: one key, the bytes, one
// sync shared by whoever waits, no index, no check, no view, no HTTP.
func rawPebble(dir string, bodies [][]byte, writers int) (time.Duration, error) {
	db, err := pebble.Open(dir, &pebble.Options{
		FormatMajorVersion:          pebble.FormatNewest,
		MemTableSize:                64 << 20,
		MemTableStopWritesThreshold: 4,
		Logger:                      silent{},
	})
	if err != nil {
		return 0, fmt.Errorf("open bare Pebble in %s: %w", dir, err)
	}
	start := time.Now()
	err = spread(len(bodies), writers, func() (func(i int) error, func(), error) {
		return func(i int) error {
			return db.Set(binary.BigEndian.AppendUint64([]byte{'e'}, uint64(i)), bodies[i], pebble.Sync)
		}, func() {}, nil
	})
	took := time.Since(start)
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	return took, err
}

// spread does jobs 0 to n-1 by so many workers; each is set up by newWorker and
// takes the next job when it is done with one.
func spread(n, workers int, newWorker func() (do func(i int) error, done func(), err error)) error {
	var (
		next  atomic.Int64
		group sync.WaitGroup
		once  sync.Once
		first error
	)
	for range workers {
		do, done, err := newWorker()
		if err != nil {
			return err
		}
		group.Go(func() {
			defer done()
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil {
					once.Do(func() { first = err })
					next.Store(int64(n))
					return
				}
			}
		})
	}
	group.Wait()
	return first
}

// silent keeps Pebble's notes out of the results.
type silent struct{}

func (silent) Infof(string, ...any)  {}
func (silent) Errorf(string, ...any) {}
func (silent) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}

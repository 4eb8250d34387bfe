package pebblelog_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
)

// BenchmarkAppend appends single events of 200 B from many clients at once,
// each waiting for its receipt, beside raw Pebble committing the same keys and
// as many bytes. The ratio of the two is what the machine does not change.
func BenchmarkAppend(b *testing.B) {
	for _, clients := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("clients=%d/log", clients), func(b *testing.B) {
			l := open(b, pebblelog.Options{Dir: b.TempDir() + "/log", Ballast: -1, LowSpace: -1})
			data := make([]byte, 200)
			perClient(b, clients, func(n uint64) error {
				s, e := smallEvent(n, data)
				_, err := l.Append(context.Background(), s, ledger.NoStream, e)
				return err
			})
		})
		b.Run(fmt.Sprintf("clients=%d/pebble", clients), func(b *testing.B) {
			db := rawPebble(b)
			record := make([]byte, 200+95)
			perClient(b, clients, func(n uint64) error {
				batch := db.NewBatch()
				rawEvent(batch, n, record)
				return batch.Commit(pebble.Sync)
			})
		})
	}
}

// BenchmarkAppendBatch is the same for appends of a hundred events.
func BenchmarkAppendBatch(b *testing.B) {
	const batched = 100
	data := make([]byte, 200)
	b.Run("log", func(b *testing.B) {
		l := open(b, pebblelog.Options{Dir: b.TempDir() + "/log", Ballast: -1, LowSpace: -1})
		perClient(b, 16, func(n uint64) error {
			s, e := smallEvent(n, data)
			events := make([]event.Event, batched)
			for i := range events {
				events[i] = e
				events[i].ID[6], events[i].ID[7] = byte(i), byte(i>>8)
			}
			_, err := l.Append(context.Background(), s, ledger.NoStream, events...)
			return err
		})
		b.ReportMetric(batched*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("pebble", func(b *testing.B) {
		db := rawPebble(b)
		record := make([]byte, 200+95)
		perClient(b, 16, func(n uint64) error {
			batch := db.NewBatch()
			for i := range uint64(batched) {
				rawEvent(batch, n*batched+i, record)
			}
			return batch.Commit(pebble.Sync)
		})
		b.ReportMetric(batched*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

// perClient calls do with 1 to b.N from that many goroutines, and reports the
// rate and the processor time, of all threads, for each call.
func perClient(b *testing.B, clients int, do func(n uint64) error) {
	var n atomic.Uint64
	var wg sync.WaitGroup
	before := processorTime()
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			for i := n.Add(1); i <= uint64(b.N); i = n.Add(1) {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	b.ReportMetric(float64(processorTime()-before)/1e3/float64(b.N), "cpu-µs/op")
}

// processorTime returns the process's user and system time in nanoseconds.
func processorTime() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func rawPebble(b *testing.B) *pebble.DB {
	b.Helper()
	db, err := pebble.Open(b.TempDir(), pebblelog.Tuning(pebblelog.Options{}))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// rawEvent sets what the log sets for one event.
func rawEvent(batch *pebble.Batch, n uint64, record []byte) {
	var event [9]byte
	event[0] = 'e'
	binary.BigEndian.PutUint64(event[1:], n)
	var index [18]byte
	index[0] = 's'
	binary.BigEndian.PutUint64(index[1:], n*0x9E3779B97F4A7C15)
	_ = batch.Set(event[:], record, nil)
	_ = batch.Set(index[:], event[5:], nil)
}

// smallEvent returns the n'th capture, n > 0.
func smallEvent(n uint64, data []byte) (string, event.Event) {
	var capture uuid.UUID
	binary.BigEndian.PutUint64(capture[:], n*0x9E3779B97F4A7C15)
	binary.BigEndian.PutUint64(capture[8:], n)
	return ledger.CaptureStream(capture), event.Event{ID: capture, Type: "hop.recorded@1", Data: data}
}

// BenchmarkFollow delivers events to one follower: from the database, and from
// the live tail while they are appended.
func BenchmarkFollow(b *testing.B) {
	data := make([]byte, 200)
	fill := func(b *testing.B, l *pebblelog.Log) {
		const batched, clients = 100, 16
		var wg sync.WaitGroup
		for c := range clients {
			wg.Go(func() {
				events := make([]event.Event, batched)
				for n := c; n*batched < b.N; n += clients {
					s, e := smallEvent(uint64(n+1), data)
					for i := range events {
						events[i] = e
						events[i].ID[6], events[i].ID[7] = byte(i), byte(i>>8)
					}
					if _, err := l.Append(context.Background(), s, ledger.NoStream, events...); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	drain := func(b *testing.B, c <-chan ledger.Delivery) {
		for n := 0; n < b.N; {
			if d := <-c; d.Kind == ledger.Appended {
				n++
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	}
	b.Run("database", func(b *testing.B) {
		l := open(b, pebblelog.Options{Dir: b.TempDir() + "/log", Ballast: -1, LowSpace: -1})
		fill(b, l)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		b.ReportAllocs()
		b.ResetTimer()
		c, _ := l.Follow(ctx, 0)
		drain(b, c)
	})
	b.Run("live", func(b *testing.B) {
		l := open(b, pebblelog.Options{Dir: b.TempDir() + "/log", Ballast: -1, LowSpace: -1})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		b.ReportAllocs()
		b.ResetTimer()
		c, _ := l.Follow(ctx, 0)
		go fill(b, l)
		drain(b, c)
	})
}

// BenchmarkStream reads streams of one event, as a look-up of a capture does.
func BenchmarkStream(b *testing.B) {
	l := open(b, pebblelog.Options{InMemory: true, IndexBuffer: 10_000, CacheSize: 128 << 20})
	const streams = 100_000
	var wg sync.WaitGroup
	for c := range 64 {
		wg.Go(func() {
			for n := c; n < streams; n += 64 {
				s, e := smallEvent(uint64(n+1), []byte("{}"))
				if _, err := l.Append(context.Background(), s, ledger.NoStream, e); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		s, _ := smallEvent(1+n*7919%streams, nil)
		for _, err := range l.Stream(context.Background(), s, 0, false) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

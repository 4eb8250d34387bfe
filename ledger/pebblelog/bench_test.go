package pebblelog_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"waymark/ledger"
	"waymark/ledger/event"
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

func smallEvent(n uint64, data []byte) (string, event.Event) {
	var capture uuid.UUID
	binary.BigEndian.PutUint64(capture[:], n*0x9E3779B97F4A7C15)
	binary.BigEndian.PutUint64(capture[8:], n)
	return ledger.CaptureStream(capture), event.Event{ID: capture, Type: "hop.recorded@1", Data: data}
}

func BenchmarkAppend(b *testing.B) {
	for _, clients := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			l := open(b, pebblelog.Options{Dir: b.TempDir() + "/l", Ballast: -1, LowSpace: -1})
			data := make([]byte, 200)
			var n atomic.Uint64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range clients {
				wg.Go(func() {
					for i := n.Add(1); i <= uint64(b.N); i = n.Add(1) {
						s, e := smallEvent(i, data)
						if _, err := l.Append(context.Background(), s, ledger.NoStream, e); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}

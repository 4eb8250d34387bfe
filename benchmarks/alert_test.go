package benchmarks_test

import (
	"bufio"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkAlert measures from the moment a scanner sends a shipment out of
// its seller's territory to the moment a listener reads the alert, while others
// record at full rate.
func BenchmarkAlert(b *testing.B) {
	for b.Loop() {
		h := begin(b)
		alerts := listen(b, h)
		stop := press(b, h)
		const shipments = 100
		delays := make([]time.Duration, 0, shipments)
		before := loadNow()
		c, err := dial(h.addr)
		if err != nil {
			b.Fatal(err)
		}
		for i := range shipments {
			n := 500_000_000 + 3*i
			item := units(90_000_000+i, 1)
			for _, before := range []hop{
				{n: n, step: "commissioning", items: item, site: factory},
				{n: n + 1, step: "receiving", items: item, site: berlin},
			} {
				if err := c.post("/v1/hops", asJSON, before.append(nil)); err != nil {
					b.Fatal(err)
				}
			}
			sold := hop{n: n + 2, step: "shipping", items: item, site: berlin, to: bangkok}
			sent := time.Now()
			if err := c.post("/v1/hops", asJSON, sold.append(nil)); err != nil {
				b.Fatal(err)
			}
			await(b, alerts, item[0])
			delays = append(delays, time.Since(sent))
			time.Sleep(20 * time.Millisecond)
		}
		_, others := loadNow().since(before)
		rate := stop()
		c.close()
		h.stop()
		h.close(b)
		b.ReportMetric(quantile(delays, 0.50)/1000, "p50-ms")
		b.ReportMetric(quantile(delays, 0.99)/1000, "p99-ms")
		b.ReportMetric(quantile(delays, 1)/1000, "max-ms")
		b.ReportMetric(rate, "load-unit-hops/s")
		b.ReportMetric(others, "others-cpu-%")
		b.ReportMetric(0, "ns/op")
	}
}

// listen yields the data of every alert from now on.
func listen(b *testing.B, h *house) <-chan string {
	answer, err := http.Get("http://" + h.addr + "/v1/alerts")
	if err != nil {
		b.Fatal(err)
	}
	alerts := make(chan string, 1<<16)
	go func() {
		defer close(alerts)
		defer answer.Body.Close()
		in := bufio.NewScanner(answer.Body)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			if data, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				alerts <- data
			}
		}
	}()
	return alerts
}

// await reads alerts until one says that the item was shipped out of territory.
func await(b *testing.B, alerts <-chan string, item string) {
	late := time.After(30 * time.Second)
	for {
		select {
		case text := <-alerts:
			if strings.Contains(text, item) && strings.Contains(text, `"R02"`) {
				return
			}
		case <-late:
			b.Fatalf("no alert for %s within 30 s", item)
		}
	}
}

// press records batches by two connections as fast as they are taken, until
// the function that it returns is called, which tells the rate.
func press(b *testing.B, h *house) (stop func() float64) {
	var (
		ended   atomic.Bool
		next    atomic.Int64
		writers sync.WaitGroup
	)
	start := time.Now()
	for range 2 {
		c, err := dial(h.addr)
		if err != nil {
			b.Fatal(err)
		}
		writers.Go(func() {
			defer c.close()
			for !ended.Load() {
				n := int(next.Add(1))
				w := ways[n%3]
				body := hop{n: n, step: w.step, items: units(n/3*1000, 1000), site: w.site, to: w.to}.append(nil)
				if err := c.post("/v1/hops", asJSON, body); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	return func() float64 {
		ended.Store(true)
		writers.Wait()
		return float64(next.Load()*1000) / time.Since(start).Seconds()
	}
}

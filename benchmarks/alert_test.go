package benchmarks_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkAlert measures from the moment a scanner sends a shipment out of
// its seller's territory to the moment a listener reads the alert, while others
// record batches at a given rate.
func BenchmarkAlert(b *testing.B) {
	for _, load := range []int{0, 50_000, 100_000} {
		b.Run(fmt.Sprintf("load%d", load), func(b *testing.B) {
			for b.Loop() {
				alertUnder(b, load)
			}
		})
	}
}

// alertUnder measures the alerts of some shipments while so many unit-hops a
// second are recorded beside them.
func alertUnder(b *testing.B, load int) {
	const shipments = 200
	h := begin(b)
	defer h.close(b)
	defer h.stop()
	alerts := listen(b, h)
	stop := press(b, h, load)
	c, err := dial(h.addr)
	if err != nil {
		b.Fatal(err)
	}
	defer c.close()
	delays := make([]time.Duration, shipments)
	before := loadNow()
	for i := range delays {
		delays[i] = shipOut(b, c, alerts, i)
		time.Sleep(20 * time.Millisecond)
	}
	_, others := loadNow().since(before)
	b.ReportMetric(stop(), "load-unit-hops/s")
	b.ReportMetric(quantile(delays, 0.50)/1000, "p50-ms")
	b.ReportMetric(quantile(delays, 0.99)/1000, "p99-ms")
	b.ReportMetric(quantile(delays, 1)/1000, "max-ms")
	b.ReportMetric(others, "others-cpu-%")
	b.ReportMetric(0, "ns/op")
}

// shipOut makes unit i, sells it to P01 and ships it out of P01's territory. It
// returns how long the alert took.
func shipOut(b *testing.B, c *client, alerts <-chan string, i int) time.Duration {
	n := 500_000_000 + 3*i
	item := units(90_000_000+i, 1)
	for _, h := range []hop{
		{n: n, step: "commissioning", items: item, site: factory},
		{n: n + 1, step: "receiving", items: item, site: berlin},
	} {
		if err := c.post("/v1/hops", asJSON, h.append(nil)); err != nil {
			b.Fatal(err)
		}
	}
	out := hop{n: n + 2, step: "shipping", items: item, site: berlin, to: bangkok}.append(nil)
	sent := time.Now()
	if err := c.post("/v1/hops", asJSON, out); err != nil {
		b.Fatal(err)
	}
	await(b, alerts, item[0])
	return time.Since(sent)
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

// press records batches of a thousand by two connections, so many unit-hops a
// second where they are taken that fast, until the function that it returns is
// called, which tells the rate.
func press(b *testing.B, h *house, rate int) (stop func() float64) {
	var (
		ended   atomic.Bool
		next    atomic.Int64
		writers sync.WaitGroup
	)
	start := time.Now()
	write := func(c *client) {
		defer c.close()
		for !ended.Load() {
			n := int(next.Add(1)) - 1
			time.Sleep(time.Until(start.Add(time.Duration(n) * time.Second * 1000 / time.Duration(rate))))
			w := ways[n%3]
			body := hop{n: n, step: w.step, items: units(n/3*1000, 1000), site: w.site, to: w.to}.append(nil)
			if err := c.post("/v1/hops", asJSON, body); err != nil {
				b.Error(err)
				return
			}
		}
	}
	for range min(2, rate) {
		c, err := dial(h.addr)
		if err != nil {
			b.Fatal(err)
		}
		writers.Go(func() { write(c) })
	}
	return func() float64 {
		ended.Store(true)
		writers.Wait()
		return float64(next.Load()*1000) / time.Since(start).Seconds()
	}
}

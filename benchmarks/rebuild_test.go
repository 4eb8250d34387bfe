package benchmarks_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"waymark/projections"
)

// BenchmarkRebuild builds all views anew from a log of a million units.
func BenchmarkRebuild(b *testing.B) {
	h := begin(b)
	hops := fill(b, h, 1_000_000)
	h.stop()
	digest, err := h.views.Digest()
	if err != nil {
		b.Fatal(err)
	}
	if err := h.views.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		dir := filepath.Join(h.dir, "views")
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
		before, start := loadNow(), time.Now()
		if h.views, err = projections.Open(h.log, projections.Options{Dir: dir}); err != nil {
			b.Fatal(err)
		}
		if err := h.views.CatchUp(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		_, others := loadNow().since(before)
		again, err := h.views.Digest()
		if err != nil || again != digest {
			b.Fatalf("rebuilt views say %s (%v), want %s", again, err, digest)
		}
		if err := h.views.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(hops)/took.Seconds(), "unit-hops/s")
		b.ReportMetric(others, "others-cpu-%")
		b.ReportMetric(0, "ns/op")
	}
	if err := h.log.Close(); err != nil {
		b.Fatal(err)
	}
}

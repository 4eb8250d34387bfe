package benchmarks_test

import "testing"

// TestSmall runs on a thousand units what the benchmarks run on millions, so
// that they do not rot unseen.
func TestSmall(t *testing.T) {
	h := begin(t)
	defer h.close(t)
	defer h.stop()
	if hops := fill(t, h, 1000); hops != 3004 {
		t.Errorf("filled with %d unit-hops, want 3004", hops)
	}
	if took := lookUp(t, h, 1000, 20, 2); len(took) != 20 || quantile(took, 1) <= 0 {
		t.Errorf("20 look-ups took %v", took)
	}
	for _, w := range []workload{
		{contentType: asJSON, bodies: func() [][]byte { return batches(len(ways), func(n int) []string { return scattered(n, 100) }) }},
		{contentType: asLines, bodies: func() [][]byte { return lines(single(50), 10) }},
	} {
		h := begin(t)
		h.post(t, w.contentType, w.bodies(), 2)
		h.current(t)
		h.stop()
		h.close(t)
	}
	if _, err := rawPebble(t.TempDir(), single(50), 4); err != nil {
		t.Error(err)
	}
}

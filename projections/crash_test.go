package projections_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"waymark/internal/sim"
	"waymark/ledger"
	"waymark/projections"
)

// TestCrash takes the power away while the views are fed, again and again, and
// each time wants what is left to catch up to the same answers.
func TestCrash(t *testing.T) {
	s := quarter(t, sim.Generate(sim.Config{Seed: 3, Preset: sim.S, Noise: 1}), nil)
	want := digest(t, s.views)
	last := s.views.AsOf().Position
	rnd := rand.New(rand.NewPCG(1, 2))
	fs := vfs.NewCrashableMem()
	crashes := 0
	for {
		v, err := projections.Open(s.log, projections.Options{Dir: "views", FS: fs, Cache: 8 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if v.AsOf().Position == last {
			if got := digest(t, v); got != want {
				t.Errorf("after %d crashes the digest is %s, want %s", crashes, got, want)
			}
			if diff := cmp.Diff(alertsOf(t, s.views), alertsOf(t, v)); diff != "" {
				t.Errorf("after %d crashes other alerts are told (-without +with):\n%s", crashes, diff)
			}
			v.Close()
			break
		}
		stopAt := v.AsOf().Position + 1 + ledger.Position(rnd.Uint64N(uint64(last)/8))
		ctx, crash := context.WithCancel(context.Background())
		if err := v.CatchUp(ctx, func(p ledger.Position) {
			if p >= stopAt {
				crash()
			}
		}); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		crash()
		if rnd.IntN(3) == 0 { // now and then what is in memory reaches the disk
			v.Close()
			fs = fs.CrashClone(vfs.CrashCloneCfg{})
		} else {
			fs = fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rnd.IntN(101), RNG: rnd})
			v.Close()
		}
		if crashes++; crashes > 200 {
			t.Fatal("the views do not get on")
		}
	}
	t.Logf("%d crashes", crashes)
}

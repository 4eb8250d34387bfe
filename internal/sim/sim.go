// Package sim makes a synthetic quarter of trade, by default "Lumora LED
// 2026-Q1", with known diverters in it: master data, the messages that
// scanners, buyers and partners send, in the order in which they arrive, and
// the truth.
//
// Everything follows from a seed and a [Setting]. Each partner, pallet and
// device draws from a stream of random numbers of its own, keyed by its name,
// so a further partner changes nothing of what the others do.
package sim

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"

	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/internal/quote"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

// A moment is a time, counted from the start of the quarter.
type moment = time.Duration

// A Preset is a size of the scenario.
type Preset string

const (
	S Preset = "S" // a tenth of M: of the built-in world 6,400 units
	M Preset = "M" // as the setting says: 64,000 units
	L Preset = "L" // 15.625 times M: 1,000,000 units
)

// scale returns the size against that of preset M.
func (p Preset) scale() float64 {
	switch p {
	case M:
		return 1
	case L:
		return 1_000_000. / 64_000
	}
	return .1
}

// count returns a count of preset M at this size, at least least.
func (p Preset) count(n, least int) int { return max(least, int(float64(n)*p.scale()+.5)) }

// Config says which world to make. The zero value makes a small one without
// noise.
type Config struct {
	Seed    uint64
	Preset  Preset   // S where empty
	Noise   float64  // 0: every scan arrives, on time and right; 1: as in the field
	Setting *Setting // a valid one; the built-in world where nil
}

// A World is a generated quarter.
type World struct {
	Config
	Master
	Truth      []Truth
	Start, End time.Time // of the quarter; End is the first instant after it

	quarter   moment // its length
	field     *Field
	members   []*member
	own       map[string]site // the manufacturer's sites, by name
	factory   site
	outsiders map[geo.Region]site
	space     uuid.UUID // of message ids
	skews     []moment  // how wrong the clock of each site is
	acts      []act     // in order of arrival
	leaks     []quote.Surfacing
	truths    []*Truth
	lost      map[pair]bool // what rests on a scan that never arrived
}

// Generate makes the world that a configuration asks for.
func Generate(c Config) *World {
	if c.Preset == "" {
		c.Preset = S
	}
	if c.Setting == nil {
		c.Setting = Lumora()
	}
	w := &World{Config: c, field: c.Setting.field(), own: map[string]site{}, outsiders: map[geo.Region]site{}, lost: map[pair]bool{}}
	w.Start, w.End = c.Setting.quarter()
	w.quarter = w.End.Sub(w.Start)
	w.space = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "waymark sim %s %d %s %g", c.Setting.Name, c.Seed, c.Preset, c.Noise))
	w.build()
	w.acts = make([]act, 0, int(2.05*64_000*c.Preset.scale()))
	for _, m := range w.members {
		w.trade(m)
	}
	for i := range c.Setting.Plots {
		if p := &c.Setting.Plots[i]; p.Kind == counterfeits {
			w.counterfeit(p)
		}
		if p := &c.Setting.Plots[i]; p.Kind == leaking && w.complete(p) {
			w.leakQuote(p)
		}
	}
	slices.SortFunc(w.acts, func(a, b act) int {
		return cmp.Or(cmp.Compare(a.arrival, b.arrival), cmp.Compare(a.lot.name, b.lot.name), cmp.Compare(a.seq, b.seq))
	})
	slices.SortFunc(w.leaks, func(a, b quote.Surfacing) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID)) })
	w.settle()
	return w
}

// Messages yields every message in order of arrival.
func (w *World) Messages() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		leaks := w.leaks
		for i := range w.acts {
			m := w.message(&w.acts[i])
			for len(leaks) > 0 && !leaks[0].Time.After(m.Arrival) {
				if !yield(Message{Arrival: leaks[0].Time, Leak: &leaks[0]}) {
					return
				}
				leaks = leaks[1:]
			}
			if !yield(m) {
				return
			}
		}
		for i := range leaks {
			if !yield(Message{Arrival: leaks[i].Time, Leak: &leaks[i]}) {
				return
			}
		}
	}
}

// Len returns the number of messages.
func (w *World) Len() int { return len(w.acts) + len(w.leaks) }

func (w *World) site(s site) *partner.Site { return &w.Sites[s] }

func (w *World) owner(s site) partner.ID { return w.Sites[s].Partner }

// place returns the place of a region that the setting is known to have.
func (w *World) place(r geo.Region) Place {
	p, _ := w.Setting.place(r)
	return p
}

// scaled returns a count of preset M at this world's size, at least least.
func (w *World) scaled(n, least int) int { return w.Preset.count(n, least) }

// small tells whether there is too little trade to count on sums.
func (w *World) small() bool { return w.Preset.scale() < 1 }

// Package sim makes a synthetic quarter of trade, "Lumora LED 2026-Q1", with
// known diverters in it: master data, the messages that scanners, buyers and
// partners send, in the order in which they arrive, and the truth.
//
// Everything follows from a seed. Each partner, pallet and device draws from a
// stream of random numbers of its own, keyed by its name, so a further partner
// changes nothing of what the others do.
package sim

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// Start is the first instant of the quarter and End the first after it.
var (
	Start = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	End   = Start.Add(quarter)
)

const (
	day     = 24 * time.Hour
	quarter = 90 * day
)

// A moment is a time, counted from the start of the quarter.
type moment = time.Duration

// A Preset is a size of the scenario.
type Preset string

const (
	S Preset = "S" // 6,400 units
	M Preset = "M" // 64,000 units
	L Preset = "L" // 1,000,000 units
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

// Config says which world to make. The zero value makes a small one without
// noise.
type Config struct {
	Seed   uint64
	Preset Preset  // S where empty
	Noise  float64 // 0: every scan arrives, on time and right; 1: as in the field
	Roster []Profile
}

// A World is a generated quarter.
type World struct {
	Config
	Master
	Truth []Truth

	members []*member
	own     map[string]site // the manufacturer's sites, by name
	traders map[geo.Region]site
	space   uuid.UUID // of message ids
	skews   []moment  // how wrong the clock of each site is
	acts    []act     // in order of arrival
	truths  []*Truth
	lost    map[pair]bool // what rests on a scan that never arrived
}

// Generate makes the world that a configuration asks for.
func Generate(c Config) *World {
	if c.Preset == "" {
		c.Preset = S
	}
	if c.Roster == nil {
		c.Roster = Roster()
	}
	w := &World{Config: c, own: map[string]site{}, traders: map[geo.Region]site{}, lost: map[pair]bool{}}
	w.space = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "waymark sim %d %s %g", c.Seed, c.Preset, c.Noise))
	w.build()
	w.acts = make([]act, 0, int(2.05*64_000*c.Preset.scale()))
	for _, m := range w.members {
		w.trade(m)
	}
	w.counterfeit()
	slices.SortFunc(w.acts, func(a, b act) int {
		return cmp.Or(cmp.Compare(a.arrival, b.arrival), cmp.Compare(a.lot.name, b.lot.name), cmp.Compare(a.seq, b.seq))
	})
	w.settle()
	return w
}

// Messages yields every message in order of arrival.
func (w *World) Messages() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for i := range w.acts {
			if !yield(w.message(&w.acts[i])) {
				return
			}
		}
	}
}

// Len returns the number of messages.
func (w *World) Len() int { return len(w.acts) }

func (w *World) site(s site) *partner.Site { return &w.Sites[s] }

func (w *World) owner(s site) partner.ID { return w.Sites[s].Partner }

// scaled returns a count of preset M at this world's size, at least least.
func (w *World) scaled(n, least int) int {
	return max(least, int(float64(n)*w.Preset.scale()+.5))
}

// gln returns the n-th location number under a company prefix of 7 digits.
func gln(prefix uint64, n int) gs1.GLN {
	stem := prefix*100_000 + uint64(n)
	return gs1.GLN(stem*10 + uint64(gs1.CheckDigit(stem)))
}

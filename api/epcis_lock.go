package api

import (
	"hash/maphash"
	"slices"
	"sync"

	"waymark/internal/custody"
	"waymark/internal/epcis"
)

// captured keeps two captures of one event id apart: whoever holds the lock of
// an id first has recorded its event before the other looks for it.
type captured struct {
	stripes [256]sync.Mutex
}

var stripeSeed = maphash.MakeSeed()

// lock takes the locks of all events, in order, and returns what gives them
// back.
func (c *captured) lock(events []*epcis.Event) (unlock func()) {
	var wanted []int
	for _, e := range events {
		id := custody.EventID(e)
		if id == "" {
			id = e.Hash()
		}
		wanted = append(wanted, int(maphash.String(stripeSeed, id)%uint64(len(c.stripes))))
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	for _, i := range wanted {
		c.stripes[i].Lock()
	}
	return func() {
		for _, i := range wanted {
			c.stripes[i].Unlock()
		}
	}
}

package custody

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"waymark/internal/gs1"
)

// An Entry is a fact in an item's way: its own, or one that a container passed
// on to it.
type Entry struct {
	*Fact
	Via  gs1.Item // the container whose fact it is; "" for the item's own
	Code gs1.Item // the other code of the item that it was recorded of; "" for the item's first
}

// A Stay is the time that an item spent in a container, both ends excluded.
type Stay struct {
	In       gs1.Item
	From, To Key
}

// open is the end of a stay that has not ended.
var open = Key{math.MaxInt64, math.MaxUint64}

// Open tells whether the item is still inside, as far as is known.
func (s Stay) Open() bool { return s.To == open }

// maxNesting bounds how deep containers are followed: unit, carton, pallet,
// vehicle leave room. Items that contain each other end here too.
const maxNesting = 6

// A Loader returns the own facts of an item, in order.
type Loader func(gs1.Item) ([]Fact, error)

// Timeline returns the whole way of an item, in order, from its own facts and,
// by load, those of the containers that it was in: each over the time of the
// stay only, and those of its other codes. Containment is lazy: a pallet's hop is one fact, on the pallet,
// whatever it holds. The stays returned are the item's own, with the ends that
// the containers' facts gave them.
//
// Three things end a stay: being taken out, the container being emptied, and
// being handled alone in a way that a packed item cannot be.
func Timeline(it gs1.Item, own []Fact, load Loader) ([]Entry, []Stay, error) {
	return timeline(it, own, load, []gs1.Item{it})
}

func timeline(it gs1.Item, own []Fact, load Loader, path []gs1.Item) ([]Entry, []Stay, error) {
	entries := make([]Entry, 0, len(own)+8)
	for i := range own {
		entries = append(entries, Entry{Fact: &own[i]})
	}
	stays := staysOf(own)
	inherited := false
	for i := range stays {
		s := &stays[i]
		if slices.Contains(path, s.In) || len(path) >= maxNesting {
			continue
		}
		facts, err := load(s.In)
		if err != nil {
			return nil, nil, err
		}
		from, _, err := timeline(s.In, facts, load, append(path, s.In))
		if err != nil {
			return nil, nil, err
		}
		before := len(entries)
		entries = inherit(entries, from, s)
		inherited = inherited || len(entries) > before
	}
	for i := range own { // other codes of the same unit lend it their whole way
		f := &own[i]
		if f.Link != HasAlias || slices.Contains(path, f.Other) || len(path) >= maxNesting {
			continue
		}
		facts, err := load(f.Other)
		if err != nil {
			return nil, nil, err
		}
		lent, _, err := timeline(f.Other, facts, load, append(path, f.Other))
		if err != nil {
			return nil, nil, err
		}
		for _, e := range lent {
			if e.Via == "" && e.Code == "" {
				e.Code = f.Other
			}
			entries = append(entries, e)
		}
		inherited = inherited || len(lent) > 0
	}
	if inherited {
		entries = merge(entries)
	}
	return entries, stays, nil
}

// inherit appends what a container's way says of an item inside during the
// stay, and ends the stay where the container was emptied.
func inherit(entries, from []Entry, s *Stay) []Entry {
	for _, e := range from {
		switch {
		case e.Kind == Notified:
			// a notice has no moment: it holds whenever the item was inside
		case !s.From.Less(e.Key) || !e.Key.Less(s.To):
			continue
		case e.Via == "" && e.Link == Emptied && e.Count == 0:
			s.To = e.Key
			continue
		case e.Via == "" && (e.Link == Holding || e.Link == Emptied):
			continue // about the container's other contents
		case e.Kind == Sighted:
			continue // a code on the container was scanned
		}
		if e.Via == "" {
			e.Via = s.In
		}
		entries = append(entries, e)
	}
	return entries
}

// merge sorts entries and drops what came twice. An item's own fact, whose Via
// is empty, stands before the same event's inherited one.
func merge(entries []Entry) []Entry {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.Key.Compare(b.Key), strings.Compare(string(a.Via), string(b.Via)))
	})
	return slices.CompactFunc(entries, func(a, b Entry) bool { return a.Key == b.Key })
}

// staysOf returns the stays that an item's own facts tell of.
func staysOf(own []Fact) []Stay {
	var stays []Stay
	for i := range own {
		f := &own[i]
		last := len(stays) - 1
		if last >= 0 && stays[last].Open() && leavesContainer(f, stays[last]) {
			stays[last].To = f.Key
		}
		if f.Link == Into {
			stays = append(stays, Stay{f.Other, f.Key, open})
		}
	}
	return stays
}

func leavesContainer(f *Fact, s Stay) bool {
	switch {
	case f.Link == Into:
		return true
	case f.Link == OutOf:
		return f.Other == s.In
	case f.Kind == Sighted:
		return f.Sight == Activation
	case f.Kind == Handled:
		return f.Step.Leaves() || f.Step.Arrives() || f.Step == RetailSelling
	}
	return false
}

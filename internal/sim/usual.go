package sim

import (
	"iter"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// Usual is how two rules in wide use do on the same messages, against the same
// truth.
type Usual struct {
	Vendor Report `json:"vendor_rule"` // against what concentrates
	Speed  Report `json:"speed_rule"`  // against copied serials
}

// ScoreUsual scores the usual rules. Observations is how many messages saw
// goods.
func ScoreUsual(messages iter.Seq[Message], m Master, truth []Truth, observations int) Usual {
	return Usual{
		Vendor: Score(concentrated(truth), Vendor(messages, m), observations),
		Speed:  Score(Expected(truth, func(rule string) bool { return rule == "R08" }), Speed(messages), observations),
	}
}

// concentrated returns a truth that expects only what scans in one place can
// show: what adds up there, and goods that came home.
func concentrated(truth []Truth) []Truth {
	out := Expected(truth, func(rule string) bool { return rule == "R06" })
	for i, t := range truth {
		for _, e := range t.Expected {
			if e.Rule == "R13" {
				e.Rule, e.To, e.Lost = "R06", t.To, nil
				out[i].Expected = append(out[i].Expected, e)
			}
		}
	}
	return out
}

const (
	vendorShare = .05
	vendorScans = 20
	week        = 7 * day
)

// Vendor is the rule that many systems ship with: once a week it blames a
// distributor for each place outside its territory from which more than 5 % of
// the buyers' scans of its goods came, of at least 20 in all. A unit is the
// distributor's to whom the manufacturer sent it.
func Vendor(messages iter.Seq[Message], m Master) []Found {
	v := newVendor(m)
	for x := range messages {
		v.message(x)
	}
	for ; len(v.waiting) > 0; v.look() {
	}
	return v.found
}

// An area is a distributor and a place outside its territory.
type area struct {
	who partner.ID
	to  geo.Region
}

type vendor struct {
	*partner.Directory
	parent  map[gs1.Item]gs1.Item
	buyer   map[gs1.Item]partner.ID // of a pallet, or a carton that was sent alone
	seen    map[string]bool         // ids
	waiting []*custody.Observation  // until their week is over
	end     time.Time               // of the week
	scans   map[partner.ID]int
	outside map[area][]gs1.Item
	blamed  map[area]bool
	found   []Found
}

func newVendor(m Master) *vendor {
	return &vendor{Directory: m.Directory(), parent: map[gs1.Item]gs1.Item{}, buyer: map[gs1.Item]partner.ID{}, seen: map[string]bool{},
		scans: map[partner.ID]int{}, outside: map[area][]gs1.Item{}, blamed: map[area]bool{}}
}

func (v *vendor) message(m Message) {
	if v.end.IsZero() {
		v.end = m.Arrival.Add(week)
	}
	for !m.Arrival.Before(v.end) {
		v.look()
	}
	switch o := m.Observation; {
	case m.Misread:
	case m.Hop != nil && m.Hop.Step == custody.Packing:
		for _, it := range m.Hop.Items {
			v.parent[it] = m.Hop.Parent
		}
	case m.ASN != nil:
		from, _ := v.Site(m.ASN.From)
		to, ok := v.Site(m.ASN.To)
		if ok && v.Manufacturer(from.Partner) && !v.Manufacturer(to.Partner) {
			for _, it := range m.ASN.Items {
				v.buyer[it] = v.Root(to.Partner)
			}
		}
	case o != nil && o.Kind == custody.Consumer && !v.seen[o.ID]:
		v.seen[o.ID] = true
		v.waiting = append(v.waiting, o)
	}
}

// look ends a week.
func (v *vendor) look() {
	for _, o := range v.waiting {
		who, ok := v.sold(o.Item)
		if !ok {
			continue
		}
		v.scans[who]++
		gtin, _ := o.Item.GTIN()
		if st, _ := v.Stands(who, gtin, o.Region(), o.Time); st != partner.Held {
			at := area{who, o.Country}
			v.outside[at] = append(v.outside[at], o.Item)
		}
	}
	v.waiting = nil
	for at, items := range v.outside {
		n := v.scans[at.who]
		if v.blamed[at] || n < vendorScans || float64(len(items)) <= vendorShare*float64(n) {
			continue
		}
		v.blamed[at] = true
		v.found = append(v.found, Found{Rule: "R06", Strength: "H", Partner: at.who, To: at.to, Items: slices.Clone(items), First: v.end, Raised: v.end})
	}
	v.end = v.end.Add(week)
}

// sold returns to whom the manufacturer sent a unit.
func (v *vendor) sold(it gs1.Item) (partner.ID, bool) {
	for range 3 {
		if who, ok := v.buyer[it]; ok {
			return who, true
		}
		up, ok := v.parent[it]
		if !ok {
			break
		}
		it = up
	}
	return "", false
}

// Speed is the plain rule for copies: a code that two scans in a row show
// moving at more than 1,000 km/h.
func Speed(messages iter.Seq[Message]) (found []Found) {
	const fastest = 1000 // km/h
	type sighting struct {
		at, arrival time.Time
		geo.Point
	}
	seen := map[gs1.Item][]sighting{}
	ids := map[string]bool{}
	var order []gs1.Item
	for m := range messages {
		o := m.Observation
		if o == nil || m.Misread || o.Lat == nil || ids[o.ID] {
			continue
		}
		ids[o.ID] = true
		if seen[o.Item] == nil {
			order = append(order, o.Item)
		}
		seen[o.Item] = append(seen[o.Item], sighting{o.Time, m.Arrival, geo.Point{Lat: *o.Lat, Lon: *o.Lon}})
	}
	for _, it := range order {
		list := seen[it]
		slices.SortStableFunc(list, func(a, b sighting) int { return a.at.Compare(b.at) })
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			if geo.Distance(a.Lat, a.Lon, b.Lat, b.Lon) > fastest*b.at.Sub(a.at).Hours() {
				raised := b.arrival
				if a.arrival.After(raised) {
					raised = a.arrival
				}
				found = append(found, Found{Rule: "R08", Strength: "H", Items: []gs1.Item{it}, First: b.at, Raised: raised})
				break
			}
		}
	}
	return found
}

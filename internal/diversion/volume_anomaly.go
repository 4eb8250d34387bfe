package diversion

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/partner"
)

var volumeParams = Params{"R11", []Param{
	{"factor", 2.5, 1, 100, Text{EN: "times the volume of its own earlier weeks", ZH: "相对自身此前各周订货量的倍数", ES: "veces el volumen de sus semanas anteriores"}},
	{"declared", 1.5, 1, 100, Text{EN: "times the capacity that it declared", ZH: "相对其申报能力的倍数", ES: "veces la capacidad que declaró"}},
	{"excess", 100, 0, 1e12, Text{EN: "units above the expected volume, at least", ZH: "超出预期的件数下限", ES: "unidades por encima del volumen esperado, como mínimo"}},
}}

// VolumeAnomaly finds a partner that orders far more than it can be expected to
// sell: goods that its own market will not take go somewhere. Orders for a
// registered deal are explained by it.
var VolumeAnomaly = &Rule{
	ID: "R11", Version: 1, Strength: Medium, Subject: PerGroup, Window: hold,
	Worth:  Weight{3, ordered},
	Title:  Text{EN: "orders beyond the expected volume", ZH: "订货量异常", ES: "pedidos por encima del volumen esperado"},
	Params: volumeParams,
	Judge:  judgeVolumes, Looks: Daily,
	Family: func(t custody.Trade, s Sum) partner.ID {
		_, buyer := cut(s.Of)
		return t.Root(buyer)
	},
	Why: Text{
		EN: "{holder} ordered {k} units in 28 days up to {day}, where {expected} were to be expected: to be planned for, and explained",
		ZH: "{holder} 截至 {day} 的 28 天内订购 {k} 件，而预期为 {expected} 件：需核对计划并说明原因",
		ES: "{holder} pidió {k} unidades en los 28 días hasta {day}, cuando cabía esperar {expected}: debe planificarse y explicarse",
	},
}

const (
	window  = 28 // days of orders that are added up
	history = 84 // days before them to compare with, at most
)

// Ordered names the sum that counts the units of an order.
func Ordered(o *custody.Order) (Sum, int64, bool) {
	at, ok := o.Date.Start()
	if !ok {
		return Sum{}, 0, false
	}
	units := int64(0)
	for _, l := range o.Lines {
		units += l.Quantity
	}
	q, look := Daily.Look(at)
	return Sum{Rule: "R11", Quarter: q, Look: uint8(look), Of: string(o.Seller) + "|" + string(o.Buyer), To: o.Deal}, units, true
}

// VolumeGroup names the group of a family of partners in a quarter.
func volumeGroup(root partner.ID, q Quarter) string { return fmt.Sprintf("%s|%d", root, q) }

func judgeVolumes(s *Season) (out []Verdict) {
	families := s.orders()
	for _, root := range slices.Sorted(maps.Keys(families)) {
		if v, ok := s.volume(root, families[root]); ok {
			out = append(out, v)
		}
	}
	return out
}

// A ledger of days: units ordered, by days since the first day of history that
// may count.
type days []int64

// orders adds up what each family ordered from the manufacturer on each day of
// this quarter and of the time before that it is compared with.
func (s *Season) orders() map[partner.ID]days {
	from := s.Quarter.Start().AddDate(0, 0, -window-history)
	all := map[partner.ID]days{}
	for q := QuarterOf(from); q <= s.Quarter; q++ {
		for sum, n := range s.Sums("R11", q) {
			seller, buyer := cut(sum.Of)
			root := s.Trade.Root(buyer)
			if s.Only != "" && s.Only != root || !counted(s.Trade, seller, buyer, sum.To) {
				continue
			}
			if at := int(q.Start().AddDate(0, 0, int(sum.Look)).Sub(from) / day); at >= 0 {
				if all[root] == nil {
					all[root] = make(days, window+history+93)
				}
				all[root][at] += n
			}
		}
	}
	return all
}

func cut(of string) (a, b partner.ID) {
	for i := range of {
		if of[i] == '|' {
			return partner.ID(of[:i]), partner.ID(of[i+1:])
		}
	}
	return partner.ID(of), ""
}

// counted tells whether what a partner orders counts: from the manufacturer, and
// for no deal that explains it.
func counted(t custody.Trade, seller, buyer partner.ID, deal string) bool {
	if !t.Manufacturer(seller) || t.Manufacturer(buyer) {
		return false
	}
	if deal == "" || t.Deals == nil {
		return true
	}
	d, ok := t.Deals.Get(deal)
	return !ok || !d.Live()
}

// Counts tells whether an order is one of those that a verdict on a family's
// volume adds up.
func (v *Verdict) Counts(t custody.Trade, o *custody.Order) bool {
	at, ok := o.Date.Start()
	from, until := v.Window()
	return ok && !at.Before(from) && at.Before(until) && t.Root(o.Buyer) == v.Partner && counted(t, o.Seller, o.Buyer, o.Deal)
}

// Window returns the days whose orders the figures of a verdict on a volume add
// up: from the first until before the last.
func (v *Verdict) Window() (from, until time.Time) {
	from = time.UnixMilli(v.Since).UTC()
	return from, from.AddDate(0, 0, window)
}

// volume judges each day of the quarter on which the family ordered. The verdict
// stands from the first day that is too much, with the figures of the worst.
func (s *Season) volume(root partner.ID, d days) (v Verdict, found bool) {
	from := s.Quarter.Start().AddDate(0, 0, -window-history)
	first := slices.IndexFunc(d, func(n int64) bool { return n > 0 })
	worst := 0.
	for look := range s.Looks {
		at := look + window + history
		if d[at] == 0 {
			continue
		}
		end := Daily.End(s.Quarter, look)
		p := s.Policies.At(end.Add(-1))
		if p.Rules["R11"].Off {
			continue
		}
		ordered := d.sum(at-window+1, at+1)
		expected, factor, ok := d.expected(p, root, first, at-window+1)
		if !ok || float64(ordered) <= factor*expected || float64(ordered)-expected < p.Param(volumeParams, "excess") {
			continue
		}
		if !found {
			home := homeOf(s.Trade, root)
			v = Verdict{Group: volumeGroup(root, s.Quarter), Partner: root, From: home, To: home, At: end.UnixMilli(), Policy: p.Version}
			found = true
		}
		if over := float64(ordered) / max(expected, 1); over > worst {
			worst = over
			v.K, v.Expected, v.Units = ordered, rounded(expected), ordered
			v.Since = from.AddDate(0, 0, at-window+1).UnixMilli()
		}
	}
	return v, found
}

// expected returns the units that a family may be expected to order in a window
// that begins on a day, and how many times that is too much: what it declared,
// or else what it ordered before. Where too little is known of it, nothing is
// expected.
func (d days) expected(p *Policy, root partner.ID, first, begin int) (units, factor float64, ok bool) {
	for _, c := range p.Capacities {
		if c.Partner == root {
			return float64(c.Units), p.Param(volumeParams, "declared"), true
		}
	}
	from := max(first, begin-history)
	if first < 0 || begin-from < window {
		return 0, 0, false
	}
	return float64(d.sum(from, begin)) / float64(begin-from) * window, p.Param(volumeParams, "factor"), true
}

func (d days) sum(from, to int) (n int64) {
	for _, v := range d[max(0, from):to] {
		n += v
	}
	return n
}

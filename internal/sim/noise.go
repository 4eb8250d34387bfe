package sim

import (
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
)

// A Field says how often things go wrong in the field, at noise 1, as shares of
// what they happen to.
type Field struct {
	ReceiptLost   float64 `json:"receipt_lost"`
	ShipmentLost  float64 `json:"shipment_lost"`
	NoticeMissing float64 `json:"notice_missing"`
	Resent        float64 `json:"resent"`
	Misread       float64 `json:"misread"`
	WrongCountry  float64 `json:"wrong_country"` // of network addresses
	ThroughVPN    float64 `json:"through_vpn"`
	CarriedAway   float64 `json:"carried_away"` // gifts and journeys
	Visitors      float64 `json:"visitors"`     // in the visited regions
	OverBorder    float64 `json:"over_border"`
	Parcels       float64 `json:"parcels"` // within the parcel regions

	Abroad        []geo.Region   `json:"abroad"`  // where goods surface that anybody carries
	Visited       []geo.Region   `json:"visited"` // where travellers of many countries buy
	Borders       [][]geo.Region `json:"borders"` // pairs whose phones hang on each other's masts
	ParcelRegions []geo.Region   `json:"parcel_regions"`
}

// usual is the table of the built-in world. The home of the goods is among the
// places where they surface.
var usual = Field{
	ReceiptLost: .03, ShipmentLost: .01, NoticeMissing: .01, Resent: .02, Misread: .002,
	WrongCountry: .01, ThroughVPN: .015, CarriedAway: .02, Visitors: .08, OverBorder: .01, Parcels: .015,
	Abroad:        []geo.Region{"BR", "TR", "JP", "GB", "ZA", "EG", "US-TX", "KR", "AU", "DE", "FR", "TH", "AE", "IN", "MX", "ID", "NG", "CN-ZJ"},
	Visited:       []geo.Region{"TH", "AE"},
	Borders:       [][]geo.Region{{"DE", "FR"}, {"SG", "MY"}},
	ParcelRegions: []geo.Region{"DE", "AT", "FR", "BE", "LU", "PL", "CZ", "SK", "ES", "PT"},
}

// neighbour returns the region across the border.
func (f *Field) neighbour(r geo.Region) (geo.Region, bool) {
	for _, b := range f.Borders {
		for i, side := range b {
			if side == r && len(b) == 2 {
				return b[1-i], true
			}
		}
	}
	return "", false
}

// A whim says why a buyer's scan comes from elsewhere.
type whim byte

const (
	atHome whim = iota
	mislocated
	visiting
	carried
	acrossBorder
	posted
)

// strays draws where a buyer's scan of goods sold in a region surfaces.
func (f *Field) strays(n stream, noise float64, r geo.Region, s custody.Source) (whim, geo.Region) {
	hit := func(p float64) bool { return n.chance(min(1, p*noise)) }
	if s == custody.IP && hit(f.WrongCountry) || hit(f.ThroughVPN) {
		return mislocated, pick(n, f.Abroad)
	}
	other, border := f.neighbour(r)
	switch {
	case slices.Contains(f.Visited, r) && hit(f.Visitors):
		return visiting, pick(n, f.Abroad)
	case hit(f.CarriedAway):
		return carried, pick(n, f.Abroad)
	case border && hit(f.OverBorder):
		return acrossBorder, other
	case slices.Contains(f.ParcelRegions, r) && hit(f.Parcels):
		return posted, pick(n, f.ParcelRegions)
	}
	return atHome, r
}

// astray lets a buyer's scan come from elsewhere, and tells whether it did.
func (j *journey) astray(u goods, b buyer, t moment) bool {
	why, r := j.w.field.strays(j.noise, j.w.Noise, b.region, b.source)
	switch why {
	case atHome:
		return false
	case mislocated:
		b.source, b.accuracy = custody.IP, 50_000
		j.scans(u, j.in(b, r), t)
	case acrossBorder:
		j.scans(u, j.in(b, r), t)
	case visiting:
		c := j.w.plant(byTourists, "", "", "", t)
		c.Items, c.Units = append(c.Items, j.lot.item(u)), c.Units+1
		j.burst(u, j.in(b, r), t)
	default:
		j.burst(u, j.in(b, r), t)
	}
	return true
}

// in returns the buyer at the main place of another region.
func (j *journey) in(b buyer, r geo.Region) buyer {
	p := j.w.place(r)
	b.region, b.lat, b.lon = r, p.Lat, p.Lon
	return b
}

// burst scans twice on average, a day's journey later: who plays with a code
// does it again.
func (j *journey) burst(u goods, b buyer, t moment) {
	end := j.w.quarter - time.Minute
	for t += day; t < end; {
		t = j.noise.between(t+time.Minute, min(t+3*day, end))
		j.scans(u, b, t)
		if j.noise.chance(.5) {
			return
		}
	}
}

// prompt is how long a message takes when nothing delays it.
const prompt = 2 * time.Second

// disturbed returns the journey's acts as they arrive: some lost, some late,
// some twice, with the clocks of their scanners.
func (j *journey) disturbed() []act {
	noise, n := j.w.Noise, j.noise
	out := make([]act, 0, len(j.acts)+len(j.acts)/32)
	for _, a := range j.acts {
		a.arrival = a.at + prompt
		if noise <= 0 {
			out = append(out, a)
			continue
		}
		hit := func(p float64) bool { return n.chance(min(1, p*noise)) }
		if !a.kept && hit(j.w.field.loss(&a)) {
			j.lose(&a)
			continue
		}
		if a.deed != ordering && !a.consumer && a.site != j.w.factory {
			a.arrival += n.delay(noise)
		}
		if a.deed == handling || a.deed == sight && !a.consumer {
			a.at += j.w.skews[a.site]
		}
		if a.single() && hit(j.w.field.Misread) {
			wrong := a
			wrong.misread, wrong.seq, wrong.arrival = true, a.seq|1<<24, a.arrival-time.Second
			out = append(out, wrong)
		}
		out = append(out, a)
		if hit(j.w.field.Resent) {
			again := a
			again.arrival += n.between(time.Minute, 2*day)
			out = append(out, again)
		}
	}
	return out
}

// lose notes what cannot be told any more for want of a scan.
func (j *journey) lose(a *act) {
	if !a.proof || a.deed != handling {
		return
	}
	rules := []string{"R03", "R04", "R13"}
	if a.step == shipping {
		rules = []string{"R02", "R17", "R19"}
	}
	for _, it := range j.lot.items(a.goods) {
		for _, rule := range rules {
			j.w.lost[pair{rule, it}] = true
		}
	}
}

// loss returns how likely an act never arrives.
func (f *Field) loss(a *act) float64 {
	switch {
	case a.deed == noticing:
		return f.NoticeMissing
	case a.deed != handling:
		return 0
	case a.step == receiving:
		return f.ReceiptLost
	case a.step == shipping:
		return f.ShipmentLost
	}
	return 0
}

// single tells whether an act is the scan of one code that has a check digit
// of its own.
func (a *act) single() bool {
	return (a.deed == handling || a.deed == sight) && !a.packed && a.goods.level != pallet && a.goods.hi-a.goods.lo == 1
}

// delay returns how late a message is: 10 % up to a day, 4 % up to three, 1 %
// up to fourteen.
func (s stream) delay(noise float64) moment {
	switch u := s.Float64(); {
	case u < .01*noise:
		return s.between(3*day, 14*day)
	case u < .05*noise:
		return s.between(day, 3*day)
	case u < .15*noise:
		return s.between(time.Hour, day)
	}
	return s.between(0, time.Hour)
}

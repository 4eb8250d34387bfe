package sim

import (
	"time"

	"waymark/internal/custody"
	"waymark/internal/geo"
)

// What goes wrong in the field, at noise 1.
const (
	receiptLost   = .03
	shipmentLost  = .01
	noticeMissing = .01
	resent        = .02
	misreadCode   = .002
	wrongCountry  = .01 // of addresses
	throughVPN    = .015
	carriedAway   = .02 // gifts and journeys
	visitors      = .08 // in TH and AE
	overBorder    = .01
	parcels       = .015 // within the EEA
)

// neighbours are regions whose phones hang on each other's masts.
var neighbours = map[geo.Region]geo.Region{"DE": "FR", "FR": "DE", "SG": "MY", "MY": "SG"}

// eea lists the regions of the scenario that parcels travel between.
var eea = []geo.Region{"DE", "AT", "FR", "BE", "LU", "PL", "CZ", "SK", "ES", "PT"}

// astray lets a buyer's scan come from elsewhere, and tells whether it did.
func (j *journey) astray(u goods, b buyer, t moment) bool {
	n := j.noise
	hit := func(p float64) bool { return n.chance(min(1, p*j.w.Noise)) }
	if b.source == custody.IP && hit(wrongCountry) || hit(throughVPN) {
		b.source, b.accuracy = custody.IP, 50_000
		j.scans(u, b.in(pick(n, abroad)), t)
		return true
	}
	hub := b.region == "TH" || b.region == "AE"
	switch {
	case hub && hit(visitors):
		c := j.w.plant("C05", "", "", "", t)
		c.Items, c.Units = append(c.Items, j.lot.item(u)), c.Units+1
		j.burst(u, b.in(pick(n, abroad)), t)
	case hit(carriedAway):
		j.burst(u, b.in(pick(n, abroad)), t)
	case neighbours[b.region] != "" && hit(overBorder):
		j.scans(u, b.in(neighbours[b.region]), t)
	case inEEA(b.region) && hit(parcels):
		j.burst(u, b.in(pick(n, eea)), t)
	default:
		return false
	}
	return true
}

func inEEA(r geo.Region) bool {
	for _, e := range eea {
		if e == r {
			return true
		}
	}
	return false
}

// in returns the buyer at the main place of another region.
func (b buyer) in(r geo.Region) buyer {
	b.region, b.lat, b.lon = r, places[r].lat, places[r].lon
	return b
}

// burst scans twice on average: who plays with a code does it again.
func (j *journey) burst(u goods, b buyer, t moment) {
	for {
		t = j.noise.between(t+time.Minute, min(t+3*day, quarter-time.Minute))
		j.scans(u, b, t)
		if j.noise.chance(.5) || t > quarter-day {
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
		if !a.kept && hit(a.loss()) {
			continue
		}
		if a.deed != ordering && !a.consumer && a.site != j.w.own["FAC-SZ"] {
			a.arrival += n.delay(noise)
		}
		if a.deed == handling || a.deed == sight && !a.consumer {
			a.at += j.w.skews[a.site]
		}
		if a.single() && hit(misreadCode) {
			wrong := a
			wrong.misread, wrong.seq, wrong.arrival = true, a.seq|1<<24, a.arrival-time.Second
			out = append(out, wrong)
		}
		out = append(out, a)
		if hit(resent) {
			again := a
			again.arrival += n.between(time.Minute, 2*day)
			out = append(out, again)
		}
	}
	return out
}

// loss returns how likely an act never arrives.
func (a *act) loss() float64 {
	switch {
	case a.deed == noticing:
		return noticeMissing
	case a.deed != handling:
		return 0
	case a.step == receiving:
		return receiptLost
	case a.step == shipping:
		return shipmentLost
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

package custody

import (
	"fmt"
	"math"
	"slices"
	"time"

	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger/event"
)

// A Sight is a kind of observation.
type Sight string

const (
	Consumer    Sight = "consumer"    // a buyer scanned the code
	Inspection  Sight = "inspection"  // the manufacturer's inspector found it
	Activation  Sight = "activation"  // sold, or its warranty begun
	CartonOpen  Sight = "carton_open" // a shop opened the carton
	Marketplace Sight = "marketplace" // offered on line
)

var sights = []Sight{Consumer, Inspection, Activation, CartonOpen, Marketplace}

// A Source says how an observation knows its place.
type Source string

const (
	GPS      Source = "gps"
	IP       Source = "ip"
	Declared Source = "declared"
)

var sources = []Source{GPS, IP, Declared}

// An Observation is an item seen outside the warehouses. It carries nothing
// that names a person: the device is a salted hash made by whoever sends it,
// and a buyer's place is kept no finer than a tenth of a degree.
type Observation struct {
	ID          string     `json:"id"`
	Time        time.Time  `json:"time"`
	Item        gs1.Item   `json:"item"`
	Kind        Sight      `json:"kind"`
	Country     geo.Region `json:"country"`
	Subdivision geo.Region `json:"subdivision,omitzero"`
	Lat         *float64   `json:"lat,omitempty"` // degrees, WGS 84
	Lon         *float64   `json:"lon,omitempty"`
	AccuracyM   float64    `json:"accuracy_m,omitzero"` // radius, metres
	Source      Source     `json:"source"`
	DeviceHash  string     `json:"device_hash,omitzero"`
	Venue       string     `json:"venue,omitzero"` // the place's or the organisation's name
	Evidence    []string   `json:"evidence,omitempty"`
	Reporter    string     `json:"reporter,omitzero"` // the organisation that reports, no person
}

// ObservationRecorded records an observation as it was received.
var ObservationRecorded = event.Define[Observation]("observation.recorded")

// Region returns where the item was seen, as finely as it is known.
func (o Observation) Region() geo.Region {
	if o.Subdivision != "" {
		return o.Subdivision
	}
	return o.Country
}

// Coarsen rounds the place to a tenth of a degree, some ten kilometres, and
// tells whether it was finer: a buyer's whereabouts must not enter what is never
// deleted (GDPR Art. 5(1)(c), PIPL Art. 6).
func (o *Observation) Coarsen() bool {
	finer := false
	for _, p := range []**float64{&o.Lat, &o.Lon} {
		if *p == nil {
			continue
		}
		if v := math.Round(**p*10) / 10; v != **p {
			*p, finer = &v, true
		}
	}
	return finer
}

// Validate returns everything that is wrong with o by itself, at the time now.
func (o Observation) Validate(now time.Time) []partner.Fault {
	var f checker
	f.eventID("/id", o.ID)
	f.eventTime("/time", o.Time, now)
	f.Require(o.Item != "", "/item", "missing, want a GS1 Digital Link, EPC URN or element string")
	f.Require(slices.Contains(sights, o.Kind), "/kind", "%q, want one of %q", o.Kind, sights)
	f.Require(slices.Contains(sources, o.Source), "/source", "%q, want one of %q", o.Source, sources)
	f.Country("/country", o.Country)
	f.Subdivision("/subdivision", o.Subdivision, o.Country)
	f.Place(o.Lat, o.Lon)
	f.Require(o.AccuracyM >= 0 && o.AccuracyM <= 20_000_000, "/accuracy_m", "%v, want metres, at most 20000000", o.AccuracyM)
	f.Printable("/device_hash", o.DeviceHash, 64)
	f.Printable("/venue", o.Venue, 128)
	f.Printable("/reporter", o.Reporter, 64)
	f.Require(len(o.Evidence) <= 32, "/evidence", "%d entries, want at most 32", len(o.Evidence))
	for i, e := range o.Evidence {
		f.Printable(fmt.Sprintf("/evidence/%d", i), e, 4096)
	}
	return f.Faults
}

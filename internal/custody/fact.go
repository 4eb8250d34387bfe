package custody

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"waymark/internal/geo"
	"waymark/internal/gs1"
)

// A Key names a fact and gives it its place: by the time it claims, and among
// facts of one millisecond by the hash of its event's id. It does not depend on
// when or in what order facts arrive.
type Key struct {
	Time int64  // event time, milliseconds since 1970 UTC
	Hash uint64 // of the event id
}

// KeySize is the length of a stored key, in bytes.
const KeySize = 16

// KeyOf returns the key of the event with that id at that time.
func KeyOf(t time.Time, eventID string) Key { return Key{t.UnixMilli(), HashID(eventID)} }

// HashID returns the hash by which an event id is known in keys.
func HashID(eventID string) uint64 {
	sum := sha256.Sum256([]byte(eventID))
	return binary.BigEndian.Uint64(sum[:])
}

// Compare orders keys.
func (k Key) Compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Time, o.Time), cmp.Compare(k.Hash, o.Hash))
}

// Less tells whether k comes before o.
func (k Key) Less(o Key) bool { return k.Compare(o) < 0 }

// At returns the event time.
func (k Key) At() time.Time { return time.UnixMilli(k.Time).UTC() }

// Append appends the stored form of k, which sorts as k does.
func (k Key) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, uint64(k.Time)), k.Hash)
}

// ReadKey reads a stored key.
func ReadKey(b []byte) Key {
	return Key{int64(binary.BigEndian.Uint64(b)), binary.BigEndian.Uint64(b[8:])}
}

// A Kind tells facts apart.
type Kind byte

const (
	Handled  Kind = 1 // a hop
	Sighted  Kind = 2 // an observation
	Notified Kind = 3 // an advance shipping notice lists the item
)

// A Link is what a fact says of containment.
type Link byte

const (
	Alone    Link = 0
	Into     Link = 1 // packed into Other
	OutOf    Link = 2 // taken out of Other
	Holding  Link = 3 // Count items were packed into this one
	Emptied  Link = 4 // Count items were taken out of this one; 0: all that it held
	AliasOf  Link = 5 // this is another code of the unit Other
	HasAlias Link = 6 // Other is another code of this unit
)

// A Fact is what one event says of one item: enough to fold its way from facts
// alone, without the events.
type Fact struct {
	Key
	Kind    Kind
	Link    Link
	Step    Step
	Site    gs1.GLN
	To      gs1.GLN
	Other   gs1.Item
	Content gs1.GTIN // Holding: what was packed
	Count   int
	Order   string
	ASN     string
	Ended   bool // the disposition says that the item must not be met again
	Stolen  bool // and that it was taken

	// Observations only.
	Sight    Sight
	Source   Source
	Region   geo.Region
	HasPlace bool
	Lat, Lon int16  // tenths of a degree: no finer place is kept (PIPL, GDPR data minimisation)
	Accuracy uint32 // radius, kilometres
	Device   uint64 // hash of the device hash; 0: unknown
	Venue    uint64 // deal.CustomerHash of the venue; 0: unknown
	Reporter uint64 // partner.ReporterHash of the reporter; 0: unknown
}

// Point returns where an observation was made.
func (f Fact) Point() geo.Point { return geo.Point{Lat: float64(f.Lat) / 10, Lon: float64(f.Lon) / 10} }

const (
	hasTo byte = 1 << iota
	hasOther
	hasContent
	hasOrder
	hasASN
	isEnded
	isStolen
	hasPlace
)

// hasReporter is a bit of an observation's source.
const hasReporter byte = 1 << 7

// AppendValue appends all of f but its key:
//
//	kind 1 | link 1 | step or sight 1 | flags 1 | site 6, or region as string
//	[to 6] [other string] [content 7, count uvarint] [order string] [asn string]
//	observations: source 1 | accuracy uvarint | device 8 | venue 8 [lat 2, lon 2]
//	[reporter 8]
//
// The source's highest bit tells that there is a reporter. A string is its length as a uvarint and its bytes; numbers are big-endian.
func (f Fact) AppendValue(b []byte) []byte {
	var flags byte
	set := func(on bool, bit byte) {
		if on {
			flags |= bit
		}
	}
	set(f.To != 0, hasTo)
	set(f.Other != "", hasOther)
	set(f.Content != 0 || f.Count != 0, hasContent)
	set(f.Order != "", hasOrder)
	set(f.ASN != "", hasASN)
	set(f.Ended, isEnded)
	set(f.Stolen, isStolen)
	set(f.HasPlace, hasPlace)
	what := f.Step.code()
	if f.Kind == Sighted {
		what = code(sights, f.Sight)
	}
	b = append(b, byte(f.Kind), byte(f.Link), what, flags)
	if f.Kind == Sighted {
		b = appendString(b, string(f.Region))
	} else {
		b = append48(b, uint64(f.Site))
	}
	if f.To != 0 {
		b = append48(b, uint64(f.To))
	}
	if f.Other != "" {
		b = appendString(b, string(f.Other))
	}
	if flags&hasContent != 0 {
		b = binary.AppendUvarint(append48(b, uint64(f.Content)), uint64(f.Count))
	}
	if f.Order != "" {
		b = appendString(b, f.Order)
	}
	if f.ASN != "" {
		b = appendString(b, f.ASN)
	}
	if f.Kind == Sighted {
		source := code(sources, f.Source)
		if f.Reporter != 0 {
			source |= hasReporter
		}
		b = binary.AppendUvarint(append(b, source), uint64(f.Accuracy))
		b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, f.Device), f.Venue)
		if f.HasPlace {
			b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(f.Lat)), uint16(f.Lon))
		}
		if f.Reporter != 0 {
			b = binary.BigEndian.AppendUint64(b, f.Reporter)
		}
	}
	return b
}

var errFact = errors.New("a stored fact is damaged")

// An Intern keeps one copy of each string that facts share: containers,
// orders, notices and regions come again in every fact of a shipment.
type Intern map[string]string

func (in Intern) of(b []byte) string {
	if s, ok := in[string(b)]; ok {
		return s
	}
	s := string(b)
	if in != nil {
		in[s] = s
	}
	return s
}

// ReadFact reads a fact stored under a key. in may be nil.
func ReadFact(k Key, b []byte, in Intern) (Fact, error) {
	r := reader{b: b, in: in}
	f := Fact{Key: k, Kind: Kind(r.byte()), Link: Link(r.byte())}
	what, flags := r.byte(), r.byte()
	f.Ended, f.Stolen, f.HasPlace = flags&isEnded != 0, flags&isStolen != 0, flags&hasPlace != 0
	if f.Kind == Sighted {
		f.Sight, f.Region = decode(&r, sights, what), geo.Region(r.string())
	} else {
		step, err := stepOf(what)
		r.bad = r.bad || err != nil
		f.Step, f.Site = step, gs1.GLN(r.uint48())
	}
	if flags&hasTo != 0 {
		f.To = gs1.GLN(r.uint48())
	}
	if flags&hasOther != 0 {
		f.Other = gs1.Item(r.string())
	}
	if flags&hasContent != 0 {
		f.Content, f.Count = gs1.GTIN(r.uint48()), int(r.uvarint())
	}
	if flags&hasOrder != 0 {
		f.Order = r.string()
	}
	if flags&hasASN != 0 {
		f.ASN = r.string()
	}
	if f.Kind == Sighted {
		source := r.byte()
		f.Source, f.Accuracy = decode(&r, sources, source&^hasReporter), uint32(r.uvarint())
		f.Device, f.Venue = r.uint64(), r.uint64()
		if f.HasPlace {
			f.Lat, f.Lon = int16(r.uint16()), int16(r.uint16())
		}
		if source&hasReporter != 0 {
			f.Reporter = r.uint64()
		}
	}
	if r.bad || len(r.b) != 0 {
		return Fact{}, errFact
	}
	return f, nil
}

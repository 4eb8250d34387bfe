package projections_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"waymark/internal/custody"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
)

// fields reads "word key=value …".
func fields(line string) (word string, f map[string]string) {
	f = map[string]string{}
	for i, w := range strings.Fields(line) {
		if i == 0 {
			word = w
			continue
		}
		k, v, _ := strings.Cut(w, "=")
		f[k] = strings.ReplaceAll(v, "_", " ")
	}
	return word, f
}

// record records one line: a thing, or one thing for each of several items.
func (s *story) record(line string) error {
	if rest, ok := strings.CutPrefix(line, "each "); ok {
		for _, one := range each(rest) {
			if err := s.record(one); err != nil {
				return fmt.Errorf("%s: %w", one, err)
			}
		}
		return nil
	}
	s.clock = s.clock.Add(time.Second)
	word, f := fields(line)
	switch word {
	case "partner", "site", "product", "grant", "waiver", "deal", "policy":
		return s.master(word, f)
	case "prices", "calendar", "leak":
		return s.tariff(word, f)
	case "order":
		return capture(s, "order", f["id"], custody.OrderPlaced, custody.Order{ID: f["id"], Seller: partner.ID(f["seller"]), Buyer: partner.ID(f["buyer"]), Deal: f["deal"], Quote: f["quote"],
			ShipTo: gln(f["ship-to"]), Date: partner.Date(or(f["date"], "2026-01-01")), Lines: []custody.OrderLine{{GTIN: 9521234100010, Quantity: int64(number(or(f["units"], "1")))}}})
	case "asn":
		items, err := itemsOf(f["items"])
		if err != nil {
			return err
		}
		return capture(s, "asn", f["id"], custody.ASNAnnounced, custody.ASN{ID: f["id"], Order: f["order"], From: gln(f["from"]), To: gln(f["to"]), Items: items, Date: partner.Date(or(f["date"], "2026-01-01"))})
	case "see":
		return s.see(line, f)
	}
	return s.handle(line, word, f)
}

// each tells of several items one by one: of each the same, but "every" so long
// after the one before, and observations by another device.
func each(line string) (out []string) {
	word, rest, _ := strings.Cut(line, " ")
	_, f := fields(line)
	every, _ := time.ParseDuration(or(f["every"], "1m"))
	for i, name := range namesOf(f["items"]) {
		one := []string{word}
		for _, w := range strings.Fields(rest) {
			switch k, _, _ := strings.Cut(w, "="); {
			case k == "items" && word == "see":
				one = append(one, "item="+name)
			case k == "items":
				one = append(one, "items="+name)
			case k == "at":
				one = append(one, "at="+at(f["at"]).Add(time.Duration(i)*every).Format(minute))
			case k != "every":
				one = append(one, w)
			}
		}
		if f["device"] == "" && word == "see" {
			one = append(one, "device=phone-of-"+name)
		}
		out = append(out, strings.Join(one, " "))
	}
	return out
}

func (s *story) see(line string, f map[string]string) error {
	it, err := item(f["item"])
	if err != nil {
		return err
	}
	o := custody.Observation{ID: or(f["id"], uuid.NewSHA1(uuid.Nil, []byte(line)).String()), Time: at(f["at"]), Item: it, Kind: custody.Sight(or(f["kind"], "consumer")),
		Country: geo.Region(f["in"]).Country(), Subdivision: sub(f["in"]), Source: custody.Source(or(f["by"], "ip")), DeviceHash: f["device"], Venue: f["venue"], Reporter: f["reporter"]}
	o.Lat, o.Lon = place(f)
	return hop(s, o.ID, custody.ObservationRecorded, o)
}

func place(f map[string]string) (lat, lon *float64) {
	var x, y float64
	if n, _ := fmt.Sscanf(f["place"], "%f,%f", &x, &y); n == 2 {
		return &x, &y
	}
	return nil, nil
}

// handle records a business step.
func (s *story) handle(line, step string, f map[string]string) error {
	items, err := itemsOf(f["items"])
	if err != nil {
		return err
	}
	h := custody.Hop{ID: or(f["id"], uuid.NewSHA1(uuid.Nil, []byte(line)).String()), Time: at(f["at"]), Step: custody.Step(step), Items: items, Site: gln(f["site"]),
		Order: f["order"], ASN: f["asn"], Disposition: f["disposition"]}
	if f["to"] != "" {
		h.To = gln(f["to"])
	}
	if f["parent"] != "" {
		if h.Parent, err = item(f["parent"]); err != nil {
			return err
		}
	}
	if faults := h.Validate(s.clock); len(faults) > 0 {
		return faults[0]
	}
	return hop(s, h.ID, custody.HopRecorded, h)
}

// put records what a thing is from now on.
func put[T any](s *story, kind, id string, typ event.Type[T], v T) error {
	_, err := ledger.Decide(context.Background(), s.log, ledger.AggregateStream(kind, id),
		func(n int, _ ledger.Recorded) (int, error) { return n + 1, nil },
		func(n int) ([]event.Event, error) {
			e, err := typ.New(uuid.Nil, v, nil)
			e.ID = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %s %d %s", kind, id, n, e.Data))
			return []event.Event{e}, err
		})
	return err
}

func capture[T any](s *story, kind, id string, typ event.Type[T], v T) error {
	return appendTo(s, ledger.AggregateStream(kind, id), id, typ, v)
}

func hop[T any](s *story, id string, typ event.Type[T], v T) error {
	return appendTo(s, ledger.CaptureStream(ledger.CaptureID(id)), id, typ, v)
}

func appendTo[T any](s *story, stream, id string, typ event.Type[T], v T) error {
	e, err := typ.New(uuid.Nil, v, nil)
	if err != nil {
		return err
	}
	e.ID = ledger.EventID(ledger.CaptureID(id), 0, e.Data)
	_, err = s.log.Append(context.Background(), stream, ledger.NoStream, e)
	return err
}

package projections_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/uuid"

	"waymark/internal/calendar"
	"waymark/internal/catalog"
	"waymark/internal/deal"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// dealing does what people do with deals and quotes, and tells how it went. It
// returns false for any other word.
func (s *story) dealing(word string, f map[string]string) (string, bool, error) {
	a := deal.Act{Command: or(f["as"], strings.ReplaceAll(fmt.Sprint(word, f["id"], f["at"]), ":", "")), By: f["by"], At: at(f["at"])}
	if strings.HasPrefix(a.By, "P") {
		a.For = partner.ID(a.By)
	}
	catchUp(storyTB{}, s.views)
	var said string
	var err error
	switch word {
	case "submit", "approve", "reject", "extend", "close":
		said, err = s.desk(word, a, f)
	case "quote", "approve-quote", "issue", "accept", "end":
		said, err = s.quote(word, a, f)
	default:
		return "", false, nil
	}
	return said, true, err
}

// storyTB lets a story catch up outside a test's own functions.
type storyTB struct{}

func (storyTB) Helper()                   {}
func (storyTB) Cleanup(func())            {}
func (storyTB) Errorf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }
func (storyTB) Fatal(a ...any)            { panic(fmt.Sprint(a...)) }

func (s *story) desk(word string, a deal.Act, f map[string]string) (string, error) {
	trade, id := s.views.DealTrade(), f["id"]
	country := geo.Region(f["in"]).Country()
	if word != "submit" {
		country, _ = deal.CountryOf(id)
	}
	said := ""
	_, err := ledger.Decide(context.Background(), s.log, ledger.AggregateStream("deals", deal.DeskID(country)), foldDesk, func(k *deal.Desk) ([]event.Event, error) {
		if k == nil {
			k = &deal.Desk{}
		}
		var events []any
		var err error
		switch word {
		case "submit":
			id, events, err = k.Submit(a, deal.Request{Partner: partner.ID(f["by"]), Customer: f["customer"], Domain: f["domain"], TaxID: f["tax"], Country: country, Subdivision: sub(f["in"]),
				Products: strings.Split(or(f["for"], "led"), ","), Quantity: 100, Value: 1_000_000, Currency: "USD", Close: "2026-12-31"}, trade)
		case "approve":
			events, err = k.Approve(a, id, deal.Answer{Outside: f["outside"] != ""}, trade)
		case "reject":
			events, err = k.Reject(a, id, deal.No{Code: deal.Code(f["code"])}, trade)
		case "extend":
			events, err = k.Extend(a, id, deal.Longer{Until: partner.Date(f["until"]), Progress: "progress"}, trade)
		case "close":
			events, err = k.Close(a, id, deal.Outcome{Status: deal.Status(f["status"])}, trade)
		}
		return encoded(word+id+a.Command, events, err)
	})
	if err == nil {
		catchUp(storyTB{}, s.views)
		d, _, _ := s.views.Deal(id, a.For)
		said = fmt.Sprintf("%s %s", id, d.Status)
		if d.Status == deal.Pending {
			said += " due " + d.Due.Format(time.RFC3339)
		}
		if r := d.Rejection; r != nil {
			said += fmt.Sprintf(" %s by %v since %s against %q", r.Code, r.Matched, r.Since, r.Against)
		}
		if d.Waiver != "" {
			w, _ := s.views.Directory().Waiver(d.Waiver)
			said += fmt.Sprintf(" waives %s from %s to %s", w.Regions, w.From, w.To)
		}
	}
	return said, err
}

func foldDesk(k *deal.Desk, r ledger.Recorded) (*deal.Desk, error) {
	if k == nil {
		k = &deal.Desk{}
	}
	v, err := catalog.Events.Decode(r.Event)
	if err != nil {
		return nil, err
	}
	return k, k.Apply(v)
}

func foldQuote(q *quote.Quote, r ledger.Recorded) (*quote.Quote, error) {
	if q == nil {
		q = &quote.Quote{}
	}
	v, err := catalog.Events.Decode(r.Event)
	if err != nil {
		return nil, err
	}
	return q, q.Apply(v)
}

// encoded returns what was decided as events.
func encoded(what string, decided []any, err error) (out []event.Event, _ error) {
	for i, d := range decided {
		e, err := encode(d)
		if err != nil {
			return nil, err
		}
		e.ID = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d %s", what, i, e.Data))
		out = append(out, e)
	}
	return out, err
}

func encode(payload any) (event.Event, error) {
	if deal.Subject(payload) != "" {
		return deal.EventOf(payload)
	}
	return quote.EventOf(payload)
}

func (s *story) quote(word string, a deal.Act, f map[string]string) (string, error) {
	trade, id := s.views.QuoteTrade(), f["id"]
	_, err := ledger.Decide(context.Background(), s.log, ledger.AggregateStream("quote", id), foldQuote, func(q *quote.Quote) ([]event.Event, error) {
		if q == nil {
			q = &quote.Quote{}
		}
		var events []any
		var err error
		switch word {
		case "quote":
			events, err = q.Make(a, quote.Request{ID: id, Partner: partner.ID(f["to"]), Recipients: list(f["for"]), Deal: f["deal"], PriceList: f["list"], Currency: "USD", Regions: regions(f["in"]),
				Lines: []quote.Asked{{GTIN: 9521234100010, Quantity: int64(number(or(f["units"], "1")))}}, From: partner.Date(or(f["from"], "2026-01-01")), Until: partner.Date(or(f["until"], "2026-12-31"))}, trade)
		case "approve-quote":
			events, err = q.Approve(a)
		case "issue":
			events, err = q.Give(a, trade)
		case "accept":
			events, err = q.Accept(a, trade)
		case "end":
			events, err = q.End(a, quote.Reason{Status: quote.Status(f["status"]), Reason: f["why"]}, trade)
		}
		return encoded(word+id+a.Command, events, err)
	})
	if err != nil {
		return "", err
	}
	catchUp(storyTB{}, s.views)
	q, _, err := s.views.Quote(id, a.For)
	said := fmt.Sprintf("%s %s %d %s, answered for by %q", id, q.Status, q.Total, q.Currency, q.Approver())
	if word == "issue" {
		for _, c := range q.Copies {
			said += fmt.Sprintf("\n  copy %s for %s", c.ID, c.Recipient)
		}
	}
	return said, err
}

// people tells of each line what came of it.
func (s *story) people(d *datadriven.TestData) string {
	var out strings.Builder
	for line := range strings.SplitSeq(d.Input, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s.clock = s.clock.Add(time.Second)
		word, f := fields(line)
		said, known, err := s.dealing(word, f)
		switch {
		case !known:
			said = "? " + line
		case err != nil:
			said = "refused: " + err.Error()
		}
		fmt.Fprintln(&out, said)
	}
	return out.String()
}

// prices, calendars and leaks are recorded as other documents are.
func (s *story) tariff(word string, f map[string]string) error {
	switch word {
	case "calendar":
		c := calendar.Calendar{ID: f["id"], Countries: regions(f["in"]), Weekend: list(or(f["weekend"], "saturday,sunday"))}
		for _, p := range list(f["periods"]) {
			part := strings.Split(p, ":")
			c.Periods = append(c.Periods, calendar.Period{Name: part[0], Kind: calendar.Kind(part[1]), From: partner.Date(part[2]), To: partner.Date(part[3])})
		}
		return valid(c.Validate(), func() error { return put(s, word, c.ID, calendar.Recorded, c) })
	case "prices":
		p := quote.PriceList{ID: f["id"], Regions: regions(f["in"]), Currency: "USD", From: partner.Date(or(f["from"], "2026-01-01")), To: partner.Date(f["until"]), Limit: int64(number(or(f["limit"], "1000000"))),
			Prices: []quote.Price{{GTIN: 9521234100010, Price: int64(number(or(f["each"], "50000")))}}}
		return valid(p.Validate(), func() error { return put(s, "price-list", p.ID, quote.PriceListSet, p) })
	}
	id, err := quote.ParseCopyID(f["copy"])
	if err != nil {
		return err
	}
	l := quote.Surfacing{ID: f["id"], Time: at(f["at"]), Copy: id, Country: geo.Region(f["in"]).Country(), Subdivision: sub(f["in"]), Source: quote.Source(or(f["source"], "tender"))}
	return valid(l.Validate(l.Time), func() error { return capture(s, "leak", l.ID, quote.Surfaced, l) })
}

func (s *story) trace(t *testing.T, d *datadriven.TestData) string {
	id, err := quote.ParseCopyID(d.CmdArgs[0].Key)
	if err != nil {
		return err.Error()
	}
	tr, ok, err := s.views.Copy(id)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "nothing found"
	}
	return fmt.Sprintf("%s: quote %s, partner %s, recipient %s, for %s, answered for by %s, seen %d times", tr.Copy, tr.Quote, tr.Partner, tr.Recipient, tr.Regions, tr.Approver, len(tr.Surfaced))
}

func (s *story) sold(t *testing.T, d *datadriven.TestData) string {
	it, err := item(d.CmdArgs[0].Key)
	if err != nil {
		return err.Error()
	}
	p, _, err := s.views.Provenance(it, "")
	if err != nil {
		t.Fatal(err)
	}
	return quotesOf(p)
}

func quotesOf(p projections.Provenance) string {
	var out strings.Builder
	for _, q := range p.Quotes {
		fmt.Fprintf(&out, "order %s: quote %s for %s, to %s at %s, answered for by %s\n", q.Order, q.Quote, q.Regions, strings.Join(q.Recipients, " "), q.Partner, q.Approver)
	}
	return or(out.String(), "no quote\n")
}

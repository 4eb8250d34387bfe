package quote_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark/internal/deal"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/internal/quote"
)

const panel, outdoor, card = 9521234100010, 9521234100027, 9521234100034

var noon = time.Date(2026, 2, 2, 12, 0, 0, 0, time.UTC)

func tradeOf() *quote.Trade {
	dir := partner.NewDirectory()
	dir.SetPartner(partner.Partner{ID: "P07", Country: "MX", TimeZone: "America/Mexico_City"}, noon)
	dir.SetPartner(partner.Partner{ID: "P05", Country: "US", TimeZone: "America/Los_Angeles"}, noon)
	dir.SetProduct(partner.Product{GTIN: panel, Name: "panel", Line: "led"})
	dir.SetProduct(partner.Product{GTIN: outdoor, Name: "outdoor", Line: "outdoor"})
	dir.SetProduct(partner.Product{GTIN: card, Name: "card", Line: "parts"})
	dir.SetGrant(partner.Grant{ID: "G7", Partner: "P07", Products: []string{"led", "outdoor"}, Regions: geo.Territory{"MX", "CO"}, From: "2025-01-01"})
	dir.SetGrant(partner.Grant{ID: "G7-PE", Partner: "P07", Products: []string{"led", "outdoor"}, Regions: geo.Territory{"PE"}, From: "2025-01-01", To: "2026-01-31"})
	dir.SetWaiver(partner.Waiver{ID: "W1", Reason: partner.AsDeal, Partner: "P07", Products: []string{"led"}, Regions: geo.Territory{"CL"}, From: "2026-01-01", To: "2026-06-30"})
	lists := &quote.Book{}
	lists.Set(quote.PriceList{ID: "LATAM-USD", Regions: geo.Territory{"MX", "CO", "PE", "CL", "AR"}, Currency: "USD", From: "2026-01-01", To: "2026-06-30",
		Prices: []quote.Price{{panel, 54_901}, {outdoor, 99_999}, {card, 12_000}}, Discount: 1500, Limit: 5_000_000})
	deals := &deal.Book{}
	deals.Set(deal.Registration{ID: "D1", Partner: "P07", Status: deal.Open, Country: "MX"})
	deals.Set(deal.Registration{ID: "D2", Partner: "P07", Status: deal.Lost, Country: "MX"})
	deals.Set(deal.Registration{ID: "D3", Partner: "P05", Status: deal.Open, Country: "US"})
	return &quote.Trade{Directory: dir, Lists: lists, Deals: deals}
}

func request() quote.Request {
	return quote.Request{ID: "Q-1", Partner: "P07", Recipients: []string{"u-1", "u-2"}, Deal: "D1", PriceList: "LATAM-USD", Currency: "USD", Regions: geo.Territory{"MX", "CO"},
		Lines: []quote.Asked{{panel, 20, 1250}, {outdoor, 3, 0}}, From: "2026-02-01", Until: "2026-03-31"}
}

func by(who, command string, days int) deal.Act {
	a := deal.Act{Command: command, By: who, At: noon.AddDate(0, 0, days)}
	if who[0] == 'P' {
		a.For = partner.ID(who)
	}
	return a
}

func take(t interface{ Fatal(...any) }, q *quote.Quote, events []any, err error) error {
	for _, e := range events {
		if err := q.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return err
}

func refused(err error, kind deal.Kind, field string) bool {
	var r *deal.Refusal
	return errors.As(err, &r) && r.Kind == kind && r.Field == field
}

// made returns a quote taken up to a status.
func made(t interface{ Fatal(...any) }, r quote.Request, status quote.Status) *quote.Quote {
	q, trade := &quote.Quote{}, tradeOf()
	for _, step := range []struct {
		is quote.Status
		do func() ([]any, error)
	}{
		{quote.Made, func() ([]any, error) { return q.Make(by("hq-1", "1", 0), r, trade) }},
		{quote.Approved, func() ([]any, error) { return q.Approve(by("hq-2", "2", 0)) }},
		{quote.Issued, func() ([]any, error) { return q.Give(by("hq-1", "3", 0), trade) }},
		{quote.Accepted, func() ([]any, error) { return q.Accept(by("P07", "4", 1), trade) }},
	} {
		events, err := step.do()
		if err := take(t, q, events, err); err != nil {
			t.Fatal(err)
		}
		if q.Status != step.is {
			t.Fatal(q.Status)
		}
		if q.Status == status {
			break
		}
	}
	return q
}

// Prices are exact: a unit's is rounded once, halves up, the rest multiplied and
// added.
func TestPrices(t *testing.T) {
	q := made(t, request(), quote.Made)
	want := []quote.Line{{panel, 20, 54_901, 1250, 48_038, 960_760}, {outdoor, 3, 99_999, 0, 99_999, 299_997}}
	if !reflect.DeepEqual(q.Lines, want) || q.Total != 1_260_757 || q.Version != 1 || q.NeedsApproval() || q.Approver() != "hq-1" {
		t.Errorf("the quote is %+v, want lines %+v", q, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		bp, n := rapid.IntRange(0, 1500).Draw(t, "discount"), rapid.Int64Range(1, 1_000_000).Draw(t, "quantity")
		r := request()
		r.Lines = []quote.Asked{{panel, n, bp}}
		l := made(t, r, quote.Made).Lines[0]
		exact := 54_901 * int64(10_000-bp) // in hundredths of a percent of minor units
		if off := l.Unit*10_000 - exact; off > 5_000 || off <= -5_000 || l.Amount != l.Unit*n {
			t.Fatalf("%d less %d is %d, and %d of them %d", l.List, bp, l.Unit, n, l.Amount)
		}
	})
}

func TestRefusedQuotes(t *testing.T) {
	trade := tradeOf()
	for name, c := range map[string]struct {
		spoil func(*quote.Request)
		field string
		says  string
	}{
		"no such list":           {func(r *quote.Request) { r.PriceList = "EU" }, "/price_list", `/price_list: there is no price list "EU"`},
		"another currency":       {func(r *quote.Request) { r.Currency = "MXN" }, "/currency", "/currency: MXN, but price list LATAM-USD is in USD"},
		"before the list":        {func(r *quote.Request) { r.From = "2025-12-31" }, "/from", "/from: 2025-12-31 is before price list LATAM-USD holds, from 2026-01-01 on"},
		"after the list":         {func(r *quote.Request) { r.Until = "2026-07-01" }, "/until", "/until: 2026-07-01 is after price list LATAM-USD holds, up to 2026-06-30"},
		"past":                   {func(r *quote.Request) { r.From, r.Until = "2026-01-01", "2026-02-01" }, "/until", "/until: 2026-02-01 is past, want a day from 2026-02-02 on"},
		"not the list's region":  {func(r *quote.Request) { r.Regions = geo.Territory{"MX", "US"} }, "/regions/1", "/regions/1: price list LATAM-USD gives no prices for US, only for MX, CO, PE, CL, AR"},
		"outside the grant":      {func(r *quote.Request) { r.Regions = geo.Territory{"MX", "AR"} }, "/regions/1", "/regions/1: P07 may not sell 09521234100010 in AR on 2026-02-02, only in CO, MX"},
		"a grant that lapsed":    {func(r *quote.Request) { r.Regions = geo.Territory{"PE"} }, "/regions/0", "/regions/0: the right of P07 to sell 09521234100010 in PE, by grant G7-PE, is not in force on 2026-02-02"},
		"waived, but not all":    {func(r *quote.Request) { r.Regions = geo.Territory{"CL"} }, "/regions/0", "/regions/0: P07 may not sell 09521234100027 in CL on 2026-02-02, only in CO, MX"},
		"another's right":        {func(r *quote.Request) { r.Partner, r.Deal = "P05", "" }, "/regions/0", "/regions/0: P05 has no right to sell 09521234100010 on 2026-02-02"},
		"a product not granted":  {func(r *quote.Request) { r.Lines[1].GTIN = card }, "/regions/0", "/regions/0: P07 has no right to sell 09521234100034 on 2026-02-02"},
		"another's deal":         {func(r *quote.Request) { r.Deal = "D3" }, "/deal", `/deal: P07 has no deal "D3"`},
		"a deal that was lost":   {func(r *quote.Request) { r.Deal = "D2" }, "/deal", "/deal: deal D2 is lost: want one that is registered or won"},
		"more than the discount": {func(r *quote.Request) { r.Lines[0].Discount = 1501 }, "/lines/0/discount_bp", "/lines/0/discount_bp: 1501, price list LATAM-USD allows 1500"},
	} {
		r := request()
		spoiled := append([]quote.Asked(nil), r.Lines...)
		r.Lines = spoiled
		c.spoil(&r)
		var q quote.Quote
		if _, err := q.Make(by("hq-1", "1", 0), r, trade); !refused(err, deal.Invalid, c.field) || err.Error() != c.says {
			t.Errorf("%s: refused with %v, want %s", name, err, c.says)
		}
	}
	r := request()
	r.Regions, r.Lines = geo.Territory{"CL"}, r.Lines[:1]
	if q := made(t, r, quote.Issued); q.Status != quote.Issued {
		t.Errorf("what an approved deal waives is %s", q.Status)
	}
}

func TestRefusedCommands(t *testing.T) {
	trade := tradeOf()
	dear := request()
	dear.Lines = []quote.Asked{{panel, 1000, 0}}
	foreign := by("P05", "x", 1)
	for name, c := range map[string]struct {
		ask  func() error
		kind deal.Kind
	}{
		"made by a partner":      {func() error { _, err := (&quote.Quote{}).Make(by("P07", "1", 0), dear, trade); return err }, deal.Forbidden},
		"made twice":             {func() error { _, err := made(t, dear, quote.Made).Make(by("hq-1", "x", 0), dear, trade); return err }, deal.Conflict},
		"approved by its maker":  {func() error { _, err := made(t, dear, quote.Made).Approve(by("hq-1", "x", 0)); return err }, deal.Forbidden},
		"approved by a partner":  {func() error { _, err := made(t, dear, quote.Made).Approve(by("P07", "x", 0)); return err }, deal.Forbidden},
		"approved twice":         {func() error { _, err := made(t, dear, quote.Approved).Approve(by("hq-3", "x", 0)); return err }, deal.Conflict},
		"issued above the limit": {func() error { _, err := made(t, dear, quote.Made).Give(by("hq-1", "x", 0), trade); return err }, deal.Conflict},
		"issued twice":           {func() error { _, err := made(t, dear, quote.Issued).Give(by("hq-1", "x", 0), trade); return err }, deal.Conflict},
		"issued too late":        {func() error { _, err := made(t, dear, quote.Approved).Give(by("hq-1", "x", 90), trade); return err }, deal.Conflict},
		"a copy that is not": {func() error {
			_, err := made(t, dear, quote.Issued).Fetch(by("P07", "x", 1), 7, "json", trade)
			return err
		}, deal.Unknown},
		"a copy of another's": {func() error {
			q := made(t, dear, quote.Issued)
			_, err := q.Fetch(foreign, q.Copies[0].ID, "json", trade)
			return err
		}, deal.Unknown},
		"accepted before it was given": {func() error { _, err := made(t, dear, quote.Approved).Accept(by("P07", "x", 1), trade); return err }, deal.Conflict},
		"accepted too late":            {func() error { _, err := made(t, dear, quote.Issued).Accept(by("P07", "x", 90), trade); return err }, deal.Conflict},
		"accepted by another":          {func() error { _, err := made(t, dear, quote.Issued).Accept(foreign, trade); return err }, deal.Unknown},
		"revoked for no reason": {func() error {
			_, err := made(t, dear, quote.Issued).End(by("hq-1", "x", 1), quote.Reason{Status: quote.Revoked}, trade)
			return err
		}, deal.Invalid},
		"revoked once accepted": {func() error {
			_, err := made(t, dear, quote.Accepted).End(by("hq-1", "x", 2), quote.Reason{quote.Revoked, "leaked"}, trade)
			return err
		}, deal.Conflict},
		"expired too early": {func() error {
			_, err := made(t, dear, quote.Issued).End(by("hq-1", "x", 2), quote.Reason{Status: quote.Expired}, trade)
			return err
		}, deal.Conflict},
		"before it was made": {func() error { _, err := made(t, dear, quote.Issued).Accept(by("P07", "x", -1), trade); return err }, deal.Invalid},
	} {
		var r *deal.Refusal
		if err := c.ask(); !errors.As(err, &r) || r.Kind != c.kind {
			t.Errorf("%s: refused with %v, want %s", name, err, c.kind)
		}
	}
	q := made(t, dear, quote.Issued)
	events, err := q.End(by("hq-1", "x", 2), quote.Reason{quote.Revoked, "leaked"}, trade)
	if err := take(t, q, events, err); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Fetch(by("P07", "y", 3), q.Copies[0].ID, "json", trade); !refused(err, deal.Conflict, "") {
		t.Errorf("a copy of a revoked quote is given out: %v", err)
	}
}

// Every recipient has a copy of its own; what names it says nothing, and is 56
// bits.
func TestCopies(t *testing.T) {
	q := made(t, request(), quote.Issued)
	if len(q.Copies) != 2 || q.Copies[0].ID == q.Copies[1].ID || q.Copies[0].Recipient != "u-1" || uint64(q.Copies[0].ID)>>56 != 0 {
		t.Fatalf("the copies are %+v", q.Copies)
	}
	id := q.Copies[1].ID
	if got, err := quote.ParseCopyID(id.String()); err != nil || got != id || len(id.String()) != 14 {
		t.Errorf("%s reads as %s, %v", id, got, err)
	}
	for _, s := range []string{"", "0", "00000000000000", "0123456789abcde", "0123456789abcg", "-123456789abcd"} {
		if _, err := quote.ParseCopyID(s); err == nil {
			t.Errorf("%q reads as a copy's id", s)
		}
	}
	for place, outside := range map[geo.Region]bool{"MX": false, "MX-JAL": false, "CO": false, "US": true, "US-CA": true} {
		if q.Outside(place) != outside {
			t.Errorf("%s is outside %s: %v", place, q.Regions, !outside)
		}
	}
	if part := (&quote.Quote{Regions: geo.Territory{"US-CA"}}); part.Outside("US") || !part.Outside("US-NV") {
		t.Error("of a country of which the quote names a part, the rest is outside, and the whole is not")
	}
}

// Whatever is asked: nothing above the limit is given out that one person alone
// answers for, what happened replays to the same, and a command is done once.
func TestQuoteModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q quote.Quote
		trade := tradeOf()
		r := request()
		r.Lines = []quote.Asked{{panel, rapid.SampledFrom([]int64{1, 1000}).Draw(t, "quantity"), 0}}
		var log []any
		day := 0
		for i := range rapid.IntRange(1, 20).Draw(t, "steps") {
			day += rapid.IntRange(0, 15).Draw(t, "days")
			a := by(rapid.SampledFrom([]string{"hq-1", "hq-2", "P07", "P05"}).Draw(t, "who"), fmt.Sprint(i), day)
			status := rapid.SampledFrom([]quote.Status{quote.Expired, quote.Revoked}).Draw(t, "status")
			do := []func() ([]any, error){
				func() ([]any, error) { return q.Make(a, r, trade) },
				func() ([]any, error) { return q.Approve(a) },
				func() ([]any, error) { return q.Give(a, trade) },
				func() ([]any, error) { return q.Accept(a, trade) },
				func() ([]any, error) { return q.End(a, quote.Reason{status, "leaked"}, trade) },
			}[rapid.IntRange(0, 4).Draw(t, "verb")]
			events, err := do()
			if take(t, &q, events, err) != nil {
				continue
			}
			log = append(log, events...)
			if events, err := do(); len(events) > 0 || err != nil {
				t.Fatalf("the same command again does %v, %v", events, err)
			}
			if len(q.Copies) > 0 && q.NeedsApproval() && (q.Approval == nil || q.Approval.By == q.Made.By) {
				t.Fatalf("%+v is given out, and only its maker answers for it", q)
			}
		}
		var anew quote.Quote
		take(t, &anew, log, nil)
		if !reflect.DeepEqual(anew, q) {
			t.Fatalf("replayed, the quote is\n%+v\nwant\n%+v", anew, q)
		}
	})
}

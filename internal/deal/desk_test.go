package deal_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark/internal/calendar"
	"waymark/internal/deal"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) // a Monday

// tradeOf returns a trade of P08, which sells in SG, P09, which sells in SG and
// TH, and P09-S, which is below it.
func tradeOf() *deal.Trade {
	dir := partner.NewDirectory()
	for _, p := range []partner.Partner{{ID: "P08", Country: "SG", TimeZone: "Asia/Singapore"}, {ID: "P09", Country: "TH", TimeZone: "Asia/Bangkok"}, {ID: "P09-S", Country: "TH", TimeZone: "Asia/Bangkok", Parent: "P09"}} {
		dir.SetPartner(p, noon)
	}
	for _, g := range []gs1.GTIN{9521234100010, 9521234100027} {
		dir.SetProduct(partner.Product{GTIN: g, Name: g.String(), Line: map[bool]string{true: "led", false: "outdoor"}[g == 9521234100010]})
	}
	dir.SetGrant(partner.Grant{ID: "G8", Partner: "P08", Products: []string{"led", "outdoor"}, Regions: geo.Territory{"SG"}, From: "2025-01-01"})
	dir.SetGrant(partner.Grant{ID: "G9", Partner: "P09", Products: []string{"led", "outdoor"}, Regions: geo.Territory{"SG", "TH"}, From: "2025-01-01"})
	return &deal.Trade{Directory: dir, Calendars: &calendar.Book{}, Terms: deal.Standard, Elsewhere: &deal.Book{}}
}

func request(p partner.ID) deal.Request {
	return deal.Request{Partner: p, Customer: "Harbour Lights Pte Ltd", Domain: "harbour.sg", TaxID: "201812345K", Country: "SG",
		Products: []string{"led"}, Quantity: 400, Value: 19_000_000, Currency: "USD", Close: "2026-05-01"}
}

// by returns an act of a partner's key, or of the owner's.
func by(who, command string, hours int) deal.Act {
	a := deal.Act{Command: command, By: who, At: noon.Add(time.Duration(hours) * time.Hour)}
	if who[0] == 'P' {
		a.For = partner.ID(who)
	}
	return a
}

// take applies what was decided, and passes the error on.
func take(t interface{ Fatal(...any) }, k *deal.Desk, events []any, err error) error {
	for _, e := range events {
		if err := k.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return err
}

func submit(t interface{ Fatal(...any) }, k *deal.Desk, a deal.Act, r deal.Request, trade *deal.Trade) (string, error) {
	id, events, err := k.Submit(a, r, trade)
	return id, take(t, k, events, err)
}

func refused(err error, kind deal.Kind, field string) bool {
	var r *deal.Refusal
	return errors.As(err, &r) && r.Kind == kind && r.Field == field
}

// The first of two partners gets the customer, the second is told why not, and
// nothing of the first.
func TestChannelConflict(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*deal.Request)
		code  deal.Code // "" where there is no conflict
		by    []deal.Match
	}{
		{"the same", func(*deal.Request) {}, deal.ChannelConflict, []deal.Match{deal.ByTaxID, deal.ByDomain, deal.ByName}},
		{"another spelling", func(r *deal.Request) {
			r.Customer, r.Domain, r.TaxID = "HARBOUR LIGHTS", "https://www.Harbour.sg/about", "SG 2018-12345 k"
		}, deal.ChannelConflict, []deal.Match{deal.ByTaxID, deal.ByDomain, deal.ByName}},
		{"another name", func(r *deal.Request) { r.Customer, r.TaxID = "Stadium project", "" }, deal.ChannelConflict, []deal.Match{deal.ByDomain}},
		{"only a name", func(r *deal.Request) { r.Domain, r.TaxID = "", "" }, deal.ChannelConflict, []deal.Match{deal.ByName}},
		{"a product of the line", func(r *deal.Request) { r.Products = []string{"09521234100010"} }, deal.ChannelConflict, []deal.Match{deal.ByTaxID, deal.ByDomain, deal.ByName}},
		{"another company of that name", func(r *deal.Request) { r.TaxID, r.Domain = "201899999Z", "" }, "", nil},
		{"other products", func(r *deal.Request) { r.Products = []string{"outdoor"} }, "", nil},
		{"another country", func(r *deal.Request) { r.Country = "TH" }, "", nil},
		{"another customer", func(r *deal.Request) { r.Customer, r.Domain, r.TaxID = "Orchard Screens", "orchard.sg", "" }, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k deal.Desk
			trade := tradeOf()
			first, _ := submit(t, &k, by("P08", "c1", 0), request("P08"), trade)
			events, err := k.Approve(by("hq-1", "c2", 1), first, deal.Answer{}, trade)
			if err := take(t, &k, events, err); err != nil {
				t.Fatal(err)
			}
			r := request("P09")
			c.spoil(&r)
			id, err := submit(t, &k, by("P09", "c1", 2), r, trade)
			d, _ := k.Get(id)
			if err != nil || c.code == "" && d.Status != deal.Pending || c.code != "" && d.Status != deal.Rejected {
				t.Fatalf("the second is %s, %v", d.Status, err)
			}
			if c.code != "" && (d.Rejection.Code != c.code || d.Rejection.Against != first || d.Rejection.Since != "2026-03-02" || !reflect.DeepEqual(d.Rejection.Matched, c.by)) {
				t.Errorf("it is rejected for %+v, want %s by %v", *d.Rejection, c.code, c.by)
			}
		})
	}
}

// Two that wait are decided in the order in which they came: when the first is
// taken the second goes with it, and when it is not the second has its chance.
func TestFirstValidWins(t *testing.T) {
	for _, valid := range []bool{true, false} {
		var k deal.Desk
		trade := tradeOf()
		first, _ := submit(t, &k, by("P08", "c1", 0), request("P08"), trade)
		second, _ := submit(t, &k, by("P09", "c1", 1), request("P09"), trade)
		if d, _ := k.Get(second); d.Status != deal.Pending || len(d.Behind) != 1 || d.Behind[0] != first {
			t.Fatalf("the second is %+v", d)
		}
		if _, err := k.Approve(by("hq-1", "early", 2), second, deal.Answer{}, trade); !refused(err, deal.Conflict, "") {
			t.Errorf("the second is approved before the first: %v", err)
		}
		events, err := k.Reject(by("hq-1", "c2", 2), first, deal.No{Code: deal.Insufficient}, trade)
		if valid {
			events, err = k.Approve(by("hq-1", "c2", 2), first, deal.Answer{}, trade)
		}
		if err := take(t, &k, events, err); err != nil {
			t.Fatal(err)
		}
		events, err = k.Approve(by("hq-1", "c3", 3), second, deal.Answer{}, trade)
		if d, _ := k.Get(second); valid && (!refused(err, deal.Conflict, "") || d.Rejection == nil || d.Rejection.Code != deal.ChannelConflict) || !valid && (err != nil || len(events) != 1) {
			t.Errorf("first valid %v: the second is %s, and approved with %v", valid, d.Status, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	trade := tradeOf()
	var k deal.Desk
	id, _ := submit(t, &k, by("P08", "c1", 0), request("P08"), trade)
	abroad := request("P09-S")
	abroad.Customer, abroad.Domain, abroad.TaxID, abroad.Products = "Penang Arena", "", "", []string{"outdoor"}
	in := abroad
	in.Country = "MY"
	out, _ := submit(t, &k, by("P09", "c2", 0), in, trade)
	open, _ := submit(t, &k, by("P09", "c3", 0), abroad, trade)
	events, err := k.Approve(by("hq-1", "c4", 1), open, deal.Answer{}, trade)
	if err := take(t, &k, events, err); err != nil {
		t.Fatal(err)
	}
	past := request("P08")
	past.Close = "2026-03-01"
	for name, c := range map[string]struct {
		ask   func() error
		kind  deal.Kind
		field string
	}{
		"submit for another":       {func() error { _, _, err := k.Submit(by("P08", "x", 1), request("P09"), trade); return err }, deal.Invalid, "/partner"},
		"submit what is past":      {func() error { _, _, err := k.Submit(by("P08", "x", 1), past, trade); return err }, deal.Invalid, "/close"},
		"submit under no name":     {func() error { _, _, err := k.Submit(by("P08", "", 1), request("P08"), trade); return err }, deal.Invalid, "/command"},
		"other content, same name": {func() error { _, _, err := k.Submit(by("P09", "c3", 1), in, trade); return err }, deal.Conflict, "/command"},
		"approve one's own":        {func() error { _, err := k.Approve(by("P08", "x", 1), id, deal.Answer{}, trade); return err }, deal.Forbidden, ""},
		"approve another's":        {func() error { _, err := k.Approve(by("P09", "x", 1), id, deal.Answer{}, trade); return err }, deal.Unknown, ""},
		"approve what is not":      {func() error { _, err := k.Approve(by("hq-1", "x", 1), "DR-SG-0", deal.Answer{}, trade); return err }, deal.Unknown, ""},
		"approve twice":            {func() error { _, err := k.Approve(by("hq-2", "x", 2), open, deal.Answer{}, trade); return err }, deal.Conflict, ""},
		"approve before it was":    {func() error { _, err := k.Approve(by("hq-1", "x", -1), id, deal.Answer{}, trade); return err }, deal.Invalid, "/at"},
		"approve outside, unsaid":  {func() error { _, err := k.Approve(by("hq-1", "x", 1), out, deal.Answer{}, trade); return err }, deal.Invalid, "/out_of_territory"},
		"reject for no reason":     {func() error { _, err := k.Reject(by("hq-1", "x", 1), id, deal.No{}, trade); return err }, deal.Invalid, "/code"},
		"reject as the rule does": {func() error {
			_, err := k.Reject(by("hq-1", "x", 1), id, deal.No{Code: deal.ChannelConflict}, trade)
			return err
		}, deal.Invalid, "/code"},
		"extend what waits": {func() error {
			_, err := k.Extend(by("hq-1", "x", 1), id, deal.Longer{"2026-06-01", "met"}, trade)
			return err
		}, deal.Conflict, ""},
		"extend as the partner": {func() error {
			_, err := k.Extend(by("P09", "x", 2), open, deal.Longer{"2026-06-10", "met"}, trade)
			return err
		}, deal.Forbidden, ""},
		"extend to before": {func() error {
			_, err := k.Extend(by("hq-1", "x", 2), open, deal.Longer{"2026-05-01", "met"}, trade)
			return err
		}, deal.Invalid, "/until"},
		"extend for too long": {func() error {
			_, err := k.Extend(by("hq-1", "x", 2), open, deal.Longer{"2027-05-01", "met"}, trade)
			return err
		}, deal.Invalid, "/until"},
		"extend without progress": {func() error {
			_, err := k.Extend(by("hq-1", "x", 2), open, deal.Longer{"2026-06-10", ""}, trade)
			return err
		}, deal.Invalid, "/progress"},
		"extend too late": {func() error {
			_, err := k.Extend(by("hq-1", "x", 24*100), open, deal.Longer{"2026-06-10", "met"}, trade)
			return err
		}, deal.Conflict, ""},
		"win what waits": {func() error {
			_, err := k.Close(by("P08", "x", 2), id, deal.Outcome{Status: deal.Won}, trade)
			return err
		}, deal.Conflict, ""},
		"win too late": {func() error {
			_, err := k.Close(by("P09", "x", 24*100), open, deal.Outcome{Status: deal.Won}, trade)
			return err
		}, deal.Conflict, ""},
		"lose another's": {func() error {
			_, err := k.Close(by("P08", "x", 2), open, deal.Outcome{Status: deal.Lost}, trade)
			return err
		}, deal.Unknown, ""},
		"withdraw what was taken": {func() error {
			_, err := k.Close(by("P09", "x", 2), open, deal.Outcome{Status: deal.Withdrawn}, trade)
			return err
		}, deal.Conflict, ""},
		"expire what is protected": {func() error {
			_, err := k.Close(by("hq-1", "x", 2), open, deal.Outcome{Status: deal.Expired}, trade)
			return err
		}, deal.Conflict, ""},
		"end with no known outcome": {func() error {
			_, err := k.Close(by("P09", "x", 2), open, deal.Outcome{Status: "hopeful"}, trade)
			return err
		}, deal.Invalid, "/status"},
	} {
		if err := c.ask(); !refused(err, c.kind, c.field) {
			t.Errorf("%s: refused with %v, want %s at %q", name, err, c.kind, c.field)
		}
	}
	// what the owner's key registered for a partner, that key does not decide on
	r := request("P08")
	r.Customer, r.Domain, r.TaxID = "Orchard Screens", "", ""
	own, _ := submit(t, &k, by("hq-1", "o1", 1), r, trade)
	if _, err := k.Approve(by("hq-1", "o2", 2), own, deal.Answer{}, trade); !refused(err, deal.Forbidden, "") {
		t.Errorf("who registered it approves it: %v", err)
	}
}

// A deal outside the territory waives while it is protected, and once it is won
// while it is delivered; inside it waives nothing.
func TestWaiver(t *testing.T) {
	trade := tradeOf()
	r := request("P08")
	r.Country = "AU"
	for name, c := range map[string]struct {
		then func(k *deal.Desk, id string) ([]any, error)
		to   partner.Date
	}{
		"open": {func(*deal.Desk, string) ([]any, error) { return nil, nil }, "2026-05-31"},
		"extended": {func(k *deal.Desk, id string) ([]any, error) {
			return k.Extend(by("hq-1", "c3", 48), id, deal.Longer{"2026-06-30", "tender"}, trade)
		}, "2026-06-30"},
		"won": {func(k *deal.Desk, id string) ([]any, error) {
			return k.Close(by("P08", "c3", 48), id, deal.Outcome{Status: deal.Won}, trade)
		}, "2026-08-31"},
		"lost": {func(k *deal.Desk, id string) ([]any, error) {
			return k.Close(by("P08", "c3", 48), id, deal.Outcome{Status: deal.Lost}, trade)
		}, "2026-03-04"},
		"expired": {func(k *deal.Desk, id string) ([]any, error) {
			return k.Close(by("hq-2", "c3", 24*91), id, deal.Outcome{Status: deal.Expired}, trade)
		}, "2026-05-31"},
	} {
		var k deal.Desk
		id, _ := submit(t, &k, by("P08", "c1", 0), r, trade)
		d, _ := k.Get(id)
		if _, ok := d.Waiver(); ok || !d.Outside {
			t.Errorf("%s: before it is decided the deal is %+v", name, d)
		}
		events, err := k.Approve(by("hq-1", "c2", 1), id, deal.Answer{Outside: true}, trade)
		if err := take(t, &k, events, err); err != nil {
			t.Fatal(err)
		}
		events, err = c.then(&k, id)
		if err := take(t, &k, events, err); err != nil {
			t.Fatal(name, err)
		}
		d, _ = k.Get(id)
		w, ok := d.Waiver()
		if !ok || w.To != c.to || w.From != "2026-03-02" || w.Partner != "P08" || len(w.Validate()) > 0 {
			t.Errorf("%s: the waiver is %+v, %v, want one to %s", name, w, w.Validate(), c.to)
		}
	}
	var k deal.Desk
	id, _ := submit(t, &k, by("P08", "c1", 0), request("P08"), trade)
	events, err := k.Approve(by("hq-1", "c2", 1), id, deal.Answer{Outside: true}, trade)
	if err := take(t, &k, events, err); err != nil {
		t.Fatal(err)
	}
	if d, _ := k.Get(id); d.Outside || d.Due != noon.Truncate(24*time.Hour).Add(64*time.Hour) {
		t.Errorf("inside the territory the deal is %+v", d)
	}
}

func TestRequestFaults(t *testing.T) {
	for want, spoil := range map[string]func(*deal.Request){
		"":             func(*deal.Request) {},
		"/partner":     func(r *deal.Request) { r.Partner = "" },
		"/customer":    func(r *deal.Request) { r.Customer = "" },
		"/domain":      func(r *deal.Request) { r.Domain = "gmail.com" },
		"/tax_id":      func(r *deal.Request) { r.TaxID = "1" },
		"/country":     func(r *deal.Request) { r.Country, r.Subdivision = "US-CA", "" },
		"/subdivision": func(r *deal.Request) { r.Subdivision = "DE-BY" },
		"/products":    func(r *deal.Request) { r.Products = nil },
		"/quantity":    func(r *deal.Request) { r.Quantity = 0 },
		"/value":       func(r *deal.Request) { r.Value = -1 },
		"/currency":    func(r *deal.Request) { r.Currency = "DEM" },
		"/close":       func(r *deal.Request) { r.Close = "soon" },
	} {
		r := request("P08")
		spoil(&r)
		f := r.Validate()
		if len(f) > 1 || len(f) == 0 != (want == "") || len(f) == 1 && f[0].Field != want {
			t.Errorf("faults are %v, want one at %q", f, want)
		}
	}
	if f := deal.Standard.Validate(); len(f) > 0 {
		t.Errorf("the standard terms have faults: %v", f)
	}
}

// Whatever is asked, in whatever order: no customer is ever promised to two, what
// happened once replays to the same, and the same command again does nothing.
func TestDeskModel(t *testing.T) {
	customers := []string{"Harbour Lights", "Orchard Screens"}
	rapid.Check(t, func(t *rapid.T) {
		var k deal.Desk
		trade := tradeOf()
		var log []any
		var ids []string
		type call func(a deal.Act) ([]any, error)
		hours := 0
		for i := range rapid.IntRange(1, 25).Draw(t, "steps") {
			who := rapid.SampledFrom([]string{"P08", "P09", "P09-S", "hq-1", "hq-2"}).Draw(t, "who")
			var do call
			if verb := rapid.IntRange(0, 6).Draw(t, "verb"); verb < 3 || len(ids) == 0 {
				r := request(rapid.SampledFrom([]partner.ID{"P08", "P09", "P09-S"}).Draw(t, "partner"))
				r.Customer = rapid.SampledFrom(customers).Draw(t, "customer")
				r.TaxID, r.Domain = "", rapid.SampledFrom([]string{"", "harbour.sg"}).Draw(t, "domain")
				do = func(a deal.Act) ([]any, error) {
					id, events, err := k.Submit(a, r, trade)
					if len(events) > 0 {
						ids = append(ids, id)
					}
					return events, err
				}
			} else {
				id := rapid.SampledFrom(ids).Draw(t, "deal")
				status := rapid.SampledFrom([]deal.Status{deal.Won, deal.Lost, deal.Withdrawn, deal.Expired}).Draw(t, "status")
				do = map[int]call{
					3: func(a deal.Act) ([]any, error) { return k.Approve(a, id, deal.Answer{}, trade) },
					4: func(a deal.Act) ([]any, error) { return k.Reject(a, id, deal.No{Code: deal.Insufficient}, trade) },
					5: func(a deal.Act) ([]any, error) { return k.Extend(a, id, deal.Longer{"2026-07-15", "progress"}, trade) },
					6: func(a deal.Act) ([]any, error) { return k.Close(a, id, deal.Outcome{Status: status}, trade) },
				}[verb]
			}
			hours += rapid.IntRange(0, 24*9).Draw(t, "pace")
			a := by(who, fmt.Sprintf("c%d", i), hours)
			events, err := do(a)
			if take(t, &k, events, err) != nil {
				continue
			}
			log = append(log, events...)
			n := len(ids)
			if events, err := do(a); len(events) > 0 || err != nil || len(ids) != n {
				t.Fatalf("the same command again does %v, %v", events, err)
			}
			promisedOnce(t, &k, trade, a.At)
		}
		var anew deal.Desk
		take(t, &anew, log, nil)
		if !reflect.DeepEqual(anew, k) {
			t.Fatalf("replayed, the desk is\n%+v\nwant\n%+v", anew, k)
		}
	})
}

func promisedOnce(t *rapid.T, k *deal.Desk, trade *deal.Trade, at time.Time) {
	day := partner.Date(at.Format(time.DateOnly))
	all := k.All()
	for i := range all {
		for j := range i {
			a, b := &all[i], &all[j]
			if a.Protected(day) && b.Protected(day) && len(a.Request.SameCustomer(&b.Request)) > 0 && !trade.Directory.SameFamily(a.Partner, b.Partner) {
				t.Fatalf("on %s %s is promised to %s and to %s", day, a.Customer, a.Partner, b.Partner)
			}
		}
	}
}

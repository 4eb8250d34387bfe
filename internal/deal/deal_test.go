package deal_test

import (
	"testing"

	"waymark/internal/deal"
	"waymark/internal/partner"
)

func good() deal.Registration {
	lat, lon := 51.9, 4.5
	return deal.Registration{ID: "D1", Partner: "P08", Customer: "Rotterdam Port Services B.V.", Country: "NL", Subdivision: "NL-ZH", Lat: &lat, Lon: &lon,
		Products: []string{"led", "09521234100010"}, Quantity: 400, Status: deal.Lost, Registered: "2026-02-01", Until: "2026-05-01"}
}

func TestFaults(t *testing.T) {
	far := 181.0
	for _, c := range []struct {
		name  string
		spoil func(*deal.Registration)
		field string
	}{
		{"good", func(*deal.Registration) {}, ""},
		{"only what is needed", func(r *deal.Registration) { r.Subdivision, r.Lat, r.Lon, r.Until = "", nil, nil, "" }, ""},
		{"no id", func(r *deal.Registration) { r.ID = "" }, "/id"},
		{"no partner", func(r *deal.Registration) { r.Partner = "" }, "/partner"},
		{"no customer", func(r *deal.Registration) { r.Customer = "" }, "/customer"},
		{"a customer of two lines", func(r *deal.Registration) { r.Customer = "a\nb" }, "/customer"},
		{"no country", func(r *deal.Registration) { r.Country, r.Subdivision = "", "" }, "/country"},
		{"a part for a country", func(r *deal.Registration) { r.Country, r.Subdivision = "NL-ZH", "" }, "/country"},
		{"a part of another country", func(r *deal.Registration) { r.Subdivision = "DE-BY" }, "/subdivision"},
		{"half a place", func(r *deal.Registration) { r.Lat = nil }, "/lat"},
		{"too far east", func(r *deal.Registration) { r.Lon = &far }, "/lon"},
		{"no products", func(r *deal.Registration) { r.Products = nil }, "/products"},
		{"a GTIN with a wrong check digit", func(r *deal.Registration) { r.Products[1] = "09521234100011" }, "/products/1"},
		{"nothing sold", func(r *deal.Registration) { r.Quantity = 0 }, "/quantity"},
		{"too much sold", func(r *deal.Registration) { r.Quantity = 1e12 }, "/quantity"},
		{"no status", func(r *deal.Registration) { r.Status = "" }, "/status"},
		{"a status of its own", func(r *deal.Registration) { r.Status = "hopeful" }, "/status"},
		{"no day", func(r *deal.Registration) { r.Registered = "" }, "/registered"},
		{"over before it was registered", func(r *deal.Registration) { r.Until = "2026-01-31" }, "/until"},
	} {
		r := good()
		c.spoil(&r)
		f := r.Validate()
		if len(f) > 1 || len(f) == 0 != (c.field == "") || len(f) == 1 && f[0].Field != c.field {
			t.Errorf("%s: faults are %v, want one at %q", c.name, f, c.field)
		}
	}
}

// The last version of a deal holds, wherever its customer was; a copy keeps
// what it was copied from.
func TestBook(t *testing.T) {
	var b deal.Book
	first := good()
	b.Set(first)
	b.Set(deal.Registration{ID: "D0", Customer: "x", Country: "NL", Status: deal.Open})
	before := b.Clone()
	first.Country, first.Status = "BE", deal.Won
	old, found := b.Set(first)
	if !found || old.Country != "NL" || old.Status != deal.Lost {
		t.Errorf("the version before is %+v, %v", old, found)
	}
	if in := before.In("NL"); len(in) != 2 || in[0].ID != "D0" || in[1].ID != "D1" || len(before.In("BE")) != 0 {
		t.Errorf("the copy has %v in NL, want both in order", in)
	}
	if got, ok := b.Get("D1"); !ok || got.Country != "BE" || !got.Live() || len(b.In("NL")) != 1 || len(b.In("BE")) != 1 || len(b.All()) != 2 {
		t.Errorf("the book holds %+v", b.All())
	}
	var none *deal.Book
	if _, ok := none.Get("D1"); ok || none.All() != nil || none.In("NL") != nil || len(none.Clone().All()) != 0 {
		t.Error("no book holds deals")
	}
}

func TestCovers(t *testing.T) {
	r := good()
	for want, products := range map[bool][]partner.Product{
		true:  {{GTIN: 9521234100010, Line: "outdoor"}, {GTIN: 9521234100027, Line: "led"}},
		false: {{GTIN: 9521234100027, Line: "outdoor"}, {}},
	} {
		for _, p := range products {
			if r.Covers(&p) != want {
				t.Errorf("the deal covers %+v: %v, want %v", p, !want, want)
			}
		}
	}
}

func TestCustomerHash(t *testing.T) {
	for _, names := range [][]string{
		{"Rotterdam Port Services B.V.", "ROTTERDAM PORT SERVICES BV", " rotterdam  port-services", "Rotterdam Port Services, b.v."},
		{"Müller & Söhne GmbH & Co. KG", "Muller & Sohne", "Mu\u0308ller, So\u0308hne GmbH"},
		{"Siam Light Co.,Ltd.", "Siam Light Co., Ltd", "SIAM LIGHT COMPANY LIMITED", "Ｓｉａｍ　Ｌｉｇｈｔ"},
		{"上海照明有限公司", "上海照明", "上海照明股份有限公司"},
		{"株式会社ひかり", "ひかり株式会社", "ひかり"},
		{"9522009000016", "9522009000016 "},
		{"Ltd.", "LTD"}, // a form alone is the name
		{"***"},
	} {
		for _, n := range names {
			if h := deal.CustomerHash(n); h == 0 || h != deal.CustomerHash(names[0]) {
				t.Errorf("%q is known by %x, %q by %x; want the same", n, h, names[0], deal.CustomerHash(names[0]))
			}
		}
	}
	seen := map[uint64]string{}
	for _, n := range []string{"Rotterdam Port", "Rotterdam", "Siam Light", "Siam", "AG", "SA", "***", "+++", "ひかり", "びかり"} {
		if other, twice := seen[deal.CustomerHash(n)]; twice {
			t.Errorf("%q and %q are one customer", n, other)
		}
		seen[deal.CustomerHash(n)] = n
	}
	if deal.CustomerHash("") != 0 || deal.CustomerHash(" ") != 0 {
		t.Error("no name has a hash")
	}
	r := good()
	if r.CustomerHash() != deal.CustomerHash(r.Customer) {
		t.Error("a deal's customer is another's")
	}
}

package projections_test

import (
	"fmt"
	"strconv"
	"strings"

	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// master records what a thing of the master data is from now on.
func (s *story) master(word string, f map[string]string) error {
	switch word {
	case "partner":
		return put(s, word, f["id"], partner.Registered, partner.Partner{ID: partner.ID(f["id"]), Name: or(f["name"], f["id"]),
			Country: geo.Region(f["in"]), Currency: "USD", TimeZone: "UTC", Parent: partner.ID(f["under"]), Status: partner.Status(f["status"]), Tier: partner.Tier{Scale: partner.Scale(f["tier"])}})
	case "site":
		return put(s, word, f["gln"], partner.SiteRegistered, partner.Site{GLN: gln(f["gln"]), Name: or(f["name"], f["gln"]), Partner: partner.ID(f["of"]),
			Role: partner.Role(or(f["role"], "dc")), Country: geo.Region(f["in"]).Country(), Subdivision: sub(f["in"]), TimeZone: "UTC"})
	case "product":
		g, err := gs1.ParseGTIN(f["gtin"])
		c, _ := gs1.ParseGTIN(f["carton"])
		if err != nil {
			return err
		}
		return put(s, word, f["gtin"], partner.ProductRegistered, partner.Product{GTIN: g, Name: f["gtin"], Line: or(f["line"], "led"), CartonGTIN: c, UnitsPerCarton: number(f["units"])})
	case "grant":
		return put(s, word, f["id"], partner.GrantRecorded, partner.Grant{ID: f["id"], Partner: partner.ID(f["to"]), Products: strings.Split(or(f["for"], "led"), ","),
			Regions: regions(f["in"]), From: partner.Date(or(f["from"], "2025-01-01")), To: partner.Date(f["until"]), SellOffDays: number(f["sell-off"])})
	case "waiver":
		return s.waiver(f)
	case "deal":
		r := deal.Registration{ID: f["id"], Partner: partner.ID(f["by"]), Customer: f["customer"], Country: geo.Region(f["in"]), Products: strings.Split(or(f["for"], "led"), ","),
			Quantity: 100, Status: deal.Status(or(f["status"], "registered")), Registered: partner.Date(or(f["from"], "2026-01-01"))}
		r.Lat, r.Lon = place(f)
		return valid(r.Validate(), func() error { return put(s, word, r.ID, deal.Registered, r) })
	}
	p, err := policyOf(f)
	if err != nil {
		return err
	}
	return valid(p.Validate(), func() error { return put(s, word, p.Version, diversion.PolicyAdopted, p) })
}

func valid(faults []partner.Fault, then func() error) error {
	if len(faults) > 0 {
		return faults[0]
	}
	return then()
}

func (s *story) waiver(f map[string]string) error {
	items, err := itemsOf(f["items"])
	if err != nil {
		return err
	}
	w := partner.Waiver{ID: f["id"], Reason: partner.Reason(f["for"]), Partner: partner.ID(f["to"]), Consignee: partner.ID(f["consignee"]), Items: items,
		From: partner.Date(or(f["from"], "2026-01-01")), To: partner.Date(f["until"]), Reporter: f["reporter"]}
	if f["in"] != "" {
		w.Regions = regions(f["in"])
	}
	return valid(w.Validate(), func() error { return put(s, "waiver", w.ID, partner.WaiverRecorded, w) })
}

// policyOf reads a pack: off=R05,R02 set=R15.units:10,R06.least:1 hubs=AE
// quota=VN:100 capacity=P02:500 embargo=KP listed=Crimson_Star:AE budget=8:100
// baseline=P02:AE:3:1000.
func policyOf(f map[string]string) (diversion.Policy, error) {
	p := diversion.Policy{Version: f["version"], From: partner.Date(f["from"]), Rules: map[string]diversion.RulePolicy{}}
	for _, id := range list(f["off"]) {
		p.Rules[id] = diversion.RulePolicy{Off: true}
	}
	for _, set := range list(f["set"]) {
		name, value, _ := strings.Cut(set, ":")
		id, param, _ := strings.Cut(name, ".")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return p, err
		}
		param = strings.ReplaceAll(param, " ", "_")
		if p.Rules[id].Set == nil {
			p.Rules[id] = diversion.RulePolicy{Set: map[string]float64{}}
		}
		p.Rules[id].Set[param] = v
	}
	for _, w := range list(f["quota"]) {
		to, n, _ := strings.Cut(w, ":")
		p.Quotas = append(p.Quotas, diversion.Quota{Region: geo.Region(to), Units: int64(number(n))})
	}
	for _, w := range list(f["capacity"]) {
		id, n, _ := strings.Cut(w, ":")
		p.Capacities = append(p.Capacities, diversion.Capacity{Partner: partner.ID(id), Units: int64(number(n))})
	}
	for _, w := range list(f["listed"]) {
		name, in, _ := strings.Cut(w, ":")
		p.Listed = append(p.Listed, diversion.Listed{List: "ours", Entry: fmt.Sprint(len(p.Listed) + 1), Name: name, Country: geo.Region(in)})
	}
	for _, w := range list(f["baseline"]) {
		part := strings.Split(w, ":")
		p.Baselines = append(p.Baselines, diversion.Baseline{Partner: partner.ID(part[0]), To: geo.Region(part[1]), Scans: int64(number(part[2])), Of: int64(number(part[3]))})
	}
	if f["embargo"] != "" {
		p.Embargoes = regions(f["embargo"])
	}
	if f["hubs"] != "" {
		p.Hubs = regions(f["hubs"])
	}
	if n, per, ok := strings.Cut(f["budget"], ":"); ok {
		p.Budget = &diversion.Budget{Alerts: number(n), Per: number(per)}
	}
	return p, nil
}

func list(s string) []string { return strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) }

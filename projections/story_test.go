package projections_test

import (
	"bufio"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// TestStories runs every file of testdata: a case told in commands, with what
// Waymark makes of it. See testdata/README.md for the commands.
func TestStories(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		s := newStory(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return s.run(t, d) })
		s.replay(t)
	})
}

// A story is a trade in memory: the real log and the real views.
type story struct {
	log   *pebblelog.Log
	views *projections.Views
	clock time.Time
	told  string // token of the last alert told
}

func newStory(t *testing.T) *story {
	s := &story{clock: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true, Now: func() time.Time { return s.clock }})
	if err != nil {
		t.Fatal(err)
	}
	s.log = log
	t.Cleanup(func() { log.Close() })
	s.views = openViews(t, log)
	return s
}

func openViews(t *testing.T, log ledger.Log) *projections.Views {
	t.Helper()
	v, err := projections.Open(log, projections.Options{Cache: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func alertsOf(t *testing.T, v *projections.Views) []projections.Alert {
	t.Helper()
	alerts, err := v.Alerts("", 1<<20, "")
	if err != nil {
		t.Fatal(err)
	}
	return alerts
}

// replay draws the views anew, in other batches, and wants them to say the same
// in the same alerts.
func (s *story) replay(t *testing.T) {
	anew := openViews(t, s.log)
	catchUp(t, anew)
	if got, want := digest(t, anew), digest(t, s.views); got != want {
		t.Errorf("views drawn anew have digest %s, want %s", got, want)
	}
	if diff := cmp.Diff(alertsOf(t, s.views), alertsOf(t, anew)); diff != "" {
		t.Errorf("views drawn anew tell other alerts (-before +anew):\n%s", diff)
	}
}

func catchUp(t *testing.T, v *projections.Views) {
	t.Helper()
	if err := v.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func digest(t *testing.T, v *projections.Views) string {
	t.Helper()
	d, err := v.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *story) run(t *testing.T, d *datadriven.TestData) string {
	switch d.Cmd {
	case "findings":
		return s.findings(t, d)
	case "alerts":
		return s.alerts(t)
	case "item":
		return s.item(t, d)
	case "way":
		return s.way(t, d)
	case "may-ship":
		return s.mayShip(t, d)
	}
	lines := bufio.NewScanner(strings.NewReader(d.Input))
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
			if err := s.record(line); err != nil {
				return line + ": " + err.Error()
			}
		}
	}
	catchUp(t, s.views)
	return "ok"
}

func argsOf(d *datadriven.TestData) string {
	var out []string
	for _, a := range d.CmdArgs {
		out = append(out, a.Key+"="+strings.Join(a.Vals, ","))
	}
	return strings.Join(out, " ")
}

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

func (s *story) record(line string) error {
	s.clock = s.clock.Add(time.Second)
	word, f := fields(line)
	switch word {
	case "partner":
		return put(s, "partner", f["id"], partner.Registered, partner.Partner{ID: partner.ID(f["id"]), Name: or(f["name"], f["id"]),
			Country: geo.Region(f["in"]), Currency: "USD", TimeZone: "UTC", Parent: partner.ID(f["under"]), Status: partner.Status(f["status"]), Tier: partner.Tier{Scale: partner.Scale(f["tier"])}})
	case "site":
		return put(s, "site", f["gln"], partner.SiteRegistered, partner.Site{GLN: gln(f["gln"]), Name: or(f["name"], f["gln"]), Partner: partner.ID(f["of"]),
			Role: partner.Role(or(f["role"], "dc")), Country: geo.Region(f["in"]).Country(), Subdivision: sub(f["in"]), TimeZone: "UTC"})
	case "product":
		g, err := gs1.ParseGTIN(f["gtin"])
		c, _ := gs1.ParseGTIN(f["carton"])
		if err != nil {
			return err
		}
		var n int
		fmt.Sscan(f["units"], &n)
		return put(s, "product", f["gtin"], partner.ProductRegistered, partner.Product{GTIN: g, Name: f["gtin"], Line: or(f["line"], "led"), CartonGTIN: c, UnitsPerCarton: n})
	case "grant":
		return put(s, "grant", f["id"], partner.GrantRecorded, partner.Grant{ID: f["id"], Partner: partner.ID(f["to"]), Products: strings.Split(or(f["for"], "led"), ","),
			Regions: regions(f["in"]), From: partner.Date(or(f["from"], "2025-01-01")), To: partner.Date(f["until"]), SellOffDays: number(f["sell-off"])})
	case "waiver":
		items, err := itemsOf(f["items"])
		if err != nil {
			return err
		}
		w := partner.Waiver{ID: f["id"], Reason: partner.Reason(f["for"]), Partner: partner.ID(f["to"]), Consignee: partner.ID(f["consignee"]), Items: items,
			From: partner.Date(or(f["from"], "2026-01-01")), To: partner.Date(f["until"]), Reporter: f["reporter"]}
		if f["in"] != "" {
			w.Regions = regions(f["in"])
		}
		if faults := w.Validate(); len(faults) > 0 {
			return faults[0]
		}
		return put(s, "waiver", f["id"], partner.WaiverRecorded, w)
	case "deal":
		r := deal.Registration{ID: f["id"], Partner: partner.ID(f["by"]), Customer: f["customer"], Country: geo.Region(f["in"]), Products: []string{"led"},
			Quantity: 100, Status: deal.Status(or(f["status"], "registered")), Registered: partner.Date(or(f["from"], "2026-01-01"))}
		if faults := r.Validate(); len(faults) > 0 {
			return faults[0]
		}
		return put(s, "deal", f["id"], deal.Registered, r)
	case "policy":
		return s.policy(f)
	case "order":
		return capture(s, "order", f["id"], custody.OrderPlaced, custody.Order{ID: f["id"], Seller: partner.ID(f["seller"]), Buyer: partner.ID(f["buyer"]),
			ShipTo: gln(f["ship-to"]), Date: "2026-01-01", Lines: []custody.OrderLine{{GTIN: 9521234100010, Quantity: 1}}})
	case "asn":
		items, err := itemsOf(f["items"])
		if err != nil {
			return err
		}
		return capture(s, "asn", f["id"], custody.ASNAnnounced, custody.ASN{ID: f["id"], Order: f["order"], From: gln(f["from"]), To: gln(f["to"]), Items: items, Date: partner.Date(or(f["date"], "2026-01-01"))})
	case "see":
		it, err := item(f["item"])
		if err != nil {
			return err
		}
		o := custody.Observation{ID: or(f["id"], uuid.NewSHA1(uuid.Nil, []byte(line)).String()), Time: at(f["at"]), Item: it, Kind: custody.Sight(or(f["kind"], "consumer")),
			Country: geo.Region(f["in"]).Country(), Subdivision: sub(f["in"]), Source: custody.Source(or(f["by"], "ip")), DeviceHash: f["device"], Venue: f["venue"], Reporter: f["reporter"]}
		if p, ok := f["place"]; ok {
			var lat, lon float64
			fmt.Sscanf(p, "%f,%f", &lat, &lon)
			o.Lat, o.Lon = &lat, &lon
		}
		return hop(s, o.ID, custody.ObservationRecorded, o)
	}
	items, err := itemsOf(f["items"])
	if err != nil {
		return err
	}
	h := custody.Hop{ID: or(f["id"], uuid.NewSHA1(uuid.Nil, []byte(line)).String()), Time: at(f["at"]), Step: custody.Step(word), Items: items, Site: gln(f["site"]),
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

// policy adopts a pack: off=R05,R02 set=R15.units:10,R16.units:1.
func (s *story) policy(f map[string]string) error {
	p := diversion.Policy{Version: f["version"], From: partner.Date(f["from"]), Rules: map[string]diversion.RulePolicy{}}
	for _, id := range strings.FieldsFunc(f["off"], comma) {
		p.Rules[id] = diversion.RulePolicy{Off: true}
	}
	for _, set := range strings.FieldsFunc(f["set"], comma) {
		name, value, _ := strings.Cut(set, ":")
		id, param, _ := strings.Cut(name, ".")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return err
		}
		p.Rules[id] = diversion.RulePolicy{Set: map[string]float64{param: v}}
	}
	if faults := p.Validate(); len(faults) > 0 {
		return faults[0]
	}
	return put(s, "policy", p.Version, diversion.PolicyAdopted, p)
}

func comma(r rune) bool { return r == ',' }

// put records what a thing is from now on.
func put[T any](s *story, kind, id string, typ event.Type[T], v T) error {
	_, err := ledger.Decide(context.Background(), s.log, ledger.AggregateStream(kind, id),
		func(n int, _ ledger.Recorded) (int, error) { return n + 1, nil },
		func(n int) ([]event.Event, error) {
			e, err := typ.New(uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %s %d %v", kind, id, n, v)), v, nil)
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

func (s *story) findings(t *testing.T, d *datadriven.TestData) string {
	q := projections.FindingQuery{Limit: 1000}
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "status":
			q.Status = "withdrawn"
		case "rule":
			q.Rule = a.Vals[0]
		}
	}
	page, err := s.views.Findings(q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range page.Findings {
		out = append(out, tell(f))
	}
	slices.Sort(out)
	return orNone(out)
}

func tell(f projections.Finding) string {
	line := fmt.Sprintf("%s %s %s: %s", f.Rule, f.Status, f.Strength, f.Why)
	if f.Partner != "" {
		line += fmt.Sprintf(" [%s]", f.Partner)
	}
	return line
}

func (s *story) alerts(t *testing.T) string {
	alerts, err := s.views.Alerts(s.told, 1000, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range alerts {
		s.told = a.Token
		out = append(out, fmt.Sprintf("%s %s %s", a.Change, a.Finding.Rule, a.Finding.Partner))
	}
	return orNone(out)
}

func (s *story) item(t *testing.T, d *datadriven.TestData) string {
	it, err := item(d.CmdArgs[0].String())
	if err != nil {
		return err.Error()
	}
	a, ok, err := s.views.Item(it, "")
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "unknown"
	}
	out := fmt.Sprintf("holder=%s site=%s bound=%s territory=%v disposition=%s", a.Holder, a.Site, a.BoundTo, a.Territory, a.Disposition)
	if a.Container != "" {
		out += " in=" + a.Container.ElementString()
	}
	if a.Contents > 0 {
		out += fmt.Sprintf(" contents=%d", a.Contents)
	}
	return out
}

func (s *story) way(t *testing.T, d *datadriven.TestData) string {
	it, err := item(d.CmdArgs[0].String())
	if err != nil {
		return err.Error()
	}
	p, ok, err := s.views.Provenance(it, "")
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "unknown"
	}
	var out []string
	for _, h := range p.Hops {
		line := fmt.Sprintf("%s %s%s%s", h.Time.Format("01-02T15:04"), h.Kind, opt(" ", string(h.Step)), opt(" ", string(h.Sight)))
		line += opt(" at ", string(h.Partner)) + opt(" in ", string(h.Region)) + opt(" to ", string(h.ToPartner))
		if h.Inherited != "" {
			line += " (through " + h.Inherited.ElementString() + ")"
		}
		out = append(out, line+opt(" ! ", strings.Join(h.Findings, " ")))
	}
	return orNone(out)
}

func (s *story) mayShip(t *testing.T, d *datadriven.TestData) string {
	_, f := fields(d.Cmd + " " + argsOf(d))
	items, err := itemsOf(f["items"])
	if err != nil {
		return err.Error()
	}
	a, err := s.views.ShipCheck(projections.ShipCheck{From: gln(f["from"]), To: gln(f["to"]), Items: items}, at(f["at"]), "")
	if err != nil {
		t.Fatal(err)
	}
	out := []string{fmt.Sprintf("allowed=%v regime=%s", a.Allowed, a.Regime)}
	for _, r := range a.Reasons {
		out = append(out, r.Rule+": "+r.Text)
	}
	return strings.Join(out, "\n")
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

func opt(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func orNone(lines []string) string {
	if len(lines) == 0 {
		return "none"
	}
	return strings.Join(lines, "\n")
}

func number(s string) (n int) { fmt.Sscan(s, &n); return n }

func sub(s string) geo.Region {
	if r := geo.Region(s); r.Country() != r {
		return r
	}
	return ""
}

func regions(s string) (t geo.Territory) {
	for _, r := range strings.Split(s, ",") {
		t = append(t, geo.Region(r))
	}
	return t
}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

// gln gives the site that a story calls s its number.
func gln(s string) gs1.GLN {
	h := fnv.New32a()
	h.Write([]byte(s))
	for c := range 10 {
		if g, err := gs1.ParseGLN(fmt.Sprintf("952%09d%d", h.Sum32()%1_000_000_000, c)); err == nil {
			return g
		}
	}
	panic("no check digit closes the number of " + s)
}

// item reads "u7" (a unit), "c7" (a carton), "p7" (a pallet), or any spelling.
func item(s string) (gs1.Item, error) {
	switch {
	case strings.HasPrefix(s, "u"):
		return gs1.ParseItem("(01)09521234100010(21)" + s)
	case strings.HasPrefix(s, "c"):
		return gs1.ParseItem("(01)19521234100017(21)" + s)
	case strings.HasPrefix(s, "p"):
		base := fmt.Sprintf("0952123400000%04d", number(s[1:]))
		for c := range 10 {
			if it, err := gs1.ParseItem(fmt.Sprintf("(00)%s%d", base, c)); err == nil {
				return it, nil
			}
		}
	}
	return gs1.ParseItem(s)
}

// itemsOf reads "u1,u2" and "u1..u9".
func itemsOf(s string) (out []gs1.Item, err error) {
	if s == "" {
		return nil, nil
	}
	for _, w := range strings.Split(s, ",") {
		from, to, run := strings.Cut(w, "..")
		if !run {
			to = from
		}
		for n := number(from[1:]); n <= number(to[1:]); n++ {
			it, err := item(fmt.Sprintf("%c%d", from[0], n))
			if err != nil {
				return nil, err
			}
			out = append(out, it)
		}
	}
	return out, nil
}

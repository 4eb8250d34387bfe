package projections_test

import (
	stdcmp "cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/epcis"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/projections"
)

// master is the master data of random trades, as stories tell it.
const master = `partner id=HQ in=CN
partner id=P01 in=DE tier=strategic
partner id=P03 in=PL tier=core
partner id=P09 in=TH tier=ordinary
partner id=P09-S1 in=TH under=P09
partner id=GULF in=AE
partner id=ZJ in=CN
site gln=factory of=HQ role=factory in=CN-GD
site gln=singapore of=HQ role=transit in=SG
site gln=berlin of=P01 in=DE
site gln=warsaw of=P03 in=PL
site gln=bangkok of=P09 in=TH
site gln=chiangmai of=P09-S1 role=store in=TH
site gln=dubai of=GULF in=AE
site gln=hangzhou of=ZJ in=CN-ZJ
product gtin=09521234100010 carton=19521234100017 units=3
grant id=G01 to=P01 in=DE,AT until=2026-01-03
grant id=G03 to=P03 in=PL
grant id=G09 to=P09 in=TH
waiver id=W1 for=deal to=P09 in=AE from=2026-01-05
waiver id=W2 for=relocation items=p1,u4 in=DE from=2026-01-03
waiver id=W5 for=relocation items=c1 in=AE,CN
waiver id=W3 for=drop-ship to=P03 consignee=P09
waiver id=W4 for=test-purchase reporter=agency until=2026-01-06
deal id=D1 by=P03 customer=Shop in=TH status=lost
deal id=D2 by=P09 customer=Shop in=DE status=expired
policy version=v0 quota=TH:2,DE:1 set=` + low + `
policy version=v1 from=2026-01-04 off=R05 set=R16.units:1 quota=TH:3
policy version=v2 from=2026-01-06 off=R04 quota=TH:3 set=` + low + `,R15.units:3,R14.rate:.5`

// low are thresholds that a few units reach.
const low = "R06.least:1,R06.threshold:.5,R11.factor:1,R11.excess:0,R14.least:1,R14.rate:1,R15.units:2,R16.units:1,R20.least:1,R20.share:0,R20.chance:.5"

// happening is one thing that a random trade records.
type happening any // custody.Hop, Observation, Order or ASN, captured, or a line of master data

// trades draws a random trade: nothing keeps its events from contradicting
// each other, as real ones do.
func trades(t *rapid.T) []happening {
	var units, cartons, pallets []gs1.Item
	for _, l := range []struct {
		to   *[]gs1.Item
		name string
	}{{&units, "u1,u2,u3,u4"}, {&cartons, "c1,c2"}, {&pallets, "p1"}} {
		*l.to, _ = itemsOf(l.name)
	}
	all := slices.Concat(units, cartons, pallets)
	places := []string{"factory", "singapore", "berlin", "warsaw", "bangkok", "chiangmai", "dubai", "hangzhou"}
	place := func(name string) gs1.GLN { return gln(rapid.SampledFrom(places).Draw(t, name)) }
	some := func(of []gs1.Item, name string) []gs1.Item {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, len(of), func(i gs1.Item) gs1.Item { return i }).Draw(t, name)
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	moment := func() time.Time {
		return start.Add(time.Duration(rapid.SampledFrom(hours).Draw(t, "hour")) * time.Hour)
	}
	document := func(kind string) string {
		return rapid.SampledFrom([]string{"", "", kind + "1", kind + "2"}).Draw(t, kind)
	}
	out := []happening{custody.Hop{ID: "made", Time: start, Step: custody.Commissioning, Items: units[:3], Site: gln("factory")}}
	if rapid.SampledFrom([]bool{true, true, true, false}).Draw(t, "orderly") {
		out = append(out, orderly(start)...)
	}
	for i := range rapid.IntRange(1, 24).Draw(t, "events") {
		id := eventID(i)
		switch rapid.SampledFrom(happenings).Draw(t, "what") {
		case 0:
			out = append(out, custody.Hop{ID: id, Time: moment(), Step: custody.Packing, Items: some(units, "units"), Parent: rapid.SampledFrom(cartons).Draw(t, "carton"), Site: place("site")})
		case 1:
			out = append(out, custody.Hop{ID: id, Time: moment(), Step: custody.Packing, Items: some(cartons, "cartons"), Parent: pallets[0], Site: place("site")})
		case 2:
			h := custody.Hop{ID: id, Time: moment(), Step: custody.Unpacking, Parent: rapid.SampledFrom(slices.Concat(cartons, pallets)).Draw(t, "parent"), Site: place("site")}
			if inside := map[bool][]gs1.Item{true: cartons, false: units}[h.Parent == pallets[0]]; rapid.Bool().Draw(t, "listed") {
				h.Items = some(inside, "inside")
			}
			out = append(out, h)
		case 3:
			out = append(out, custody.Observation{ID: id, Time: moment(), Item: rapid.SampledFrom(all).Draw(t, "item"), Source: custody.IP, DeviceHash: rapid.SampledFrom([]string{"", "phone", id}).Draw(t, "device"),
				Kind: rapid.SampledFrom([]custody.Sight{custody.Consumer, custody.Consumer, custody.Activation, custody.Inspection}).Draw(t, "sight"), Country: rapid.SampledFrom([]geo.Region{"TH", "AE", "DE", "CN"}).Draw(t, "country"),
				Venue: rapid.SampledFrom([]string{"", "Shop"}).Draw(t, "venue"), Reporter: rapid.SampledFrom([]string{"", "agency"}).Draw(t, "reporter")})
		case 4:
			out = append(out, custody.ASN{ID: "a" + rapid.SampledFrom([]string{"1", "2"}).Draw(t, "asn"), From: place("from"), To: place("to"), Items: some(all, "items"), Date: "2026-01-02"})
		case 5:
			out = append(out, custody.Order{ID: "o" + rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "order"), Seller: "HQ", ShipTo: place("to"),
				Buyer: rapid.SampledFrom([]partner.ID{"P01", "P03", "P09", "P09-S1"}).Draw(t, "buyer"), Date: rapid.SampledFrom([]partner.Date{"2025-11-03", "2025-12-29", "2026-01-01", "2026-01-05"}).Draw(t, "date"),
				Lines: []custody.OrderLine{{GTIN: 9521234100010, Quantity: rapid.Int64Range(1, 3).Draw(t, "quantity")}}})
		case 6, 7:
			c := captured{id: id, time: moment(), items: some(all, "items"), site: place("site"), asn: document("a"),
				step: rapid.SampledFrom([]custody.Step{custody.Commissioning, custody.Shipping, custody.Receiving, custody.Destroying}).Draw(t, "step")}
			if c.step == custody.Shipping {
				c.to = place("to")
			}
			out = append(out, c.orTakenBack(t)...)
		case 8:
			c := captured{id: id, time: moment(), items: []gs1.Item{units[0], units[3]}, alias: true, site: place("site")}
			out = append(out, c.orTakenBack(t)...)
		case 9: // a carton found by an inspector, or a unit at a customer
			o := custody.Observation{ID: id, Time: moment(), Item: rapid.SampledFrom(slices.Concat(cartons, pallets)).Draw(t, "found"), Source: custody.Declared, Kind: custody.Inspection,
				Country: rapid.SampledFrom([]geo.Region{"DE", "AE"}).Draw(t, "country")}
			if rapid.Bool().Draw(t, "at a customer") {
				o.Item, o.Kind, o.Country, o.Venue = rapid.SampledFrom(units).Draw(t, "unit"), custody.Activation, "TH", "Shop"
			}
			out = append(out, o)
		default:
			h := custody.Hop{ID: id, Time: moment(), Items: some(all, "items"), Site: place("site"), Order: document("o"), ASN: document("a"),
				Step: rapid.SampledFrom([]custody.Step{custody.Shipping, custody.Shipping, custody.Receiving, custody.Receiving, custody.Inspecting, custody.RetailSelling, custody.Destroying}).Draw(t, "step")}
			if h.Step == custody.Shipping {
				h.To = place("to")
			}
			out = append(out, h)
		}
	}
	return firstOfDocuments(out)
}

// happenings weighs what may happen; hours is when it may, from the first day of a
// quarter on: over more than two weekly looks.
var (
	happenings = []int{0, 1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7, 8, 9, 9, 10, 10, 10, 10, 10, 10}
	hours      = func() (out []int) {
		for h := range 400 {
			out = append(out, h)
		}
		return out
	}()
)

// orderly returns the beginning of a trade that goes as it should.
func orderly(start time.Time) (out []happening) {
	hop := func(hour int, step custody.Step, items, site, to string) {
		h := custody.Hop{ID: fmt.Sprintf("orderly %d", hour), Time: start.Add(time.Duration(hour) * time.Hour), Step: step, Site: gln(site), Order: "o1"}
		h.Items, _ = itemsOf(items)
		if to != "" {
			h.To = gln(to)
		}
		if step == custody.Packing {
			h.Parent, _ = item("c1")
		}
		out = append(out, h)
	}
	hop(1, custody.Packing, "u1,u2", "factory", "")
	hop(2, custody.Shipping, "c1,u3", "factory", "bangkok")
	hop(3, custody.Shipping, "u4", "factory", "warsaw")
	hop(20, custody.Receiving, "c1,u3", "bangkok", "")
	hop(21, custody.Receiving, "u4", "warsaw", "")
	return out
}

func eventID(i int) string { return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)).String() }

// captured is an EPCIS event: a handling of items, or that the second is another
// code of the first.
type captured struct {
	id       string
	time     time.Time
	step     custody.Step
	items    []gs1.Item
	site, to gs1.GLN
	asn      string
	alias    bool
	void     bool // it declares itself to be an error
}

// orTakenBack returns the event, and now and then an error declaration with it.
func (c captured) orTakenBack(t *rapid.T) []happening {
	if rapid.IntRange(0, 2).Draw(t, "taken back") > 0 {
		return []happening{c}
	}
	void := c
	void.void = true
	return []happening{c, void}
}

func (c captured) event() epcis.Captured {
	uris := make([]string, len(c.items))
	for i, it := range c.items {
		uris[i] = it.String()
	}
	at := func(g gs1.GLN) map[string]any { return map[string]any{"id": "https://id.gs1.org/414/" + g.String()} }
	e := map[string]any{"type": "ObjectEvent", "eventID": "urn:uuid:" + c.id, "eventTime": c.time.Format(time.RFC3339), "eventTimeZoneOffset": "+00:00",
		"action": "OBSERVE", "readPoint": at(c.site)}
	switch {
	case c.alias:
		e["type"], e["action"], e["parentID"], e["childEPCs"] = "AssociationEvent", "ADD", uris[0], uris[1:]
	case c.to != 0:
		e["destinationList"] = []any{map[string]any{"type": "location", "destination": at(c.to)["id"]}}
		fallthrough
	default:
		e["epcList"], e["bizStep"] = uris, c.step
	}
	if c.asn != "" {
		e["bizTransactionList"] = []any{map[string]any{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:0952123400000:" + c.asn}}
	}
	if c.void {
		e["errorDeclaration"] = map[string]any{"declarationTime": "2026-02-01T00:00:00Z", "reason": "did_not_occur"}
	}
	data, err := json.Marshal(e, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return epcis.Captured{Capture: c.id, Context: jsontext.Value(`["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]`), Event: data}
}

func (c captured) facts() []custody.ItemFact {
	e, err := c.event().Parse()
	if err != nil {
		panic(err)
	}
	return custody.EventFacts(e)
}

// firstOfDocuments drops orders and notices whose id came before: the log
// would refuse them.
func firstOfDocuments(in []happening) (out []happening) {
	seen := map[string]bool{}
	for _, h := range in {
		id := documentOf(h)
		if id == "" || !seen[id] {
			out = append(out, h)
		}
		seen[id] = true
	}
	return out
}

// deliver records a trade in the given order and feeds it to new views, with a
// catch-up after every few events.
func deliver(t tb, trade []happening, every int) *story {
	s := newStory(t)
	for i, h := range trade {
		if err := s.happen(h); err != nil {
			t.Fatal(err)
		}
		if i%every == 0 {
			catchUp(t, s.views)
		}
	}
	catchUp(t, s.views)
	return s
}

// masters returns the master data, a line each.
func masters() (out []happening) {
	for _, line := range strings.Split(master, "\n") {
		out = append(out, line)
	}
	return out
}

func (s *story) happen(h happening) error {
	s.clock = s.clock.Add(time.Second)
	switch h := h.(type) {
	case custody.Hop:
		return hop(s, h.ID, custody.HopRecorded, h)
	case custody.Observation:
		return hop(s, h.ID, custody.ObservationRecorded, h)
	case custody.ASN:
		return capture(s, "asn", h.ID, custody.ASNAnnounced, h)
	case custody.Order:
		return capture(s, "order", h.ID, custody.OrderPlaced, h)
	case quote.Surfacing:
		return capture(s, "leak", h.ID, quote.Surfaced, h)
	case captured:
		id := h.id
		if h.void {
			id += " taken back"
		}
		return hop(s, id, epcis.CapturedType, h.event())
	case string:
		return s.record(h)
	}
	return fmt.Errorf("%T", h)
}

// TestModel compares the views with a model that knows no laziness: it sorts
// the events, keeps what is inside what at each moment, and hands every hop to
// everything inside. However the events and the master data are delivered, the
// views say the same; and drawn anew they tell it in the same alerts.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		trade := trades(rt)
		inOrder := deliver(rt, append(masters(), trade...), 1).views
		m := newModel(trade, inOrder)
		sums, err := inOrder.Sums()
		onces, err2 := inOrder.Onces()
		if err != nil || err2 != nil {
			rt.Fatal(err, err2)
		}
		if diff := cmp.Diff(m.onces(), onces); diff != "" {
			rt.Errorf("what items add to sums differs from the model's (-model +views):\n%s", diff)
		}
		if diff := cmp.Diff(m.sums(), sums); diff != "" {
			rt.Errorf("sums differ from the model's (-model +views):\n%s", diff)
		}
		if diff := cmp.Diff(m.groups(inOrder.AsOf().Time), groupsOf(rt, inOrder)); diff != "" {
			rt.Errorf("findings on groups differ from the model's (-model +views):\n%s", diff)
		}
		if diff := cmp.Diff(m.signals(), slices.DeleteFunc(told(rt, inOrder), ofGroup)); diff != "" {
			rt.Errorf("findings differ from the model's (-model +views):\n%s", diff)
		}
		for _, it := range m.items() {
			if diff := cmp.Diff(m.way(it), wayOf(rt, inOrder, it)); diff != "" {
				rt.Errorf("the way of %s differs from the model's (-model +views):\n%s", it, diff)
			}
		}
		early := rapid.Permutation(masters()).Draw(rt, "master data")
		late := slices.Concat(early[rapid.IntRange(0, len(early)).Draw(rt, "early"):], trade, trade[:len(trade)/2])
		shuffled := rapid.Permutation(late).Draw(rt, "delivery")
		other := deliver(rt, slices.Concat(early[:len(early)+len(trade)+len(trade)/2-len(late)], shuffled), rapid.IntRange(1, 30).Draw(rt, "batch"))
		if diff := cmp.Diff(told(rt, inOrder), told(rt, other.views)); diff != "" {
			rt.Errorf("findings depend on the order of delivery:\n%s", diff)
		}
		if a, b := digest(rt, inOrder), digest(rt, other.views); a != b {
			rt.Errorf("digest is %s in order and %s shuffled, repeated and batched anew; rows differ (-in order +shuffled):\n%s", a, b, cmp.Diff(rowsOf(rt, inOrder), rowsOf(rt, other.views)))
		}
		other.replay(rt)
		if rt.Failed() {
			rt.FailNow()
		}
	})
}

func rowsOf(t tb, v *projections.Views) []string {
	t.Helper()
	rows, err := v.Rows()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// told returns the findings of the views, an item a line.
func told(t tb, v *projections.Views) []string {
	t.Helper()
	page, err := v.Findings(projections.FindingQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, f := range page.Findings {
		for _, it := range f.Items {
			out = append(out, fmt.Sprintf("%s %s %s %s→%s %s", f.Rule, it, f.Partner, f.From, f.To, f.FirstEventTime.Format(time.RFC3339)))
		}
	}
	slices.Sort(out)
	return out
}

func wayOf(t tb, v *projections.Views, it gs1.Item) []string {
	t.Helper()
	p, _, err := v.Provenance(it, "")
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, h := range p.Hops {
		if h.Kind == "asn" {
			h.Inherited = ""
		}
		out = append(out, fmt.Sprintf("%s %s %s", h.Time.Format(time.RFC3339), h.EventID, h.Inherited))
	}
	slices.Sort(out)
	return out
}

// model is the trade folded eagerly.
type model struct {
	trade    custody.Trade
	policies *diversion.Policies
	inside   map[gs1.Item]gs1.Item          // what each item is in, as of now
	been     map[gs1.Item]map[gs1.Item]bool // what each item was ever in
	unit     map[gs1.Item]gs1.Item          // the unit that each code is another of
	entries  map[gs1.Item][]custody.Entry
	notices  map[gs1.Item][]*custody.Fact
	ids      map[custody.Key]string
	moments  []moment
	orders   map[string]custody.Order
}

type moment struct {
	key   custody.Key
	facts []custody.ItemFact
}

func newModel(trade []happening, v *projections.Views) *model {
	m := &model{inside: map[gs1.Item]gs1.Item{}, been: map[gs1.Item]map[gs1.Item]bool{}, entries: map[gs1.Item][]custody.Entry{},
		notices: map[gs1.Item][]*custody.Fact{}, ids: map[custody.Key]string{}, unit: map[gs1.Item]gs1.Item{}}
	gone := map[string]bool{}
	for _, h := range trade {
		if c, ok := h.(captured); ok && c.void {
			gone[c.id] = true
		}
	}
	orders, asns := map[string]custody.Order{}, map[string]custody.ASN{}
	var moments []moment
	add := func(id string, facts ...custody.ItemFact) {
		k := facts[len(facts)-1].Fact.Key
		if m.ids[k] == "" && !gone[id] {
			m.ids[k] = id
			moments = append(moments, moment{k, facts})
		}
	}
	for _, h := range trade {
		switch h := h.(type) {
		case custody.Hop:
			add(h.ID, h.Facts()...)
		case custody.Observation:
			add(h.ID, h.Fact())
		case captured:
			add(h.id, h.facts()...)
		case custody.Order:
			orders[h.ID] = h
		case custody.ASN:
			asns[h.ID] = h
			for _, f := range h.Facts() {
				m.ids[f.Fact.Key] = h.ID
				m.notices[f.Item] = append(m.notices[f.Item], f.Fact)
			}
		}
	}
	m.policies = v.Policies()
	m.trade = custody.Trade{Directory: v.Directory(), Deals: v.Deals(),
		Order:  func(id string) (*custody.Order, bool) { o, ok := orders[id]; return &o, ok },
		Notice: func(id string) (*custody.ASN, bool) { a, ok := asns[id]; return &a, ok }}
	m.moments, m.orders = moments, orders
	slices.SortFunc(moments, func(a, b moment) int { return a.key.Compare(b.key) })
	for _, mo := range moments {
		m.happen(mo)
	}
	m.notify()
	for code, unit := range m.unit { // a unit lives through all that is seen of its codes
		lent := slices.Clone(m.entries[unit])
		for _, e := range m.entries[code] {
			if e.Via == "" {
				e.Code = code
			}
			lent = append(lent, e)
		}
		slices.SortStableFunc(lent, func(a, b custody.Entry) int {
			return stdcmp.Or(a.Key.Compare(b.Key), strings.Compare(string(a.Via), string(b.Via)))
		})
		m.entries[unit] = slices.CompactFunc(lent, func(a, b custody.Entry) bool { return a.Key == b.Key })
	}
	return m
}

// happen applies one event to the items it names and to all that is in them.
func (m *model) happen(mo moment) {
	own := map[gs1.Item]*custody.Fact{}
	for _, f := range mo.facts {
		own[f.Item] = f.Fact
		if m.alone(f.Item, f.Fact) {
			delete(m.inside, f.Item)
		}
	}
	for it := range m.inside {
		if own[it] != nil {
			continue
		}
		// The nearest container with a fact of its own decides; one that was
		// filled or emptied says nothing to what is inside, and neither does a
		// scan of its code. Names stand for the container whose fact it is.
		for in, ok := m.inside[it]; ok; in, ok = m.inside[in] {
			if f := own[in]; f != nil {
				if f.Kind == custody.Handled && f.Link != custody.Holding && f.Link != custody.Emptied {
					m.entries[it] = append(m.entries[it], custody.Entry{Fact: f, Via: in})
				}
				break
			}
		}
	}
	for it, f := range own {
		m.entries[it] = append(m.entries[it], custody.Entry{Fact: f})
		switch {
		case f.Link == custody.AliasOf:
			m.unit[it] = f.Other
		case f.Link == custody.Into:
			m.inside[it] = f.Other
			if m.been[it] == nil {
				m.been[it] = map[gs1.Item]bool{}
			}
			m.been[it][f.Other] = true
		case f.Link == custody.Emptied && f.Count == 0:
			for child, in := range m.inside {
				if in == it {
					delete(m.inside, child)
				}
			}
		}
	}
}

// alone tells whether an item's own fact takes it out of what it was in.
func (m *model) alone(it gs1.Item, f *custody.Fact) bool {
	switch {
	case f.Link == custody.Into:
		return true
	case f.Link == custody.OutOf:
		return m.inside[it] == f.Other
	case f.Kind == custody.Sighted:
		return f.Sight == custody.Activation
	}
	return f.Kind == custody.Handled && (f.Step.Arrives() || f.Step.Leaves() || f.Step == custody.RetailSelling)
}

// notify hands every notice to the items it lists and all that was ever in
// them.
func (m *model) notify() {
	var give func(to gs1.Item, from gs1.Item)
	give = func(to, from gs1.Item) {
		for _, f := range m.notices[from] {
			via := from
			if to == from {
				via = ""
			}
			if !slices.ContainsFunc(m.entries[to], func(e custody.Entry) bool { return e.Key == f.Key }) {
				m.entries[to] = append(m.entries[to], custody.Entry{Fact: f, Via: via})
			}
		}
		for up := range m.been[from] {
			give(to, up)
		}
	}
	for _, it := range m.items() {
		give(it, it)
	}
	for it := range m.entries {
		slices.SortStableFunc(m.entries[it], func(a, b custody.Entry) int { return a.Key.Compare(b.Key) })
	}
}

func (m *model) items() []gs1.Item {
	out, _ := itemsOf("u1,u2,u3,u4,c1,c2,p1")
	return out
}

func (m *model) signals() []string {
	out := []string{}
	for _, w := range m.ways() {
		for _, s := range diversion.Inspect(w, custody.Key{}, m.policies).Signals {
			if s.Rule.Subject == diversion.PerGroup {
				continue // stands with others or not at all
			}
			out = append(out, fmt.Sprintf("%s %s %s %s→%s %s", s.Rule.ID, w.Item, s.Partner, s.From, s.To, s.Trigger.At().Format(time.RFC3339)))
		}
	}
	slices.Sort(out)
	return out
}

// ofGroup tells whether a finding, as told, is one of many items that stand
// together.
func ofGroup(line string) bool {
	id, _, _ := strings.Cut(line, " ")
	r, ok := diversion.ByID(id)
	return ok && r.Subject == diversion.PerGroup
}

// stays names what an item was ever packed into.
func (m *model) stays(it gs1.Item) (out []custody.Stay) {
	for in := range m.been[it] {
		out = append(out, custody.Stay{In: in})
	}
	return out
}

// way tells an item's entries. Whether the item itself or a container, and
// which of several, hands on a notice that lists all is not told.
func (m *model) way(it gs1.Item) []string {
	out := []string{}
	if unit := m.unit[it]; unit != "" {
		it = unit
	}
	for _, e := range m.entries[it] {
		if e.Kind == custody.Notified {
			e.Via = ""
		}
		out = append(out, fmt.Sprintf("%s %s %s", e.At().Format(time.RFC3339), m.ids[e.Key], e.Via))
	}
	slices.Sort(out)
	return out
}

package projections

import (
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// ShipCheck asks whether a shipment may leave.
type ShipCheck struct {
	From  gs1.GLN             `json:"from"`
	To    gs1.GLN             `json:"to"`
	Items []gs1.Item          `json:"items,omitempty"`
	Lines []custody.OrderLine `json:"lines,omitempty"`
	Order string              `json:"order,omitzero"`

	// Asker, where it is not "", is told of no finding about, and of no custody
	// of, a partner that is neither it nor below it.
	Asker partner.ID `json:"-"`
}

// ShipAnswer is the answer to a ShipCheck, by the rules that would judge the
// shipment once it had left, and the policy that holds now.
type ShipAnswer struct {
	Allowed      bool         `json:"allowed"`
	Reasons      []ShipReason `json:"reasons"`                 // those that forbid it first
	UnknownItems []gs1.Item   `json:"unknown_items,omitempty"` // of which nothing is recorded
	Units        int64        `json:"units"`
	Policy       string       `json:"policy"`
	Regime       string       `json:"regime"`
	Attempt      string       `json:"attempt,omitzero"` // id under which a shipment that was not let go is counted
	AsOf         AsOf         `json:"as_of"`
}

// ShipReason is what speaks against a shipment.
type ShipReason struct {
	Rule     string             `json:"rule,omitzero"` // "" where no rule says so
	Title    string             `json:"title,omitzero"`
	Text     string             `json:"text"`
	Strength diversion.Strength `json:"strength,omitzero"`
	Warning  bool               `json:"warning,omitzero"` // it does not forbid the shipment
	Finding  string             `json:"finding,omitzero"` // that is open against an item
	Units    int                `json:"units,omitzero"`
	Items    []gs1.Item         `json:"items,omitempty"` // at most 100
	Evidence []Evidence         `json:"evidence"`
}

// What no rule says.
var (
	unknownGoods = diversion.Text{EN: "nothing is recorded of {units}: goods whose way is not known cannot be let go", ZH: "{units} 在台账中没有任何记录：来历不明的货品不能放行", ES: "no consta nada de {units}: no se puede dar salida a mercancía cuyo recorrido se desconoce"}
	quotaFull    = diversion.Text{EN: "the quota of {to} for {month} would be exceeded", ZH: "将超出 {to} 在 {month} 的配额", ES: "se superaría el cupo de {to} de {month}"}
	heldBy       = diversion.Text{EN: "{units} last documented with {holder}, not with whoever ships them", ZH: "{units} 最后有记录由 {holder} 持有，而非发货方", ES: "{units} con última custodia documentada de {holder}, no de quien las envía"}
	heldByOther  = diversion.Text{EN: "{units} last documented with another partner than whoever ships them", ZH: "{units} 最后有记录由其他合作方持有，而非发货方", ES: "{units} con última custodia documentada de otro socio, no de quien las envía"}
)

// ShipCheck tells whether a shipment may leave at a time, in the words of a
// language.
func (v *Views) ShipCheck(c ShipCheck, now time.Time, lang string) (ShipAnswer, error) {
	q, s, done := v.read()
	defer done()
	k := &checking{v: v, rows: q, state: s, check: c, now: now, lang: lang, policy: s.policies.At(now), trade: q.trade(s, newDocuments())}
	k.from, _ = s.dir.Site(c.From)
	to, known := s.dir.Site(c.To)
	a := ShipAnswer{Reasons: []ShipReason{}, Policy: k.policy.Version, AsOf: s.asOf()}
	a.Regime = string(diversion.Regime(k.from.Country, to.Country, now))
	if !known {
		return a, nil // nobody ships to nowhere
	}
	k.to = to
	for _, l := range c.Lines {
		k.units += l.Quantity
		k.ask(k.product(l.GTIN), "", int(l.Quantity))
	}
	for _, it := range slices.Compact(slices.Sorted(slices.Values(c.Items))) {
		if err := k.item(it); err != nil {
			return a, err
		}
	}
	reasons, err := k.reasons()
	if err != nil {
		return a, err
	}
	a.Reasons, a.UnknownItems, a.Units = append(a.Reasons, reasons...), k.unknown, k.units
	a.Allowed = !slices.ContainsFunc(reasons, func(r ShipReason) bool { return !r.Warning })
	return a, nil
}

// checking is a ship-check under way.
type checking struct {
	v *Views
	rows
	*state
	check    ShipCheck
	now      time.Time
	lang     string
	policy   *diversion.Policy
	trade    custody.Trade
	from, to *partner.Site

	units    int64
	unknown  []gs1.Item
	objected []*objection
	held     []*objection // by the partner that has the goods
	findings []ShipReason
	told     map[diversion.ID]int // findings, by their place in the list
}

// An objection is what a rule says of the goods that it says it of.
type objection struct {
	signal  diversion.Signal
	product gs1.GTIN // of the first
	units   int
	items   []gs1.Item
}

// most bounds what an objection names of one kind: events, grants.
const most = 10

// add counts goods to the objection that is like s.
func add(list []*objection, s diversion.Signal, product gs1.GTIN, it gs1.Item, units int) []*objection {
	i := slices.IndexFunc(list, func(o *objection) bool {
		return o.signal.Rule == s.Rule && o.signal.Partner == s.Partner && o.signal.Group == s.Group
	})
	if i < 0 {
		first := s
		first.Evidence = nil
		i, list = len(list), append(list, &objection{signal: first, product: product})
	}
	o := list[i]
	for _, term := range s.Evidence {
		if known := o.signal.Evidence; len(known) < most && !slices.Contains(known, term) {
			o.signal.Evidence = append(known, term)
		}
	}
	o.units += units
	if it != "" {
		o.items = append(o.items, it)
	}
	return list
}

// product returns the way of goods of which no more is known than what they are.
func (k *checking) product(g gs1.GTIN) *custody.Way {
	w := custody.NewWay("", nil, nil, k.trade)
	if p, ok := k.dir.Product(g); ok {
		w.Product = p.GTIN
	}
	return w
}

// ask asks the rules of goods.
func (k *checking) ask(w *custody.Way, it gs1.Item, units int) {
	d := diversion.Dispatch{From: k.check.From, To: k.check.To, Order: k.check.Order, At: k.now, Policy: k.policy}
	mine := k.mayTell(w.Walk(nil).Bound.Partner)
	for _, s := range d.Ask(w) {
		if !mine { // where the goods were is another's to know
			s.Evidence = nil
		}
		k.objected = add(k.objected, s, w.Product, it, units)
	}
}

// item asks of one item what the rules say, who has it, and what is open against
// it.
func (k *checking) item(it gs1.Item) error {
	t, err := k.trail(k.state, it, k.lang)
	if err != nil {
		return err
	}
	if t == nil {
		k.unknown, k.units = append(k.unknown, it), k.units+1
		g, _ := it.GTIN()
		k.ask(k.product(g), it, 1)
		return nil
	}
	units := unitsIn(t.way)
	k.units += int64(units)
	k.ask(t.way, it, units)
	k.custody(t.way, it, units)
	return k.open(t, it)
}

// custody notes goods that another family has, unless they are on their way to
// the one that ships them.
func (k *checking) custody(w *custody.Way, it gs1.Item, units int) {
	now := w.Walk(nil)
	if now.Holder == "" || k.from.Role == partner.Transit || k.dir.SameFamily(now.Holder, k.from.Partner) {
		return
	}
	if to, ok := k.dir.Site(now.ShippedTo); ok && k.dir.SameFamily(to.Partner, k.from.Partner) {
		return
	}
	holder := now.Holder
	if !k.mayTell(holder) {
		holder = ""
	}
	k.held = add(k.held, diversion.Signal{Partner: holder}, w.Product, it, units)
}

// mayTell tells whether the asker may be told of a partner.
func (k *checking) mayTell(id partner.ID) bool {
	top := k.check.Asker
	return top == "" || id == top || k.dir.Under(id, top)
}

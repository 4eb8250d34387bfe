package projections

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"waymark/internal/account"
	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
)

// applyTerms keeps the last version of every programme and penalty schedule.
func applyTerms(t *tx, e *entry) error {
	switch v := e.value.(type) {
	case rebate.Programme:
		return t.keep(name(tableProgramme, v.ID), v)
	case rebate.Schedule:
		return t.keep(name(tableSchedule, v.ID), v)
	}
	return nil
}

// Programme returns the rebate programme called id.
func (v *Views) Programme(id string) (rebate.Programme, bool, error) {
	return one[rebate.Programme](v, tableProgramme, id)
}

// Programmes returns every rebate programme, ordered by id.
func (v *Views) Programmes() ([]rebate.Programme, error) {
	list, _, err := all[rebate.Programme](v, tableProgramme)
	return list, err
}

// PenaltySchedule returns the penalty schedule called id.
func (v *Views) PenaltySchedule(id string) (rebate.Schedule, bool, error) {
	return one[rebate.Schedule](v, tableSchedule, id)
}

// PenaltySchedules returns every penalty schedule, ordered by id.
func (v *Views) PenaltySchedules() ([]rebate.Schedule, error) {
	list, _, err := all[rebate.Schedule](v, tableSchedule)
	return list, err
}

// Claim returns the claim called id.
func (v *Views) Claim(id string) (rebate.Claim, bool, error) {
	return one[rebate.Claim](v, tableClaim, id)
}

// Claims returns every claim, ordered by id, and up to where that is so.
func (v *Views) Claims() ([]rebate.Claim, AsOf, error) { return all[rebate.Claim](v, tableClaim) }

func one[T any](v *Views, table byte, id string) (T, bool, error) {
	q, _, done := v.read()
	defer done()
	var d T
	found, err := q.load(name(table, id), &d)
	return d, found, err
}

func all[T any](v *Views, table byte) ([]T, AsOf, error) {
	q, s, done := v.read()
	defer done()
	out := []T{}
	for kv, err := range q.scan([]byte{table}, nil) {
		var d T
		if err := orDamaged(err, kv, &d); err != nil {
			return nil, s.asOf(), err
		}
		out = append(out, d)
	}
	return out, s.asOf(), nil
}

// A SalesAnswer is what a partner bought under a programme in a period, and the
// orders that say so.
type SalesAnswer struct {
	rebate.Sales
	Orders []string `json:"orders"`
}

// Sales adds up the orders by which a partner bought what a programme covers,
// from the first day to the last. Goods are priced by their product's unit value;
// a product that has none in the programme's currency is an error. Where the
// programme asks for verified sales, units count that were activated in those days
// and that were bound to the partner or one below it.
func (v *Views) Sales(p rebate.Programme, buyer partner.ID, first, last partner.Date) (SalesAnswer, error) {
	q, s, done := v.read()
	defer done()
	a := SalesAnswer{Sales: rebate.Sales{Amount: money.Of(0, p.Currency), Groups: map[string]money.Amount{}}, Orders: []string{}}
	err := q.orders(buyer, first, last, func(o *custody.Order) error {
		counted := false
		for _, l := range o.Lines {
			product, known := s.dir.Product(l.GTIN)
			if !known || !p.Covers(buyer, product, o.Date) {
				continue
			}
			counted = true
			if err := addLine(&a.Sales, p, product, l.Quantity); err != nil {
				return fmt.Errorf("price order %s: %w", o.ID, err)
			}
		}
		if counted {
			a.Orders = append(a.Orders, o.ID)
		}
		return nil
	})
	if err == nil && p.SellOut > 0 {
		err = v.verified(q, s, &a.Sales, p, buyer, first, last)
	}
	return a, err
}

// Worth returns what goods count for under a programme.
func (v *Views) Worth(p rebate.Programme, lines []custody.OrderLine) (account.Goods, error) {
	g := account.Goods{Amount: money.Of(0, p.Currency)}
	for _, l := range lines {
		product, known := v.Directory().Product(l.GTIN)
		if !known {
			return g, fmt.Errorf("product %s is not registered: %w", l.GTIN, rebate.ErrTerms)
		}
		amount, err := price(p, product, l.Quantity)
		if err != nil {
			return g, err
		}
		if g.Amount, err = g.Amount.Plus(amount); err != nil {
			return g, err
		}
		g.Units += l.Quantity
	}
	return g, nil
}

// price returns what units of a product are worth under a programme.
func price(p rebate.Programme, product *partner.Product, units int64) (money.Amount, error) {
	if product.UnitValue.Currency != string(p.Currency) {
		return money.Amount{}, fmt.Errorf("product %s has no unit value in %s: %w", product.GTIN, p.Currency, money.ErrCurrency)
	}
	each, err := money.Parse(product.UnitValue.Amount, p.Currency)
	if err != nil {
		return each, fmt.Errorf("product %s: %w", product.GTIN, err)
	}
	return each.Times(units)
}

func addLine(s *rebate.Sales, p rebate.Programme, product *partner.Product, units int64) error {
	amount, err := price(p, product, units)
	if err != nil {
		return err
	}
	s.Units += units
	if s.Amount, err = s.Amount.Plus(amount); err != nil {
		return err
	}
	s.Groups[product.Line], err = s.Groups[product.Line].Plus(amount)
	return err
}

// orders calls f with the orders by which a partner bought in the days.
func (q rows) orders(buyer partner.ID, first, last partner.Date, f func(*custody.Order) error) error {
	from, ok := first.Start()
	to, dated := last.Start()
	if !ok || !dated {
		return fmt.Errorf("orders from %q to %q: want dates", first, last)
	}
	prefix := boughtPrefix(buyer)
	end := boughtKey(buyer, to.AddDate(0, 0, 1), "")
	for kv, err := range q.scan(prefix, boughtKey(buyer, from, "")) {
		if err != nil {
			return err
		}
		if bytes.Compare(kv[0], end) >= 0 {
			return nil
		}
		var o custody.Order
		id := string(kv[0][len(prefix)+8:])
		known, err := q.load(name(tableOrder, id), &o)
		if err != nil {
			return fmt.Errorf("read order %s: %w", id, err)
		}
		if known {
			if err := f(&o); err != nil {
				return err
			}
		}
	}
	return nil
}

// verified counts the units whose activation says that they were sold.
func (v *Views) verified(q rows, s *state, sales *rebate.Sales, p rebate.Programme, buyer partner.ID, first, last partner.Date) error {
	from, _ := first.Start()
	to, _ := last.Start()
	counted := map[string]bool{}
	for kv, err := range q.scan(key(tableMark, []byte{markActivation}), nil) {
		if err != nil {
			return err
		}
		k := custody.ReadKey(kv[0][10:])
		if at := time.UnixMilli(k.Time); at.Before(from) || !at.Before(to.AddDate(0, 0, 1)) {
			continue
		}
		r, found, err := q.byKey(k)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		e, err := v.at(r.position)
		if err != nil {
			return err
		}
		o, ok := e.value.(custody.Observation)
		if !ok {
			continue
		}
		t, err := q.trail(s, o.Item, "")
		if err != nil {
			return err
		}
		if t == nil || counted[string(t.way.Item)] {
			continue
		}
		bound := t.way.Walk(nil).Bound.Partner
		product, known := s.dir.Product(t.way.Product)
		if !known || bound == "" || bound != buyer && !s.dir.Under(bound, buyer) || !p.Covers(buyer, product, partner.Date(o.Time.UTC().Format(time.DateOnly))) {
			continue
		}
		counted[string(t.way.Item)] = true
		amount, err := price(p, product, 1)
		if err != nil {
			return err
		}
		sales.VerifiedUnits++
		if sales.VerifiedAmount, err = sales.VerifiedAmount.Plus(amount); err != nil {
			return err
		}
	}
	return nil
}

// Proposals returns the postings that rest on findings which no longer stand, and
// what taking them back would post. Somebody is to decide.
func (v *Views) Proposals() ([]rebate.Proposal, AsOf, error) {
	q, s, done := v.read()
	defer done()
	withdrawn := map[string]bool{}
	var ids []string
	for kv, err := range q.scan([]byte{tableRests}, nil) {
		if err != nil {
			return nil, s.asOf(), err
		}
		before, after, ok := bytes.Cut(kv[0][1:], []byte{0})
		finding, posting := string(before), string(after)
		if !ok {
			return nil, s.asOf(), fmt.Errorf("a row of findings that postings rest on is damaged")
		}
		gone, seen := withdrawn[finding]
		if !seen {
			if gone, err = q.gone(s, finding); err != nil {
				return nil, s.asOf(), err
			}
			withdrawn[finding] = gone
		}
		if gone && !slices.Contains(ids, posting) {
			ids = append(ids, posting)
		}
	}
	b := &account.Book{Balances: map[account.Account]int64{}, Standing: map[string]account.Standing{}}
	for _, id := range ids {
		p, _, err := q.posting(b, id)
		if err != nil {
			return nil, s.asOf(), err
		}
		for _, l := range p.Posting.Lines {
			if err := q.balances(b, l.Partner); err != nil {
				return nil, s.asOf(), err
			}
		}
	}
	out := rebate.Proposals(b, func(f string) bool { return withdrawn[f] })
	if out == nil {
		out = []rebate.Proposal{}
	}
	return out, s.asOf(), nil
}

// gone tells whether a finding was withdrawn. What is no finding's id says
// nothing.
func (q rows) gone(s *state, finding string) (bool, error) {
	id, ok := diversion.ParseID(finding)
	if !ok {
		return false, nil
	}
	var f findingRow
	found, err := q.load(key(tableFinding, id[:]), &f)
	return err == nil && (!found || f.status(s.clock) == diversion.Withdrawn), err
}

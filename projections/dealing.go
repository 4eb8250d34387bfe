package projections

import (
	"waymark/internal/calendar"
	"waymark/internal/deal"
	"waymark/internal/quote"
	"waymark/ledger"
)

// A dealing is what deals and quotes are decided by. It is never changed once it
// is published: what changes it changes a copy.
type dealing struct {
	prices    *quote.Book
	calendars *calendar.Book
	terms     deal.Terms
	since     ledger.Position // of the terms
}

func newDealing() dealing {
	return dealing{prices: &quote.Book{}, calendars: &calendar.Book{}, terms: deal.Standard}
}

func (d dealing) clone() dealing {
	d.prices, d.calendars = d.prices.Clone(), d.calendars.Clone()
	return d
}

// with returns d under terms that were recorded at a position: the last of all
// hold.
func (d dealing) with(m deal.Terms, at ledger.Position) dealing {
	if at >= d.since {
		d.terms, d.since = m, at
	}
	return d
}

// DealTrade returns what deals are decided by. It must not be changed.
func (v *Views) DealTrade() *deal.Trade {
	s := v.state.Load()
	return &deal.Trade{Directory: s.dir, Calendars: s.dealing.calendars, Terms: s.dealing.terms, Elsewhere: s.deals}
}

// QuoteTrade returns what quotes are judged by. It must not be changed.
func (v *Views) QuoteTrade() *quote.Trade {
	s := v.state.Load()
	return &quote.Trade{Directory: s.dir, Lists: s.dealing.prices, Deals: s.deals}
}

// Calendars returns the calendars. They must not be changed.
func (v *Views) Calendars() *calendar.Book { return v.state.Load().dealing.calendars }

// Terms returns the terms that hold for deals.
func (v *Views) Terms() deal.Terms { return v.state.Load().dealing.terms }

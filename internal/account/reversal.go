package account

import (
	"fmt"
	"slices"

	"waymark/internal/money"
	"waymark/internal/partner"
)

// A Note heads a posting: which it is, when, by whom and why.
type Note struct {
	ID       string       `json:"id"`
	Date     partner.Date `json:"date"`
	By       string       `json:"-"`
	Reason   string       `json:"reason"`
	Evidence Evidence     `json:"evidence,omitzero"`
}

// Posting returns the posting that the note heads, yet without lines.
func (n Note) Posting(a Act, p partner.ID) Posting {
	return Posting{ID: n.ID, Act: a, Partner: p, Date: n.Date, Evidence: n.Evidence, By: n.By, Reason: n.Reason}
}

// Move adds two lines to p: the amount out of one account, and into another.
// Nothing moves nothing.
func (p *Posting) Move(debit, credit Account, a money.Amount) {
	if a.IsZero() {
		return
	}
	p.Lines = append(p.Lines, Line{debit.Kind, debit.Partner, a}, Line{credit.Kind, credit.Partner, a.Neg()})
}

// Reversal returns the posting that takes back the whole of an earlier one, of
// which nothing has been taken back yet. Where an account no longer holds what it
// was given, since that was paid out, the rest becomes what its partner owes, or
// the brand's loss where nobody can be asked. What a clawback took accrues again.
// It fails with [ErrReversed] and [ErrInvalid].
func (b *Book) Reversal(n Note, id string) (Posting, error) {
	s, known := b.Standing[id]
	switch {
	case !known || !s.Posting.reversible():
		return Posting{}, fmt.Errorf("reverse %s: %w: no posting that can be reversed", id, ErrInvalid)
	case len(s.Reversed) > 0:
		return Posting{}, fmt.Errorf("reverse %s: %w", id, ErrReversed)
	}
	p := n.Posting(Reverse, s.Posting.Partner)
	if s.Posting.Act == Claw {
		p.Act = Accrue
	}
	p.Programme, p.Period, p.Claim, p.Rate = s.Posting.Programme, s.Posting.Period, s.Posting.Claim, s.Posting.Rate
	p.Evidence = merge(p.Evidence, s.Posting.Evidence)
	totals := map[money.Currency]int64{}
	for _, l := range s.Posting.Lines {
		if l.Amount.Minor > 0 {
			totals[l.Amount.Currency] += l.Amount.Minor
		}
	}
	for _, c := range sortedCurrencies(totals) {
		p.Reverses = append(p.Reverses, Part{id, money.Of(totals[c], c)})
	}
	p.Lines = b.mirrored(s.Posting.Lines)
	return p, nil
}

// mirrored returns lines with the other sign, and what accounts cannot give back
// taken from those that stand in for them.
func (b *Book) mirrored(lines []Line) []Line {
	after := map[Account]int64{}
	var out []Line
	var add func(l Line)
	add = func(l Line) {
		a := l.Account()
		if _, seen := after[a]; !seen {
			after[a] = b.Balances[a]
		}
		kind := chart[l.Kind]
		short := int64(0)
		if n := l.Kind.Natural(after[a] + l.Amount.Minor); kind.guarded && n < 0 {
			short = min(-n, max(l.Amount.Minor, -l.Amount.Minor))
		}
		rest := Line{kind.short, l.Partner, money.Of(short, a.Currency)}
		if l.Amount.Minor < 0 {
			rest.Amount = rest.Amount.Neg()
		}
		l.Amount.Minor -= rest.Amount.Minor
		if !l.Amount.IsZero() {
			after[a] += l.Amount.Minor
			out = append(out, l)
		}
		if short > 0 {
			add(rest)
		}
	}
	// What gives an account something goes before what takes from it.
	mirror := make([]Line, len(lines))
	for i, l := range lines {
		mirror[i] = Line{l.Kind, l.Partner, l.Amount.Neg()}
	}
	slices.SortStableFunc(mirror, func(x, y Line) int {
		return int(min(1, max(-1, y.Kind.Natural(y.Amount.Minor)))) - int(min(1, max(-1, x.Kind.Natural(x.Amount.Minor))))
	})
	for _, l := range mirror {
		add(l)
	}
	return out
}

func sortedCurrencies(m map[money.Currency]int64) []money.Currency {
	out := make([]money.Currency, 0, len(m))
	for c := range m {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// merge returns what either names, each once.
func merge(a, b Evidence) Evidence {
	both := func(x, y []string) []string {
		out := slices.Clone(x)
		for _, s := range y {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		return out
	}
	return Evidence{both(a.Cases, b.Cases), both(a.Findings, b.Findings), both(a.Orders, b.Orders), both(a.Events, b.Events), both(a.Papers, b.Papers)}
}

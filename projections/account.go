package projections

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/account"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/ledger"
)

// A Posting is a posting as the books have it.
type Posting struct {
	account.Standing
	Position ledger.Position `json:"position"`
	Recorded time.Time       `json:"recorded"`
}

// applyAccount keeps the books. The log is what was agreed: a posting in it is
// entered whatever the balances say, and one whose id is known is none.
func applyAccount(t *tx, e *entry) error {
	switch v := e.value.(type) {
	case account.Posting:
		if err := t.enter(e, v); err != nil {
			return err
		}
		return t.set(name(tableHead, string(v.Partner)), u64(uint64(e.Revision)))
	case rebate.Claim:
		if err := t.keep(name(tableClaim, v.ID), v); err != nil {
			return err
		}
		return t.set(name(tableHead, string(v.Partner)), u64(uint64(e.Revision)))
	}
	return nil
}

func (t *tx) enter(e *entry, p account.Posting) error {
	known, err := t.get(name(tablePosting, p.ID))
	if err != nil || known != nil {
		return err
	}
	for _, l := range p.Lines {
		k := balanceKey(l.Account())
		was, err := t.get(k)
		if err != nil {
			return err
		}
		n := l.Amount.Minor
		if len(was) == 8 {
			n += int64(binary.BigEndian.Uint64(was))
		}
		if err := t.set(k, u64(uint64(n))); err != nil {
			return err
		}
	}
	for _, r := range p.Reverses {
		if err := t.takeBack(r); err != nil {
			return err
		}
	}
	if err := t.index(e, p); err != nil {
		return err
	}
	return t.keep(name(tablePosting, p.ID), Posting{account.Standing{Posting: p}, e.Position, e.Created})
}

// takeBack counts what a posting takes back of an earlier one.
func (t *tx) takeBack(r account.Part) error {
	var was Posting
	found, err := t.load(name(tablePosting, r.Posting), &was)
	if err != nil || !found {
		return err
	}
	if was.Reversed == nil {
		was.Reversed = map[money.Currency]int64{}
	}
	was.Reversed[r.Amount.Currency] += r.Amount.Minor
	return t.keep(name(tablePosting, r.Posting), was)
}

// index has a posting found by the partners that it touches, by its programme,
// and by the findings that it rests on.
func (t *tx) index(e *entry, p account.Posting) error {
	touched := map[partner.ID]bool{p.Partner: true}
	for _, l := range p.Lines {
		touched[l.Partner] = true
	}
	for id := range touched {
		if id == "" {
			continue
		}
		if err := t.set(key(tableHistory, []byte(id), []byte{0}, []byte(p.Date), u64(uint64(e.Position))), []byte(p.ID)); err != nil {
			return err
		}
	}
	if p.Act == account.Accrue || p.Act == account.Claw {
		s := rebate.Scheme{Programme: p.Programme, Partner: p.Partner, Period: partner.Date(p.Period)}
		if err := t.set(append(schemePrefix(s), p.ID...), nil); err != nil {
			return err
		}
	}
	for _, c := range p.Evidence.Cases {
		if err := t.set(key(tableRests, []byte(caseMark+c), []byte{0}, []byte(p.ID)), nil); err != nil {
			return err
		}
	}
	for _, f := range p.Evidence.Findings {
		if err := t.set(key(tableRests, []byte(f), []byte{0}, []byte(p.ID)), nil); err != nil {
			return err
		}
	}
	return nil
}

// caseMark stands before a case's id, where a finding's would stand bare.
const caseMark = "case:"

// PostingsOf returns the ids of the postings that rest on a case.
func (v *Views) PostingsOf(id string) ([]string, error) {
	q, _, done := v.read()
	defer done()
	var out []string
	prefix := key(tableRests, []byte(caseMark+id), []byte{0})
	for kv, err := range q.scan(prefix, nil) {
		if err != nil {
			return nil, err
		}
		out = append(out, string(kv[0][len(prefix):]))
	}
	return out, nil
}

// keep writes a row of JSON.
func (t *tx) keep(k []byte, v any) error {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep a %T: %w", v, err)
	}
	return t.set(k, data)
}

func balanceKey(a account.Account) []byte {
	return key(tableBalance, []byte(a.Partner), []byte{0}, []byte(a.Kind), []byte{0}, []byte(a.Currency))
}

func schemePrefix(s rebate.Scheme) []byte {
	return key(tableScheme, []byte(s.Programme), []byte{0}, []byte(s.Partner), []byte{0}, []byte(s.Period), []byte{0})
}

// balances adds the balances of a partner to b.
func (q rows) balances(b *account.Book, id partner.ID) error {
	prefix := key(tableBalance, []byte(id), []byte{0})
	for kv, err := range q.scan(prefix, nil) {
		if err != nil {
			return err
		}
		kind, currency, ok := bytes.Cut(kv[0][len(prefix):], []byte{0})
		if !ok || len(kv[1]) != 8 {
			return fmt.Errorf("a balance of partner %s is damaged", id)
		}
		a := account.Account{Kind: account.Kind(kind), Partner: id, Currency: money.Currency(currency)}
		b.Balances[a] = int64(binary.BigEndian.Uint64(kv[1]))
	}
	return nil
}

// posting adds a posting to b, if there is one.
func (q rows) posting(b *account.Book, id string) (Posting, bool, error) {
	var p Posting
	found, err := q.load(name(tablePosting, id), &p)
	if found {
		b.Standing[id] = p.Standing
	}
	return p, found, err
}

// A BookQuery says which part of the books is needed.
type BookQuery struct {
	Partners []partner.ID  // whose balances
	Postings []string      // and which postings, with the balances of those they touch
	Scheme   rebate.Scheme // and the accruals of which programme
}

// Books returns a part of the books, and the revision at which the stream of the
// first partner stands: [ledger.NoStream] where it has nothing.
func (v *Views) Books(bq BookQuery) (*account.Book, ledger.Expected, error) {
	q, _, done := v.read()
	defer done()
	b := &account.Book{Balances: map[account.Account]int64{}, Standing: map[string]account.Standing{}}
	partners := append([]partner.ID{""}, bq.Partners...)
	ids := bq.Postings
	if bq.Scheme.Programme != "" {
		prefix := schemePrefix(bq.Scheme)
		for kv, err := range q.scan(prefix, nil) {
			if err != nil {
				return nil, 0, err
			}
			ids = append(ids, string(kv[0][len(prefix):]))
		}
	}
	for _, id := range ids {
		p, _, err := q.posting(b, id)
		if err != nil {
			return nil, 0, err
		}
		for _, l := range p.Posting.Lines {
			partners = append(partners, l.Partner)
		}
	}
	for _, id := range partners {
		if err := q.balances(b, id); err != nil {
			return nil, 0, err
		}
	}
	at := ledger.NoStream
	if len(bq.Partners) > 0 {
		head, err := q.get(name(tableHead, string(bq.Partners[0])))
		if err != nil {
			return nil, 0, err
		}
		if len(head) == 8 {
			at = ledger.Expected(binary.BigEndian.Uint64(head))
		}
	}
	return b, at, nil
}

// Posting returns the posting called id.
func (v *Views) Posting(id string) (Posting, bool, error) {
	q, _, done := v.read()
	defer done()
	var p Posting
	found, err := q.load(name(tablePosting, id), &p)
	return p, found, err
}

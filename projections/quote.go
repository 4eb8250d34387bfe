package projections

import (
	"encoding/binary"
	"fmt"

	"github.com/go-json-experiment/json"

	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/ledger"
)

// applyQuote keeps how quotes stand, whose copy is which, and where copies turned
// up.
func applyQuote(t *tx, e *entry) error {
	switch m := e.value.(type) {
	case quote.Surfacing:
		data, err := json.Marshal(surfaced{m, e.Position}, json.Deterministic(true))
		if err != nil {
			return fmt.Errorf("keep where copy %s turned up: %w", m.Copy, err)
		}
		if err := t.set(leakKey(&m), data); err != nil {
			return err
		}
		return t.rejudgeCopy(m.Copy)
	case diversion.Policy:
		return t.rejudgeCopies()
	}
	id := quote.Subject(e.value)
	if id == "" {
		return nil
	}
	var q quote.Quote
	if _, err := t.load(name(tableQuote, id), &q); err != nil {
		return err
	}
	if err := q.Apply(e.value); err != nil {
		return err
	}
	data, err := json.Marshal(q, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep quote %s: %w", id, err)
	}
	if err := t.set(name(tableQuote, id), data); err != nil {
		return err
	}
	if i, ok := e.value.(quote.Issuing); ok {
		for _, c := range i.Copies {
			if err := t.set(copyKey(c.ID), []byte(id)); err != nil {
				return err
			}
			if err := t.rejudgeCopy(c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func copyKey(id quote.CopyID) []byte { return key(tableCopy, u64(uint64(id))) }

func leakKey(s *quote.Surfacing) []byte {
	return append(key(tableLeak, u64(uint64(s.Copy)), []byte(s.Region()), []byte{0}, u64(uint64(max(0, s.Time.UnixMilli())))), s.ID...)
}

// surfaced is where a copy turned up, and where the log says so.
type surfaced struct {
	quote.Surfacing
	Position ledger.Position `json:"position"`
}

// copyOf returns the quote that a copy is of, nil where there is none.
func (q rows) copyOf(id quote.CopyID) (*quote.Quote, error) {
	of, err := q.get(copyKey(id))
	if err != nil || of == nil {
		return nil, err
	}
	var out quote.Quote
	found, err := q.load(name(tableQuote, string(of)), &out)
	if err != nil || !found {
		return nil, err
	}
	return &out, nil
}

// surfacings returns where a copy turned up, by region and time; in one region
// only, unless that is "".
func (q rows) surfacings(id quote.CopyID, in geo.Region) (out []surfaced, err error) {
	prefix := key(tableLeak, u64(uint64(id)))
	if in != "" {
		prefix = append(append(prefix, in...), 0)
	}
	for kv, err := range q.scan(prefix, nil) {
		var s surfaced
		if err := orDamaged(err, kv, &s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// rejudgeCopy has said anew of each region where a copy turned up whether that
// is a leak.
func (t *tx) rejudgeCopy(id quote.CopyID) error {
	q, err := t.copyOf(id)
	if err != nil || q == nil {
		return err
	}
	all, err := t.surfacings(id, "")
	if err != nil {
		return err
	}
	for len(all) > 0 {
		region := all[0].Region()
		var seen []quote.Surfacing
		for len(all) > 0 && all[0].Region() == region {
			seen, all = append(seen, all[0].Surfacing), all[1:]
		}
		group := diversion.LeakGroup(id, region)
		v, ok := diversion.Leaked(q, seen, t.policies)
		if !ok {
			var row findingRow
			gid := diversion.GroupID(diversion.QuoteLeak, group)
			if found, err := t.load(key(tableFinding, gid[:]), &row); err != nil || !found {
				if err != nil {
					return err
				}
				continue // it never was one
			}
			if err := t.say(diversion.QuoteLeak, group, nil); err != nil {
				return err
			}
			continue
		}
		if err := t.say(diversion.QuoteLeak, group, &v); err != nil {
			return err
		}
	}
	return nil
}

// rejudgeCopies does so of every copy that turned up anywhere.
func (t *tx) rejudgeCopies() error {
	var ids []quote.CopyID
	for kv, err := range t.scan([]byte{tableLeak}, nil) {
		if err != nil {
			return err
		}
		if id := quote.CopyID(binary.BigEndian.Uint64(kv[0][1:])); len(ids) == 0 || ids[len(ids)-1] != id {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		if err := t.rejudgeCopy(id); err != nil {
			return err
		}
	}
	return nil
}

// Quote returns the quote called id, where it is shown to one who speaks for a
// partner; "" is the owner.
func (v *Views) Quote(id string, under partner.ID) (quote.Quote, bool, error) {
	q, s, done := v.read()
	defer done()
	var out quote.Quote
	found, err := q.load(name(tableQuote, id), &out)
	return out, found && s.shows(out.Partner, under), err
}

// A QuoteQuery selects quotes; zero fields select all.
type QuoteQuery struct {
	Under   partner.ID // whom the asker speaks for
	Partner partner.ID
	Status  quote.Status
	Deal    string
	Limit   int
	After   string // id
}

// QuotePage returns quotes, ordered by id, and whether there are more.
func (v *Views) QuotePage(qq QuoteQuery) (out []quote.Quote, more bool, at AsOf, err error) {
	q, s, done := v.read()
	defer done()
	out = []quote.Quote{}
	from := []byte(nil)
	if qq.After != "" {
		from = append(name(tableQuote, qq.After), 0)
	}
	for kv, err := range q.scan([]byte{tableQuote}, from) {
		var one quote.Quote
		if err := orDamaged(err, kv, &one); err != nil {
			return nil, false, s.asOf(), err
		}
		if !s.shows(one.Partner, qq.Under) || qq.Partner != "" && !s.shows(one.Partner, qq.Partner) || qq.Status != "" && one.Status != qq.Status || qq.Deal != "" && one.Deal != qq.Deal {
			continue
		}
		if len(out) == qq.Limit {
			return out, true, s.asOf(), nil
		}
		out = append(out, one)
	}
	return out, false, s.asOf(), nil
}

// A Trace tells which copy of which quote a watermark names. It says who was
// given that copy, not who passed it on.
type Trace struct {
	Copy      quote.CopyID  `json:"copy"`
	Quote     string        `json:"quote"`
	Status    quote.Status  `json:"status"`
	Partner   partner.ID    `json:"partner"`
	Recipient string        `json:"recipient"` // a person by an opaque id, resolved elsewhere
	Regions   geo.Territory `json:"regions"`
	Until     partner.Date  `json:"until"`
	PriceList string        `json:"price_list"`
	MadeBy    string        `json:"made_by"`
	Approver  string        `json:"approver"` // who answers for it
	Issued    deal.Act      `json:"issued"`
	// Surfaced are the places where this copy was seen before.
	Surfaced []quote.Surfacing `json:"surfaced"`
}

// Copy returns what is known of a copy of a quote; false where there is none.
func (v *Views) Copy(id quote.CopyID) (Trace, bool, error) {
	rows, _, done := v.read()
	defer done()
	q, err := rows.copyOf(id)
	if err != nil || q == nil {
		return Trace{}, false, err
	}
	c, ok := q.Copy(id)
	if !ok || q.Issue == nil {
		return Trace{}, false, nil
	}
	t := Trace{id, q.ID, q.Status, q.Partner, c.Recipient, q.Regions, q.Until, q.PriceList, q.Made.By, q.Approver(), *q.Issue, []quote.Surfacing{}}
	seen, err := rows.surfacings(id, "")
	for _, s := range seen {
		t.Surfaced = append(t.Surfaced, s.Surfacing)
	}
	return t, err == nil, err
}

// QuoteRef is the quote that goods were sold under.
type QuoteRef struct {
	Quote      string        `json:"quote"`
	Order      string        `json:"order"`
	Deal       string        `json:"deal,omitzero"`
	Partner    partner.ID    `json:"partner"`
	Recipients []string      `json:"recipients"` // persons by opaque ids, resolved elsewhere
	Regions    geo.Territory `json:"regions"`
	MadeBy     string        `json:"made_by"`
	Approver   string        `json:"approver"`
	Status     quote.Status  `json:"status"`
}

// quoted returns the quotes of the orders that hops name, each once.
func (q rows) quoted(hops []Hop) ([]QuoteRef, error) {
	out := []QuoteRef{}
	seen := map[string]bool{}
	for _, h := range hops {
		if h.Quote == "" || seen[h.Order] {
			continue
		}
		seen[h.Order] = true
		var one quote.Quote
		found, err := q.load(name(tableQuote, h.Quote), &one)
		if err != nil {
			return out, err
		}
		if found {
			out = append(out, QuoteRef{one.ID, h.Order, one.Deal, one.Partner, one.Recipients, one.Regions, one.Made.By, one.Approver(), one.Status})
		}
	}
	return out, nil
}

// leaked names what a finding of a leak rests on: the quote, and the records of
// its copy.
func (q rows) leaked(row *findingRow, f *Finding, lang string) error {
	if row.Rule != diversion.QuoteLeak.ID || row.Verdict == nil {
		return nil
	}
	id, region, ok := diversion.ReadLeakGroup(row.Verdict.Group)
	if !ok {
		return nil
	}
	of, err := q.copyOf(id)
	if err != nil || of == nil {
		return err
	}
	f.Documents = append(f.Documents, of.ID)
	seen, err := q.surfacings(id, region)
	if err != nil {
		return err
	}
	for i, s := range seen[:min(len(seen), maxEvidence)] {
		e := Evidence{Position: s.Position, EventID: s.ID, Role: "set it off", Text: diversion.QuoteLeak.Title.In(lang) + ": " + s.Time.UTC().Format("2006-01-02T15:04:05Z")}
		if i == 0 {
			e.Decibans = diversion.QuoteLeak.Worth.Decibans
		}
		f.Evidence = append(f.Evidence, e)
	}
	return nil
}

package projections

import (
	"waymark/internal/account"
	"waymark/internal/partner"
)

// A Statement is the statement of a partner, and up to where it is so.
type Statement struct {
	account.Statement
	AsOf AsOf `json:"as_of"`
}

// Statement draws the statement of a partner for the days from first to last.
// It reads what was posted from the first day on, however much came before.
func (v *Views) Statement(id partner.ID, first, last partner.Date) (Statement, error) {
	q, s, done := v.read()
	defer done()
	b := &account.Book{Balances: map[account.Account]int64{}, Standing: map[string]account.Standing{}}
	if err := q.balances(b, id); err != nil {
		return Statement{}, err
	}
	var since []account.Posting
	prefix := key(tableHistory, []byte(id), []byte{0})
	for kv, err := range q.scan(prefix, append(append([]byte{}, prefix...), first...)) {
		if err != nil {
			return Statement{}, err
		}
		p, found, err := q.posting(b, string(kv[1]))
		if err != nil {
			return Statement{}, err
		}
		if found {
			since = append(since, p.Posting)
		}
	}
	return Statement{account.NewStatement(id, first, last, b.Balances, since), s.asOf()}, nil
}

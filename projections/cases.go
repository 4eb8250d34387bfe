package projections

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/dispute"
	"waymark/internal/partner"
)

// A CaseLine is what a list says of a case.
type CaseLine struct {
	ID          string        `json:"id"`
	State       dispute.State `json:"state"`
	Round       int           `json:"round"`
	Partner     partner.ID    `json:"partner"`
	Track       dispute.Track `json:"track"`
	Wording     string        `json:"wording"`
	Updated     time.Time     `json:"updated"`
	NoticeDue   time.Time     `json:"notice_due,omitzero"`
	ResponseDue time.Time     `json:"response_due,omitzero"`
	AppealDue   time.Time     `json:"appeal_due,omitzero"`
	Told        bool          `json:"told"` // the partner knows of it
}

// applyCase keeps every case as its acts leave it.
func applyCase(t *tx, e *entry) error {
	a, ok := e.value.(dispute.Act)
	if !ok {
		return nil
	}
	var c dispute.Case
	k := name(tableCase, a.Case)
	if _, err := t.load(k, &c); err != nil {
		return err
	}
	c = c.Apply(a)
	_, told := c.Masked()
	line := CaseLine{
		ID: c.ID, State: c.State, Round: c.Round, Partner: c.Opening.Partner, Track: c.Opening.Track, Wording: c.Wording(), Updated: c.Updated,
		NoticeDue: c.NoticeDue, ResponseDue: c.ResponseDue, AppealDue: c.AppealDue, Told: told,
	}
	if err := t.put(k, c); err != nil {
		return err
	}
	return t.put(docketKey(c.Opening.Partner, c.ID), line)
}

func docketKey(p partner.ID, id string) []byte {
	return key(tableDocket, []byte(p), []byte{0}, []byte(id))
}

// put writes a row of JSON.
func (t *tx) put(k []byte, v any) error {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep a row of table %q: %w", k[:1], err)
	}
	return t.set(k, data)
}

// Case returns the case called id.
func (v *Views) Case(id string) (dispute.Case, bool, error) {
	q, _, done := v.read()
	defer done()
	var c dispute.Case
	found, err := q.load(name(tableCase, id), &c)
	return c, found, err
}

// A CaseQuery selects cases; zero fields select all.
type CaseQuery struct {
	Partner partner.ID // with the partners below it
	State   dispute.State
	Told    bool   // only those that the partner knows of
	After   string // id of the last case of the page before
	Limit   int
}

// Cases returns a page of cases, ordered by id, and whether there are more.
func (v *Views) Cases(cq CaseQuery) (page []CaseLine, more bool, asOf AsOf, err error) {
	q, s, done := v.read()
	defer done()
	prefixes := [][]byte{{tableDocket}}
	if cq.Partner != "" {
		prefixes = nil
		for _, p := range family(s.dir, cq.Partner) {
			prefixes = append(prefixes, docketKey(p, ""))
		}
	}
	page = []CaseLine{}
	for _, prefix := range prefixes {
		for kv, err := range q.scan(prefix, nil) {
			var c CaseLine
			if err := orDamaged(err, kv, &c); err != nil {
				return nil, false, s.asOf(), err
			}
			if (cq.State == "" || c.State == cq.State) && (c.Told || !cq.Told) && c.ID > cq.After {
				page = append(page, c)
			}
		}
	}
	slices.SortFunc(page, func(a, b CaseLine) int { return strings.Compare(a.ID, b.ID) })
	if len(page) > cq.Limit {
		return page[:cq.Limit], true, s.asOf(), nil
	}
	return page, false, s.asOf(), nil
}

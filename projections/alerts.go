package projections

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/ledger"
)

// An alertRow is what is kept of a change of a finding, or of many.
type alertRow struct {
	Change  Change       `json:"change"`
	ID      diversion.ID `json:"id"`
	Finding findingRow   `json:"finding"` // as it was then
	Clock   int64        `json:"clock"`

	// Of a digest:
	Waiting []diversion.ID `json:"waiting,omitempty"`
	Counts  map[string]int `json:"counts,omitempty"`
	Of      perPartner     `json:"of,omitempty"`
}

// alert tells of a change of a finding, at once or, beyond the budget, in the
// next digest.
func (t *tx) alert(c Change, id diversion.ID, f *findingRow) error {
	if !t.spend(f) {
		t.wait(c, id, f)
		return nil
	}
	return t.tell(alertRow{Change: c, ID: id, Finding: *f, Clock: t.clock})
}

// tell keeps an alert. Alerts are numbered by the event that brought them, so
// that the numbers are the same after a rebuild.
func (t *tx) tell(a alertRow) error {
	data, err := json.Marshal(a, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep alert of %s: %w", a.ID, err)
	}
	t.alerts++
	n := binary.BigEndian.AppendUint32(nil, t.alerts)
	return t.set(key(tableAlert, u64(uint64(t.position)), n), data)
}

// Alerts returns up to limit alerts after a token, oldest first. The token ""
// stands before the first alert, "now" after the last. lang is the language of
// their words.
func (v *Views) Alerts(after string, limit int, lang string) ([]Alert, error) {
	q, s, done := v.read()
	defer done()
	from, err := parseToken(after, s.position)
	if err != nil {
		return nil, err
	}
	var out []Alert
	for kv, err := range q.scan([]byte{tableAlert}, from) {
		if err != nil {
			return nil, err
		}
		var a alertRow
		if err := json.Unmarshal(kv[1], &a); err != nil {
			return nil, fmt.Errorf("an alert's row is damaged: %w", err)
		}
		token := token(kv[0])
		told := Alert{Token: token, Change: a.Change}
		if a.Change == Digest {
			told.Digest = newSummary(&a)
		} else if told.Finding, err = v.finding(q, s, a.Clock, a.ID, &a.Finding, Listed, lang); err != nil {
			return nil, err
		}
		if out = append(out, told); len(out) == limit {
			break
		}
	}
	return out, nil
}

// newSummary tells what a digest gathered.
func newSummary(a *alertRow) *Summary {
	s := &Summary{Counts: a.Counts, Findings: make([]string, 0, len(a.Waiting))}
	for _, n := range a.Counts {
		s.Changes += n
	}
	for _, id := range a.Waiting {
		s.Findings = append(s.Findings, id.String())
	}
	return s
}

// DigestOf returns what the digest with a token tells of a partner and those below
// it, nil where that is nothing.
func (v *Views) DigestOf(told string, top partner.ID) (*Summary, error) {
	q, s, done := v.read()
	defer done()
	from, err := parseToken(told, s.position)
	if err != nil || len(from) == 0 {
		return nil, err
	}
	var a alertRow
	if _, err := q.load(from[:len(from)-1], &a); err != nil {
		return nil, err
	}
	own := func(id partner.ID) bool { return id != "" && (id == top || s.dir.Under(id, top)) }
	part := alertRow{Counts: map[string]int{}}
	for id, counts := range a.Of {
		if !own(id) {
			continue
		}
		for what, n := range counts {
			part.Counts[what] += n
		}
	}
	if len(part.Counts) == 0 {
		return nil, nil
	}
	for _, id := range a.Waiting {
		var f findingRow
		if _, err := q.load(key(tableFinding, id[:]), &f); err != nil {
			return nil, err
		}
		if own(f.Partner) {
			part.Waiting = append(part.Waiting, id)
		}
	}
	return newSummary(&part), nil
}

func token(k []byte) string {
	return fmt.Sprintf("%d-%d", binary.BigEndian.Uint64(k[1:]), binary.BigEndian.Uint32(k[9:]))
}

// BadToken says that a string names no place among the alerts or the findings.
type BadToken struct{ Token string }

func (e *BadToken) Error() string {
	return fmt.Sprintf("%q is no place in the list, want one as received", e.Token)
}

// parseToken returns the first key behind the alert that a token names.
func parseToken(s string, now ledger.Position) ([]byte, error) {
	switch s {
	case "":
		return nil, nil
	case "now":
		return key(tableAlert, u64(uint64(now)+1)), nil
	}
	p, n, _ := strings.Cut(s, "-")
	pos, err := strconv.ParseUint(p, 10, 64)
	num, err2 := strconv.ParseUint(n, 10, 32)
	if err != nil || err2 != nil {
		return nil, &BadToken{s}
	}
	return key(tableAlert, u64(pos), binary.BigEndian.AppendUint32(nil, uint32(num)), []byte{0}), nil
}

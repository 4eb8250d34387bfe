package projections

import (
	"bytes"
	"runtime"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// read returns the rows as they are at one moment and what they are current
// to, which is one state: a snapshot taken between the commit of a run and its
// publication is taken again. done ends the reading.
func (v *Views) read() (q rows, s *state, done func()) {
	for {
		s = v.state.Load()
		snap := v.db.NewSnapshot()
		q = rows{snap}
		b, err := q.get([]byte{tableCursor})
		if at := (cursor{}); err != nil || len(b) == 0 || at.read(b) && at.position == s.position {
			return q, s, func() { snap.Close() }
		}
		snap.Close()
		runtime.Gosched()
	}
}

// How many items of a finding an answer names.
const (
	listed   = 100
	complete = 100_000
)

// maxPage bounds a page of findings.
const maxPage = 1000

// Findings returns findings, latest first.
func (v *Views) Findings(fq FindingQuery) (Page, error) {
	q, s, done := v.read()
	defer done()
	if fq.Limit <= 0 || fq.Limit > maxPage {
		fq.Limit = listed
	}
	page := Page{Findings: []Finding{}, AsOf: s.asOf()}
	from, err := q.behind(fq.After)
	if err != nil {
		return page, err
	}
	var ids []diversion.ID
	var found []findingRow
	err = q.findings(s, from, func(id diversion.ID, f *findingRow) bool {
		if !fq.Since.IsZero() && f.Time < fq.Since.UnixMilli() {
			return false // latest first: what follows is older
		}
		if fq.selects(f, s) {
			ids, found = append(ids, id), append(found, *f)
		}
		return len(ids) <= fq.Limit
	})
	if err != nil {
		return page, err
	}
	if len(ids) > fq.Limit {
		ids = ids[:fq.Limit]
		page.Next = ids[fq.Limit-1].String()
	}
	for i, id := range ids {
		f, err := q.finding(s.dir, s.clock, id, &found[i], listed)
		if err != nil {
			return page, err
		}
		page.Findings = append(page.Findings, f)
	}
	return page, nil
}

func (fq FindingQuery) selects(f *findingRow, s *state) bool {
	status := f.status(s.clock)
	switch {
	case fq.Rule != "" && fq.Rule != f.Rule:
	case fq.Status == "" && status == diversion.Withdrawn:
	case fq.Status != "" && fq.Status != status:
	case fq.Partner != "" && f.Partner != fq.Partner && !s.dir.Under(f.Partner, fq.Partner):
	case fq.Region != "" && !fq.Region.Contains(f.To):
	default:
		return true
	}
	return false
}

// behind returns the first key of the list behind the finding called after.
func (q rows) behind(after string) ([]byte, error) {
	if after == "" {
		return nil, nil
	}
	id, ok := diversion.ParseID(after)
	if !ok {
		return nil, &BadToken{after}
	}
	var f findingRow
	found, err := q.load(key(tableFinding, id[:]), &f)
	if err == nil && !found {
		err = &BadToken{after}
	}
	if err != nil {
		return nil, err
	}
	return append(latestKey(f.Time, id), 0), nil
}

// findings calls f with findings, latest first, until it returns false.
func (q rows) findings(s *state, from []byte, f func(diversion.ID, *findingRow) bool) error {
	for kv, err := range q.scan([]byte{tableLatest}, from) {
		if err != nil {
			return err
		}
		id := diversion.ID(kv[0][9:])
		var row findingRow
		if found, err := q.load(key(tableFinding, id[:]), &row); err != nil {
			return err
		} else if found && !f(id, &row) {
			return nil
		}
	}
	return nil
}

// Finding returns the finding called id, with up to 100,000 of its items.
func (v *Views) Finding(id string) (Finding, bool, error) {
	q, s, done := v.read()
	defer done()
	fid, ok := diversion.ParseID(id)
	if !ok {
		return Finding{}, false, nil
	}
	var row findingRow
	found, err := q.load(key(tableFinding, fid[:]), &row)
	if err != nil || !found {
		return Finding{}, false, err
	}
	f, err := q.finding(s.dir, s.clock, fid, &row, complete)
	at := s.asOf()
	f.AsOf = &at
	return f, true, err
}

// finding tells a finding in full, naming at most limit items.
func (q rows) finding(dir *partner.Directory, clock int64, id diversion.ID, row *findingRow, limit int) (Finding, error) {
	rule, ok := diversion.ByID(row.Rule)
	if !ok { // a rule that is gone: its findings are gone after the next rebuild
		rule = &diversion.Rule{ID: row.Rule, Title: row.Rule, Explain: func(diversion.Facts) string { return row.Rule }}
	}
	f := Finding{
		ID: id.String(), Rule: row.Rule, RuleVersion: row.Version, Strength: row.Strength, Status: row.status(clock),
		ItemsCount: max(row.Units, row.Lost), Items: []gs1.Item{}, Partner: row.Partner, From: row.From, To: row.To,
		FirstEventTime: row.time(), RaisedPosition: row.Raised, Alerted: row.Told, Withdrawn: row.Because, Evidence: []Evidence{},
		Regime: string(diversion.Regime(row.From, row.To, row.time())),
	}
	f.Why = rule.Explain(row.words(dir))
	keys := []custody.Key{row.trigger()}
	prefix := key(tableMember, id[:])
	for kv, err := range q.scan(prefix, nil) {
		if err != nil {
			return f, err
		}
		if f.Items = append(f.Items, gs1.Item(bytes.Clone(kv[0][len(prefix):]))); len(f.Items) == limit {
			break
		}
		if _, evidence := readMember(kv[1]); len(keys) < maxEvidence {
			keys = append(keys, evidence...)
		}
	}
	if len(f.Items) == 0 && row.Last != "" {
		f.Items = append(f.Items, row.Last)
	}
	var err error
	f.Evidence, err = q.evidence(rule, keys)
	return f, err
}

// maxEvidence bounds how many events of its members a finding names.
const maxEvidence = 200

func (q rows) evidence(rule *diversion.Rule, keys []custody.Key) ([]Evidence, error) {
	out := []Evidence{}
	trigger := keys[0]
	slices.SortFunc(keys, custody.Key.Compare)
	for _, k := range slices.Compact(keys) {
		r, found, err := q.byKey(k)
		if err != nil {
			return out, err
		}
		if !found {
			continue
		}
		e := Evidence{Position: r.position, EventID: r.id, Text: "what was documented before: " + k.At().Format(time.RFC3339)}
		if k == trigger {
			e.Text, e.Decibans = rule.Title+": "+k.At().Format(time.RFC3339), rule.Decibans
		}
		out = append(out, e)
	}
	return out, nil
}

func partnerName(dir *partner.Directory, id partner.ID) string {
	if p, ok := dir.Partner(id); ok && p.Name != "" {
		return p.Name + " (" + string(id) + ")"
	}
	return string(id)
}

// Event returns the event called id: an EPCIS eventID, or a hop's or an
// observation's id.
func (v *Views) Event(id string) (Stored, bool, error) {
	q, _, done := v.read()
	defer done()
	r, _, found, err := q.event(id)
	if err != nil || !found {
		return Stored{}, false, err
	}
	return v.stored(r)
}

func (v *Views) stored(r ref) (Stored, bool, error) {
	e, err := v.at(r.position)
	if err != nil {
		return Stored{}, false, err
	}
	return Stored{EventID: r.id, Position: r.position, Recorded: r.recorded(), Value: e.value}, true, nil
}

// An EventFilter selects events of the trade; zero fields select all.
type EventFilter struct {
	Item   gs1.Item // the item's own events
	Site   gs1.GLN
	From   time.Time // event time, inclusive
	Before time.Time // event time, exclusive
	After  string    // event id of the last event of the page before
}

// Events calls f with events, latest event time first, until it returns false.
func (v *Views) Events(ef EventFilter, f func(Stored) bool) error {
	q, _, done := v.read()
	defer done()
	prefix := []byte{tableMoment}
	switch {
	case ef.Item != "":
		prefix = append(pagePrefix(nil, ef.Item), pageFact)
	case ef.Site != 0:
		prefix = visitKey(ef.Site, custody.Key{})[:7]
	}
	lower, upper := custody.Key{}, custody.Key{Time: 1<<63 - 1}
	if !ef.From.IsZero() {
		lower.Time = max(0, ef.From.UnixMilli())
	}
	if !ef.Before.IsZero() {
		upper.Time = max(0, ef.Before.UnixMilli())
	}
	if ef.After != "" {
		r, _, found, err := q.event(ef.After)
		if err != nil || !found {
			return err
		}
		if k := (custody.Key{Time: r.time, Hash: custody.HashID(r.id)}); k.Less(upper) {
			upper = k
		}
	}
	return q.backward(lower.Append(bytes.Clone(prefix)), upper.Append(bytes.Clone(prefix)), func(k, _ []byte) (bool, error) {
		r, found, err := q.byKey(custody.ReadKey(k[len(prefix):]))
		if err != nil || !found {
			return err == nil, err
		}
		s, _, err := v.stored(r)
		if err != nil {
			return false, err
		}
		return f(s), nil
	})
}

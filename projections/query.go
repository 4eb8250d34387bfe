package projections

import (
	"bytes"
	"cmp"
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

// Listed is how many items of a finding a list names at most.
const Listed = 100

// complete is how many the finding alone names.
const complete = 100_000

// maxPage bounds a page of findings.
const maxPage = 1000

// Findings returns findings, latest first.
func (v *Views) Findings(fq FindingQuery) (Page, error) {
	q, s, done := v.read()
	defer done()
	if fq.Limit <= 0 || fq.Limit > maxPage {
		fq.Limit = Listed
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
		f, err := v.finding(q, s, s.clock, id, &found[i], Listed, fq.Lang)
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
	case status == gathering:
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

// Finding returns the finding called id, with up to 100,000 of its items, in the
// words of a language.
func (v *Views) Finding(id, lang string) (Finding, bool, error) {
	q, s, done := v.read()
	defer done()
	fid, ok := diversion.ParseID(id)
	if !ok {
		return Finding{}, false, nil
	}
	var row findingRow
	found, err := q.load(key(tableFinding, fid[:]), &row)
	if err != nil || !found || row.status(s.clock) == gathering {
		return Finding{}, false, err
	}
	f, err := v.finding(q, s, s.clock, fid, &row, complete, lang)
	if err != nil {
		return f, true, err
	}
	f.Score, err = v.score(q, s, &row, lang)
	at := s.asOf()
	f.AsOf = &at
	return f, true, err
}

// finding tells a finding in full, naming at most limit items.
func (v *Views) finding(q rows, s *state, clock int64, id diversion.ID, row *findingRow, limit int, lang string) (Finding, error) {
	rule, ok := diversion.ByID(row.Rule)
	if !ok { // a rule that is gone: its findings are gone after the next rebuild
		rule = &diversion.Rule{ID: row.Rule}
	}
	words := row.words(s.dir)
	f := Finding{
		ID: id.String(), Rule: row.Rule, RuleVersion: row.Version, Title: rule.Title.In(lang), Policy: row.Policy, Strength: row.Strength, Status: row.status(clock),
		ItemsCount: words.Units, Items: []gs1.Item{}, Partner: row.Partner, From: row.From, To: row.To,
		FirstEventTime: row.time(), RaisedPosition: row.Raised, Alerted: row.Told, Withdrawn: withdrawal(row.Because, lang), Evidence: []Evidence{},
		Regime: string(diversion.Regime(row.From, row.To, row.time())), Why: rule.Why.Fill(lang, words),
	}
	if v := row.figures(); v != nil {
		f.Statistics, f.Candidates = &Statistics{v.K, v.N, v.Expected, v.P}, v.Candidates
	}
	if err := q.documents(s, row, &f, limit); err != nil {
		return f, err
	}
	var members []memberRow
	terms := 0
	prefix := key(tableMember, id[:])
	for kv, err := range q.scan(prefix, nil) {
		if err != nil {
			return f, err
		}
		it := gs1.Item(bytes.Clone(kv[0][len(prefix):]))
		if f.Items = append(f.Items, it); len(f.Items) == limit {
			break
		}
		if _, evidence := readMember(kv[1]); terms < maxEvidence {
			members, terms = append(members, memberRow{it, evidence}), terms+len(evidence)
		}
	}
	if len(f.Items) == 0 && row.Last != "" {
		f.Items = append(f.Items, row.Last)
		members = append(members, memberRow{row.Last, []diversion.Term{{Key: row.trigger()}}})
	}
	var err error
	if f.Evidence, err = v.evidence(q, id, row, members, lang); err != nil {
		return f, err
	}
	return f, q.leaked(row, &f, lang)
}

// maxEvidence bounds how many events of its members a finding names.
const maxEvidence = 200

// evidence tells what each of the facts that a finding rests on is to it, and
// what it is worth.
func (v *Views) evidence(q rows, id diversion.ID, row *findingRow, members []memberRow, lang string) ([]Evidence, error) {
	grounds, err := v.grounds(q, id, row, members)
	if err != nil {
		return nil, err
	}
	worth := map[custody.Key]diversion.Ground{}
	for _, g := range diversion.NewScore(grounds).Terms {
		worth[g.Key] = g
	}
	var terms []diversion.Term
	for _, m := range members {
		terms = append(terms, m.terms...)
	}
	slices.SortFunc(terms, func(a, b diversion.Term) int {
		return cmp.Or(a.Key.Compare(b.Key), cmp.Compare(a.Role, b.Role))
	})
	terms = slices.CompactFunc(terms, func(a, b diversion.Term) bool { return a.Key == b.Key })
	out := []Evidence{}
	for _, term := range terms {
		r, found, err := q.byKey(term.Key)
		if err != nil {
			return out, err
		}
		if !found {
			continue
		}
		what := term.Role.Text()
		e := Evidence{Position: r.position, EventID: r.id, Role: what.EN}
		if rule, ok := diversion.ByID(row.Rule); ok && term.Role == diversion.SetOff {
			what, e.Decibans = rule.Title, worth[term.Key].Decibans
		}
		e.Text = what.In(lang) + ": " + term.At().Format(time.RFC3339)
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

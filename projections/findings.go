package projections

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger"
)

// A findingRow is what is kept of a finding, apart from its members. It stands
// while it has any.
type findingRow struct {
	Rule     string             `json:"rule"`
	Version  int                `json:"version"`
	Policy   string             `json:"policy"` // version of the pack
	Strength diversion.Strength `json:"strength"`
	Partner  partner.ID         `json:"partner,omitzero"`
	From     geo.Region         `json:"from,omitzero"`
	To       geo.Region         `json:"to,omitzero"`
	Time     int64              `json:"time"` // of the sighting that set it off, of a group's first
	Hash     string             `json:"hash"` // and its key's hash
	Due      int64              `json:"due"`  // when it ceases to be provisional
	Units    int                `json:"units"`
	Members  int                `json:"members"`
	Limit    int                `json:"limit,omitzero"`
	Verdict  *diversion.Verdict `json:"verdict,omitempty"` // of a rule that judges sums
	Stands   bool               `json:"stands"`            // what is gathered makes a finding

	// What tells of arrival, and so is no part of the digest.
	Raised   ledger.Position    `json:"raised"`
	RaisedAt int64              `json:"raised_at"`
	Because  string             `json:"because,omitzero"` // why it was withdrawn
	Last     gs1.Item           `json:"last,omitzero"`    // member that it lost last
	Lost     int                `json:"lost,omitzero"`    // units that it had when it was withdrawn
	Said     *diversion.Verdict `json:"said,omitempty"`   // what it said when it was withdrawn
	Told     bool               `json:"told,omitzero"`    // an alert of it was raised
}

// gathering is the status of a group of which too little is known to make it a
// finding; it is shown to nobody.
const gathering diversion.Status = ""

// status returns how the finding stands when the trade's clock is at clock.
func (f *findingRow) status(clock int64) diversion.Status {
	switch {
	case !f.Stands && f.Raised == 0:
		return gathering
	case !f.Stands:
		return diversion.Withdrawn
	case clock < f.Due:
		return diversion.Provisional
	}
	return diversion.Active
}

// alerts tells whether the finding, standing when the trade's clock is at
// clock, is one to alert of.
func (f *findingRow) alerts(clock int64) bool {
	r, ok := diversion.ByID(f.Rule)
	return f.Strength != diversion.Low && !(ok && r.Quiet && clock < f.Due)
}

// A change is a finding on its way from what it was to what it is.
type change struct {
	was, is findingRow
	first   bool // the group's first sighting is to be looked for
}

// changing returns the change of a finding, which begins where it stands.
func (t *tx) changing(id diversion.ID) (*change, error) {
	if c := t.changes[id]; c != nil {
		return c, nil
	}
	c := &change{}
	if _, err := t.load(key(tableFinding, id[:]), &c.was); err != nil {
		return nil, err
	}
	c.is = c.was
	t.changes[id] = c
	return c, nil
}

// join makes an item a member of a finding, or brings its part up to date.
func (j *judging) join(id diversion.ID, s diversion.Signal, it gs1.Item, units int) error {
	c, err := j.changing(id)
	if err != nil {
		return err
	}
	k, v := memberKey(id, it), member(units, s.Evidence)
	old, err := j.get(k)
	if err != nil {
		return err
	}
	if !bytes.Equal(old, v) || old == nil {
		if err := j.set(k, v); err != nil {
			return err
		}
	}
	if old == nil {
		c.is.Members++
		if err := j.set(memberOfKey(it, id), nil); err != nil {
			return err
		}
	}
	before, terms := readMember(old)
	c.is.Units += units - before
	c.is.Rule, c.is.Version, c.is.Strength, c.is.Limit = s.Rule.ID, s.Rule.Version, s.Strength, s.Limit
	if c.is.Verdict == nil {
		c.is.Partner, c.is.From, c.is.To = s.Partner, s.From, s.To
	}
	switch {
	case s.Rule.Subject != diversion.PerGroup:
		c.is.Policy, c.is.Due = s.Policy.Version, s.Trigger.Time+s.Policy.Window(s.Rule).Milliseconds()
		c.is.setOff(s.Trigger)
	case c.is.Members == 1 || s.Trigger.Less(c.is.trigger()):
		c.is.setOff(s.Trigger)
	case len(terms) > 0 && terms[0].Key != s.Trigger && terms[0].Key == c.is.trigger():
		c.first = true
	}
	return nil
}

// setOff notes the sighting that set a finding off.
func (f *findingRow) setOff(k custody.Key) { f.Time, f.Hash = k.Time, fmt.Sprintf("%016x", k.Hash) }

// leave ends an item's membership of a finding.
func (j *judging) leave(id diversion.ID, it gs1.Item) error {
	c, err := j.changing(id)
	if err != nil {
		return err
	}
	k := memberKey(id, it)
	old, err := j.get(k)
	if err != nil || old == nil {
		return err
	}
	units, terms := readMember(old)
	c.first = c.first || len(terms) > 0 && terms[0].Key == c.is.trigger()
	c.is.Members--
	c.is.Units -= units
	c.is.Last = it
	if err := j.delete(k); err != nil {
		return err
	}
	return j.delete(memberOfKey(it, id))
}

// write writes the findings that changed, and tells of those that were raised
// or withdrawn.
func (t *tx) write() error {
	for _, id := range slices.SortedFunc(maps.Keys(t.changes), compareIDs) {
		c := t.changes[id]
		if err := t.weigh(id, c); err != nil {
			return err
		}
		if c.is == c.was {
			continue
		}
		if err := t.writeChange(id, c); err != nil {
			return err
		}
	}
	return nil
}

// weigh says whether what is gathered makes a finding.
func (t *tx) weigh(id diversion.ID, c *change) error {
	r, ok := diversion.ByID(c.is.Rule)
	if !ok || r.Subject != diversion.PerGroup {
		c.is.Stands = c.is.Members > 0
		return nil
	}
	if c.first && c.is.Members > 0 {
		if err := t.findFirst(id, &c.is); err != nil {
			return err
		}
	}
	if v := c.is.Verdict; v != nil && r.Check == nil {
		c.is.Time, c.is.Units = v.At, int(v.Units)
	}
	p := t.policies.At(c.is.time())
	c.is.Policy, c.is.Due = p.Version, c.is.Time+p.Window(r).Milliseconds()
	switch v := c.is.Verdict; {
	case v != nil:
		c.is.Stands = r.Check == nil || c.is.Members > 0
		p = t.policies.At(time.UnixMilli(v.At - 1)) // the last instant that it looked at
		c.is.Policy, c.is.Due = v.Policy, v.At+p.Window(r).Milliseconds()
		if p.Window(r) == 0 {
			c.is.Due = 0 // certain, though the trade's clock has not come so far
		}
	case r.Judge != nil:
		c.is.Stands = false
	case r.Stands != nil:
		c.is.Stands = c.is.Members > 0 && r.Stands(p, diversion.Gathered{Members: c.is.Members, Units: c.is.Units, Limit: c.is.Limit})
	default:
		c.is.Stands = c.is.Members > 0
	}
	return nil
}

// findFirst looks for a group's first sighting among its members.
func (t *tx) findFirst(id diversion.ID, f *findingRow) error {
	first, found := custody.Key{}, false
	for kv, err := range t.scan(key(tableMember, id[:]), nil) {
		if err != nil {
			return err
		}
		if _, terms := readMember(kv[1]); len(terms) > 0 && (!found || terms[0].Key.Less(first)) {
			first, found = terms[0].Key, true
		}
	}
	if found {
		f.setOff(first)
	}
	return nil
}

func (t *tx) writeChange(id diversion.ID, c *change) error {
	raised := !c.was.Stands && c.is.Stands
	withdrawn := c.was.Stands && !c.is.Stands
	if raised {
		c.is.Told = c.is.alerts(t.clock)
		c.is.Raised, c.is.RaisedAt, c.is.Because = t.position, t.created.UnixMilli(), ""
		c.is.Last, c.is.Lost, c.is.Said = "", 0, nil
	}
	if withdrawn {
		c.is.Because, c.is.Lost, c.is.Said = t.cause, c.was.Units, c.was.Verdict
	}
	data, err := json.Marshal(c.is, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep finding %s: %w", id, err)
	}
	if err := t.set(key(tableFinding, id[:]), data); err != nil {
		return err
	}
	if err := errors.Join(t.place(id, c), t.about(id, c)); err != nil {
		return err
	}
	switch {
	case raised && c.is.Told:
		return t.alert(Raised, id, &c.is)
	case withdrawn && c.was.Told:
		return t.alert(Withdrawn, id, &c.is)
	}
	return nil
}

// place keeps the finding in its place in the list and among those that wait
// for late evidence.
func (t *tx) place(id diversion.ID, c *change) error {
	waits, err := t.waits(c, id)
	if err != nil {
		return err
	}
	if c.was.Rule != "" && c.was.Time != c.is.Time {
		if err := t.delete(latestKey(c.was.Time, id)); err != nil {
			return err
		}
	}
	if c.was.Rule != "" && c.was.Due != c.is.Due {
		if err := t.delete(dueKey(c.was.Due, id)); err != nil {
			return err
		}
	}
	if err := t.set(latestKey(c.is.Time, id), nil); err != nil {
		return err
	}
	due := c.is.Due
	if waits {
		t.nextDue = min(t.nextDue, due)
		return t.set(dueKey(due, id), nil)
	}
	return t.delete(dueKey(due, id))
}

// waits tells whether it is still to be told that a finding is certain. Where what
// changes it also shows that its window has passed, that is told at once; and so
// is one that grew strong enough to be told.
func (t *tx) waits(c *change, id diversion.ID) (bool, error) {
	if !c.is.Stands || c.is.Due > t.clock {
		return c.is.Stands, nil
	}
	if !c.was.Stands {
		return false, nil
	}
	if c.was.Strength == diversion.Low && !c.is.Told {
		return c.is.alerts(t.clock), nil
	}
	row, err := t.get(dueKey(c.was.Due, id))
	return row != nil, err
}

// escalate tells of findings that late evidence can no longer explain.
func (t *tx) escalate() error {
	if t.clock < t.nextDue {
		return nil
	}
	t.nextDue = math.MaxInt64
	for kv, err := range t.scan([]byte{tableDue}, nil) {
		if err != nil {
			return err
		}
		due := int64(binary.BigEndian.Uint64(kv[0][1:]))
		if due > t.clock {
			t.nextDue = due
			return nil
		}
		id := diversion.ID(kv[0][9:])
		if err := t.delete(append([]byte(nil), kv[0]...)); err != nil {
			return err
		}
		var f findingRow
		found, err := t.load(key(tableFinding, id[:]), &f)
		if err != nil {
			return err
		}
		if !found || !f.Stands || !f.alerts(t.clock) {
			continue
		}
		if err := t.certain(id, &f); err != nil {
			return err
		}
	}
	return nil
}

// certain tells that a finding is no longer provisional: for a quiet rule that
// is the first that is told of it.
func (t *tx) certain(id diversion.ID, f *findingRow) error {
	if f.Told {
		return t.alert(Escalated, id, f)
	}
	f.Told = true
	data, err := json.Marshal(f, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep finding %s: %w", id, err)
	}
	if err := t.set(key(tableFinding, id[:]), data); err != nil {
		return err
	}
	return t.alert(Raised, id, f)
}

func (q rows) firstDue() (int64, error) {
	for kv, err := range q.scan([]byte{tableDue}, nil) {
		if err != nil {
			return 0, err
		}
		return int64(binary.BigEndian.Uint64(kv[0][1:])), nil
	}
	return math.MaxInt64, nil
}

// words returns what the finding's words are made of.
func (f *findingRow) words(dir *partner.Directory) diversion.Facts {
	w := diversion.Facts{Units: max(f.Units, f.Lost), Partner: partnerName(dir, f.Partner), From: f.From, To: f.To, Time: f.time()}
	if v := f.figures(); v != nil {
		w.Verdict = *v
	}
	return w
}

// figures returns what the rule said, last, of its sums; nil if nothing.
func (f *findingRow) figures() *diversion.Verdict { return cmp.Or(f.Verdict, f.Said) }

// time returns when the sighting that set the finding off happened.
func (f *findingRow) time() time.Time { return time.UnixMilli(f.Time).UTC() }

// trigger returns the key of that sighting.
func (f *findingRow) trigger() custody.Key {
	var h uint64
	fmt.Sscanf(f.Hash, "%x", &h)
	return custody.Key{Time: f.Time, Hash: h}
}

package webhook_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waymark/internal/webhook"
	"waymark/ledger"
)

var day = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func registration(version int) webhook.Registration {
	return webhook.Registration{Subscription: webhook.Subscription{ID: "hq", URL: "https://example.com/in", Version: version}, Key: "k"}
}

// fold folds events that lie at positions 10, 20, 30…
func fold(events ...any) (s webhook.State) {
	for i, e := range events {
		s = s.Fold(e, ledger.Position(10*(i+1)), int64(i), day.Add(time.Duration(i)*time.Hour))
	}
	return s
}

func TestFold(t *testing.T) {
	claim := webhook.Claimed{ID: "hq", Claim: "c1", Node: "n1", After: "10-4294967295", TTL: 60_000}
	failed, _ := webhook.Failed("hq", webhook.BadStatus, 500, 1, day)
	failure := &failed
	for _, tt := range []struct {
		name   string
		events []any
		want   func(*webhook.State) bool
	}{
		{"begins behind its registration", []any{registration(1)}, func(s *webhook.State) bool { return s.Active() && s.Through == "10-4294967295" && s.Rotated.IsZero() }},
		{"claimed", []any{registration(1), claim}, func(s *webhook.State) bool {
			return *s.Claim == webhook.Claim{ID: "c1", Node: "n1", Position: 20, TTL: 60_000}
		}},
		{"delivered", []any{registration(1), claim, webhook.Attempted{ID: "hq", Claim: "c1", Position: 20, Through: "15-2", Delivered: 3}}, func(s *webhook.State) bool {
			return s.Claim == nil && s.Holder == "n1" && s.Through == "15-2" && s.Delivered == 3 && s.Last.Equal(day.Add(2*time.Hour))
		}},
		{"by a claim that is over", []any{registration(1), claim, webhook.Attempted{ID: "hq", Claim: "c0", Position: 5, Through: "15-2", Delivered: 3}}, func(s *webhook.State) bool {
			return s.Claim != nil && s.Through == "10-4294967295" && s.Delivered == 0
		}},
		{"failed", []any{registration(1), claim, webhook.Attempted{ID: "hq", Claim: "c1", Position: 20, Through: "10-1", Failure: failure}}, func(s *webhook.State) bool {
			return s.Active() && s.Failure.Attempt == 1 && s.Failure.Next.After(day) && s.Since.Equal(day.Add(2*time.Hour)) && s.Last.IsZero()
		}},
		{"in a copy of its ledger", []any{registration(1), claim, webhook.Attempted{ID: "hq", Claim: "c1", Position: 1999, Through: "1815-2", Delivered: 3}}, func(s *webhook.State) bool {
			return s.Disabled == webhook.Moved && s.Through == "30-4294967295"
		}},
		{"disabled", []any{registration(1), webhook.Disabled{ID: "hq", Why: webhook.Gone}}, func(s *webhook.State) bool { return s.Exists() && !s.Active() }},
		{"resumed where it was", []any{registration(1), claim, webhook.Attempted{ID: "hq", Claim: "c1", Position: 20, Through: "15-2", Failure: failure}, webhook.Disabled{ID: "hq", Why: webhook.Gone}, registration(1)}, func(s *webhook.State) bool {
			return s.Active() && s.Failure == nil && s.Through == "15-2" && s.Rotated.IsZero()
		}},
		{"ended", []any{registration(1), claim, webhook.Ended{ID: "hq"}}, func(s *webhook.State) bool { return !s.Exists() && s.Claim == nil }},
		{"registered anew", []any{registration(1), webhook.Ended{ID: "hq"}, registration(2)}, func(s *webhook.State) bool {
			return s.Active() && s.Through == "30-4294967295" && cmp.Equal(s.Versions(day.Add(3*time.Hour)), []int{2})
		}},
		{"with another secret", []any{registration(1), registration(2)}, func(s *webhook.State) bool {
			return cmp.Equal(s.Versions(day.Add(24*time.Hour)), []int{2, 1}) && cmp.Equal(s.Versions(day.Add(25*time.Hour)), []int{2})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fold(tt.events...)
			if !tt.want(&s) || s.Revision != int64(len(tt.events)-1) {
				t.Errorf("the state is %+v", s)
			}
			data, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			var again webhook.State
			if err := json.Unmarshal(data, &again); err != nil || cmp.Diff(s, again) != "" {
				t.Errorf("kept as %s it is %+v, %v", data, again, err)
			}
		})
	}
}

// A model is a log with one webhook in it, a receiver that keeps every message,
// and nodes that see the log late, each with a clock of its own.
type model struct {
	t      *rapid.T
	events []any // of the webhook's stream
	alerts int   // there are alerts 1 to alerts; the token of n is "n"
	moment time.Duration
	nodes  []*node
	got    []int // what the receiver was sent
	lost   int   // claims whose attempt was never recorded
}

type node struct {
	name  string
	skew  time.Duration // its clock beside the others
	state webhook.State
	knows int // events
	vigil webhook.Vigil
	lease *webhook.Lease
	until int // sent so far under the lease
	sent  int
}

func (m *model) clock(n *node) time.Duration { return m.moment + n.skew }

func (m *model) append(n *node, at int64, e any) bool {
	if int64(len(m.events)) != at+1 {
		return false
	}
	m.events = append(m.events, e)
	return true
}

// learn shows a node some more of the log.
func (m *model) learn(n *node, events int) {
	for range events {
		if n.knows < len(m.events) {
			n.state = n.state.Fold(m.events[n.knows], ledger.Position(n.knows+1), int64(n.knows), day.Add(m.moment))
			n.knows++
		}
	}
}

func through(token string) (n int) {
	if token != "1-4294967295" {
		fmt.Sscan(token, &n)
	}
	return n
}

// look has a node claim if it may, by what it knows.
func (m *model) look(n *node) {
	if n.lease != nil {
		return
	}
	pending := through(n.state.Through) < m.alerts
	began := m.clock(n)
	if ok, _ := n.vigil.See(&n.state, n.name, pending, began, day.Add(m.moment)); !ok {
		return
	}
	claim := fmt.Sprint(n.name, "/", len(m.events))
	e := webhook.Claimed{ID: "hq", Claim: claim, Node: n.name, After: n.state.Through, TTL: int64(webhook.TTL / time.Millisecond)}
	at := n.state.Revision
	if !m.append(n, at, e) {
		return
	}
	m.learn(n, 1)
	m.alone(n)
	l := webhook.LeaseFrom(claim, began, webhook.TTL)
	n.lease, n.until, n.sent = &l, through(n.state.Through), 0
}

// send has a holder deliver one alert more.
func (m *model) send(n *node) {
	if n.lease == nil || !n.lease.Holds(m.clock(n)) || n.until == m.alerts {
		return
	}
	m.alone(n)
	n.until++
	n.sent++
	m.got = append(m.got, n.until)
}

// alone fails where another node than n holds the webhook.
func (m *model) alone(n *node) {
	for _, other := range m.nodes {
		if other != n && other.lease != nil && other.lease.Holds(m.clock(other)) {
			m.t.Fatalf("%s and %s both hold the webhook", n.name, other.name)
		}
	}
}

// finish has a holder record how far it came.
func (m *model) finish(n *node) {
	if n.lease == nil {
		return
	}
	defer func() { n.lease = nil }()
	if n.state.Claim == nil || n.state.Claim.ID != n.lease.Claim {
		m.lost++ // another has it by now
		return
	}
	e := webhook.Attempted{ID: "hq", Claim: n.lease.Claim, Position: n.state.Claim.Position, Through: fmt.Sprint(n.until), Delivered: n.sent}
	if n.until == 0 {
		e.Through = n.state.Through
	}
	if !m.append(n, n.state.Revision, e) {
		m.lost++
	}
}

func (m *model) crash(n *node) {
	if n.lease != nil {
		m.lost++
	}
	*n = node{name: n.name + "'", skew: n.skew}
}

// step does one thing by chance: what, of a hundred.
func (m *model) step(n *node, what int) {
	switch {
	case what < 10:
		m.alerts++
	case what < 30:
		m.moment += []time.Duration{1, 50, 300, 600, 20_000, 54_000, 61_000}[what%7] * time.Millisecond
	case what < 40:
		m.learn(n, what%4)
	case what < 60:
		m.learn(n, len(m.events))
		m.look(n)
	case what < 70:
		m.look(n) // by what it knew before
	case what < 90:
		m.send(n)
	case what < 97:
		m.finish(n)
	default:
		m.crash(n)
	}
}

// TestOnce plays several nodes on one log, whatever is late and whoever crashes:
// never two holders, nothing left out, in order, and sent again only where a
// claim was lost.
func TestOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{t: t, events: []any{registration(1)}}
		for i := range rapid.IntRange(1, 3).Draw(t, "nodes") {
			m.nodes = append(m.nodes, &node{name: fmt.Sprint("n", i), skew: time.Duration(rapid.IntRange(0, 1e6).Draw(t, "skew")) * time.Second})
		}
		for _, n := range m.nodes {
			m.learn(n, 1)
		}
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			n := rapid.SampledFrom(m.nodes).Draw(t, "node")
			m.step(n, rapid.IntRange(0, 99).Draw(t, "step"))
		}
		for range 10 * (m.alerts + 1) { // all goes well from now on
			for _, n := range m.nodes {
				m.learn(n, len(m.events))
				m.look(n)
				m.send(n)
				m.finish(n)
			}
			m.moment += time.Minute
		}
		m.check(t)
		if highest := slices.Max(append(m.got, 0)); highest != m.alerts {
			t.Fatalf("%d of %d alerts were delivered", highest, m.alerts)
		}
	})
}

func (m *model) check(t *rapid.T) {
	next, repeats := 1, 0
	for i, n := range m.got {
		switch {
		case n == next:
			next++
		case n > next:
			t.Fatalf("alerts before %d were left out: %v", n, m.got)
		case i > 0 && n != m.got[i-1]+1:
			repeats++ // it began again further back
		}
	}
	if repeats > m.lost {
		t.Fatalf("%d times it began again, with %d claims lost: %v", repeats, m.lost, m.got)
	}
}

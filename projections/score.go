package projections

import (
	"cmp"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
	"waymark/ledger"
)

// Score sums up what speaks for and against the hypothesis that a finding's
// partner diverted goods to where they surfaced, over all its standing findings
// there. It orders what people look at first; it decides nothing.
type Score struct {
	Decibans float64        `json:"decibans"`
	Band     diversion.Band `json:"band"`
	Partner  partner.ID     `json:"partner"`
	To       geo.Region     `json:"to"`
	Terms    []ScoreTerm    `json:"terms"` // at most 200, the weightiest first
}

// ScoreTerm is one event that a score rests on, and what it adds under the caps
// of what is not independent.
type ScoreTerm struct {
	Rule     string          `json:"rule,omitzero"`
	Finding  string          `json:"finding,omitzero"`
	EventID  string          `json:"event_id"`
	Position ledger.Position `json:"position"`
	Text     string          `json:"text"`
	Decibans float64         `json:"decibans"`
}

// What a score looks at, at most: findings of a rule, events of a finding, and
// findings whose goods are followed for a theft or a waiver.
const (
	scoredFindings = 50
	scoredEvents   = 50
	followed       = 20
)

// aboutKey returns the key under which a finding is found by whom it is about
// and where the goods surfaced.
func aboutKey(f *findingRow, id diversion.ID) []byte {
	return append(append(aboutPrefix(f.Partner, f.To), f.Rule...), id[:]...)
}

func aboutPrefix(id partner.ID, to geo.Region) []byte {
	return key(tableAbout, []byte(id), []byte{0}, []byte(to.Country()), []byte{0})
}

// about files a finding that stands, and no other, by partner and place.
func (t *tx) about(id diversion.ID, c *change) error {
	filed := func(f *findingRow) bool { return f.Stands && f.Partner != "" && f.To != "" }
	was, is := filed(&c.was), filed(&c.is)
	if was && (!is || string(aboutKey(&c.was, id)) != string(aboutKey(&c.is, id))) {
		if err := t.delete(aboutKey(&c.was, id)); err != nil {
			return err
		}
	}
	if is {
		return t.set(aboutKey(&c.is, id), nil)
	}
	return nil
}

// scoring gathers the grounds of one hypothesis.
type scoring struct {
	v *Views
	rows
	*state
	partner partner.ID
	to      geo.Region
	grounds []diversion.Ground
	follows int
}

// score returns the score of the hypothesis that a finding raises, nil where it
// accuses nobody.
func (v *Views) score(q rows, s *state, row *findingRow, lang string) (*Score, error) {
	if row.Partner == "" || row.To == "" {
		return nil, nil
	}
	g := &scoring{v: v, rows: q, state: s, partner: row.Partner, to: row.To}
	for _, r := range diversion.Rules {
		if err := g.rule(r); err != nil {
			return nil, err
		}
	}
	return g.tell(diversion.NewScore(g.grounds), lang)
}

// rule gathers what the partner's findings of a rule in the place rest on.
func (g *scoring) rule(r *diversion.Rule) error {
	prefix := append(aboutPrefix(g.partner, g.to), r.ID...)
	n := 0
	for kv, err := range g.scan(prefix, nil) {
		if err != nil {
			return err
		}
		if n == scoredFindings {
			break
		}
		id := diversion.ID(kv[0][len(prefix):])
		var f findingRow
		if found, err := g.load(key(tableFinding, id[:]), &f); err != nil {
			return err
		} else if !found || !g.to.Contains(f.To) && !f.To.Contains(g.to) {
			continue
		}
		n++
		if err := g.finding(id, &f); err != nil {
			return err
		}
	}
	return nil
}

func (g *scoring) finding(id diversion.ID, f *findingRow) error {
	members, err := g.members(id, scoredEvents)
	if err != nil {
		return err
	}
	grounds, err := g.v.grounds(g.rows, id, f, members)
	if err != nil {
		return err
	}
	g.grounds = append(g.grounds, grounds...)
	if len(members) == 0 || g.follows == followed {
		return nil
	}
	g.follows++
	return g.against(f, members[0])
}

// against gathers what speaks for the partner: a theft of the goods that was
// reported before, and a waiver that let it sell them there.
func (g *scoring) against(f *findingRow, m memberRow) error {
	t, err := g.trail(g.state, m.item, "")
	if err != nil || t == nil {
		return err
	}
	t.way.Walk(func(before *custody.State, e *custody.Entry) bool {
		if e.Key == m.terms[0].Key && before.Stolen {
			g.grounds = append(g.grounds, diversion.Ground{Key: before.Ended, Weight: diversion.Theft})
		}
		return e.Key != m.terms[0].Key
	})
	_, by := g.dir.Stands(f.Partner, t.way.Product, f.To, f.time())
	if _, ok := g.dir.Waiver(by.ID); ok {
		g.grounds = append(g.grounds, diversion.Ground{Event: by.ID, Weight: diversion.Waiver})
	}
	return nil
}

// tell puts a score into words.
func (g *scoring) tell(s diversion.Score, lang string) (*Score, error) {
	out := &Score{Decibans: s.Decibans, Band: s.Band, Partner: g.partner, To: g.to, Terms: []ScoreTerm{}}
	for _, term := range s.Terms {
		t := ScoreTerm{Rule: term.Rule, Text: term.Kind.Text.In(lang), Decibans: term.Decibans}
		if r, ok := diversion.ByID(term.Rule); ok {
			t.Finding, t.Text = term.Finding.String(), cmp.Or(t.Text, r.Title.In(lang))
		}
		found, err := g.event(&t, term)
		if err != nil {
			return nil, err
		}
		if found && len(out.Terms) < maxEvidence {
			out.Terms = append(out.Terms, t)
		}
	}
	return out, nil
}

// event fills in which event a term is.
func (g *scoring) event(t *ScoreTerm, term diversion.Ground) (bool, error) {
	if term.Event != "" {
		id, position, err := g.v.recorded(g.rows, masterWaiver, term.Event)
		t.EventID, t.Position, t.Text = id, position, t.Text+": "+term.Event
		return err == nil, err
	}
	r, found, err := g.byKey(term.Key)
	t.EventID, t.Position, t.Text = r.id, r.position, t.Text+": "+term.At().Format(time.RFC3339)
	return found, err
}

// recorded returns the event that recorded the version of a thing that holds,
// none where it is built in.
func (v *Views) recorded(q rows, kind byte, id string) (string, ledger.Position, error) {
	p, err := q.lastVersion(kind, id)
	if err != nil || p == 0 {
		return "", p, err
	}
	e, err := v.at(p)
	if err != nil {
		return "", p, err
	}
	return e.ID.String(), p, nil
}

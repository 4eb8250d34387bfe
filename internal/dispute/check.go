package dispute

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"waymark/internal/partner"
)

// Bounds of an act.
const (
	maxWords    = 4000 // characters
	maxFindings = 100
	maxLinks    = 50
	maxSeats    = 9
	maxTerm     = 60 // working days
)

const wordsForm = "want 3 to 4000 characters that can be seen"

// words tells whether s says something: reasons are read by people.
func words(s string) bool {
	n := utf8.RuneCountInString(s)
	return 3 <= n && n <= maxWords && strings.TrimSpace(s) == s && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }) < 0
}

func link(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= 1000 && u.Scheme == "https" && u.Host != "" && u.User == nil
}

// Validate returns everything that is wrong with a by itself.
func (a Act) Validate() []partner.Fault {
	var c partner.Checker
	c.ID("/case", a.Case)
	c.ID("/command", a.Command)
	c.OneOf("/do", string(a.Do), names(Actions)...)
	c.Require(!a.At.IsZero() && a.At.Equal(a.At.Truncate(time.Millisecond)), "/at", "want whole milliseconds")
	c.Require(a.Media == "" || link(a.Media), "/media", "want an https address")
	c.Require(words(a.Reasons) || a.Reasons == "" && !needsReasons[a.Do], "/reasons", wordsForm)
	a.sections(&c)
	if len(c.Faults) > 0 {
		return c.Faults
	}
	switch a.Do {
	case Open:
		a.Opening.check(&c)
	case Clear:
		a.Clearance.check(&c)
	case Respond:
		a.Response.check(&c)
	case Decide:
		a.Decision.check(&c)
	case Seat:
		seats(&c, a.Seats)
	case CastVote:
		c.OneOf("/vote", string(a.Vote), names(Outcomes)...)
	case Merge:
		c.ID("/into", a.Into)
		c.Require(a.Into != a.Case, "/into", "a case cannot go on in itself")
	case Reopen:
		findings(&c, "/reopening/findings", a.Reopening.Findings)
	case Settle:
		for i, s := range a.Settlement.Statements {
			c.ID(fmt.Sprintf("/settlement/statements/%d", i), s)
		}
	}
	return c.Faults
}

// needsReasons are the actions by which somebody decides something.
var needsReasons = map[Action]bool{
	Open: true, Clear: true, Decide: true, Appeal: true, Recuse: true, CastVote: true, Arbitrate: true, Withdraw: true, Merge: true, Reopen: true,
}

// sections asks for the sections of the action, and for no other.
func (a Act) sections(c *partner.Checker) {
	for _, s := range []struct {
		of    Action
		field string
		given bool
	}{
		{Open, "opening", a.Opening != nil}, {Clear, "clearance", a.Clearance != nil}, {Notify, "notice", a.Notice != nil},
		{Respond, "response", a.Response != nil}, {Decide, "decision", a.Decision != nil}, {Seat, "seats", len(a.Seats) > 0},
		{Recuse, "member", a.Member != ""}, {CastVote, "vote", a.Vote != ""}, {Settle, "settlement", a.Settlement != nil},
		{Merge, "into", a.Into != ""}, {Reopen, "reopening", a.Reopening != nil},
	} {
		c.Require(s.given || s.of != a.Do, "/"+s.field, "missing, to %s a case it is needed", a.Do)
		c.Require(!s.given || s.of == a.Do, "/"+s.field, "does not belong to what is done, %q", a.Do)
	}
}

func (o *Opening) check(c *partner.Checker) {
	c.ID("/opening/partner", string(o.Partner))
	c.OneOf("/opening/track", string(o.Track), names(Tracks)...)
	findings(c, "/opening/findings", o.Findings)
	c.OptionalID("/opening/harmed", string(o.Harmed))
	c.Require(o.Harmed == "" || o.Harmed != o.Partner, "/opening/harmed", "%q is whom the case concerns", o.Harmed)
	c.OptionalID("/opening/tip", o.Tip)
	for _, t := range []struct {
		field       string
		days, least int
	}{{"notice", o.Terms.Notice, Least.Notice}, {"response", o.Terms.Response, Least.Response}, {"appeal", o.Terms.Appeal, Least.Appeal}} {
		c.Require(t.least <= t.days && t.days <= maxTerm, "/opening/terms/"+t.field, "%d working days, want %d to %d", t.days, t.least, maxTerm)
	}
}

func findings(c *partner.Checker, field string, ids []string) {
	c.Require(0 < len(ids) && len(ids) <= maxFindings, field, "%d, want 1 to %d", len(ids), maxFindings)
	seen := map[string]bool{}
	for i, id := range ids {
		c.Require(!seen[id], fmt.Sprintf("%s/%d", field, i), "%q is named twice", id)
		seen[id] = true
	}
}

func (l *Clearance) check(c *partner.Checker) {
	c.OneOf("/clearance/sale_type", string(l.SaleType), string(Unknown), string(Passive), string(Active))
	c.Require(l.SaleType != Active || words(l.SaleEvidence), "/clearance/sale_evidence", "an active sale wants evidence; "+wordsForm)
}

func (r *Response) check(c *partner.Checker) {
	c.Require(words(r.Text), "/response/text", wordsForm)
	c.Require(len(r.Evidence) <= maxLinks, "/response/evidence", "%d links, want at most %d", len(r.Evidence), maxLinks)
	for i, s := range r.Evidence {
		c.Require(link(s), fmt.Sprintf("/response/evidence/%d", i), "want an https address")
	}
}

func (d *Decision) check(c *partner.Checker) {
	c.OneOf("/decision/outcome", string(d.Outcome), names(Outcomes)...)
	c.OneOf("/decision/sale_type", string(d.SaleType), string(Unknown), string(Passive), string(Active))
	c.Require(d.SaleType != Active || words(d.SaleEvidence), "/decision/sale_evidence", "an active sale wants evidence; "+wordsForm)
	if d.Outcome == Confirmed {
		c.OneOf("/decision/severity", string(d.Severity), string(Benign), string(Natural), string(Malicious))
		c.Require(0 < d.Units && d.Units <= maxUnits, "/decision/units", "%d, want 1 to %d", d.Units, maxUnits)
	} else {
		c.Require(d.Severity == "", "/decision/severity", "belongs to what is confirmed")
		c.Require(d.Units == 0, "/decision/units", "belongs to what is confirmed")
		c.Require(d.Loss == nil, "/decision/loss", "belongs to what is confirmed")
	}
	if d.Loss != nil {
		d.Loss.check(c, "/decision/loss")
	}
}

func seats(c *partner.Checker, members []Member) {
	c.Require(len(members) <= maxSeats, "/seats", "%d members, want at most %d", len(members), maxSeats)
	seen := map[string]bool{}
	for i, m := range members {
		at := fmt.Sprintf("/seats/%d", i)
		c.ID(at+"/id", m.ID)
		c.Require(!seen[m.ID], at+"/id", "%q is named twice", m.ID)
		seen[m.ID] = true
		c.OneOf(at+"/side", string(m.Side), string(OfOwner), string(OfPartners))
		c.Require((m.Side == OfPartners) == (m.Partner != ""), at+"/partner", "who sits for the partners comes from one, and nobody else does")
		c.Require(m.Recused == "" && m.Vote == "", at, "has neither voted nor been recused yet")
	}
}

func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

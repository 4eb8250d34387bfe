package api

import (
	"slices"
	"strings"

	"waymark/api/auth"
	"waymark/internal/dispute"
	"waymark/internal/partner"
)

// A right says who may do something in a case.
type right struct {
	roles   auth.Role // of the owner's people: any of these
	partner bool      // the partner that the case concerns, or one above it
	member  bool      // who sits on its panel
}

// caseRights is the table of who may do what in a case. What is not in it nobody
// may do; and what is in it can still be refused to who opened the case, or
// decided it.
var caseRights = map[dispute.Action]right{
	dispute.Open:      {roles: auth.Inspector | auth.Officer},
	dispute.Clear:     {roles: auth.Counsel},
	dispute.Notify:    {roles: auth.Officer},
	dispute.Respond:   {partner: true},
	dispute.Decide:    {roles: auth.Officer | auth.Counsel},
	dispute.Appeal:    {partner: true},
	dispute.Seat:      {roles: auth.Counsel},
	dispute.Recuse:    {roles: auth.Counsel, member: true},
	dispute.CastVote:  {member: true},
	dispute.Arbitrate: {roles: auth.Counsel},
	dispute.Finalise:  {roles: auth.Officer | auth.Counsel},
	dispute.Settle:    {roles: auth.Finance},
	dispute.Withdraw:  {roles: auth.Officer | auth.Counsel},
	dispute.Merge:     {roles: auth.Officer},
	dispute.Reopen:    {roles: auth.Officer | auth.Counsel},
}

// seers are the roles that see every case whole.
const seers = auth.Inspector | auth.Officer | auth.Counsel | auth.Finance | auth.Auditor

// hasRight tells whether a caller may do something in a case.
func (s *Server) hasRight(who *auth.Caller, do dispute.Action, c dispute.Case) bool {
	r, ok := caseRights[do]
	switch {
	case !ok:
		return false
	case who.Partner == "" && who.Roles.Plays(r.roles):
		return true
	case r.partner && who.Partner != "" && belongs(s.views.Directory(), c.Opening.Partner, who.Partner):
		return true
	}
	return r.member && memberOf(c, who)
}

// memberOf tells whether a caller sits on the panel, for the partner that it is
// bound to or for the owner.
func memberOf(c dispute.Case, who *auth.Caller) bool {
	return slices.ContainsFunc(c.Panel, func(m dispute.Member) bool { return m.ID == who.ID && m.Partner == who.Partner && m.Recused == "" })
}

// shown returns the case as a caller may see it, false where it may not: to
// whom a case is foreign there is none.
func (s *Server) shown(who *auth.Caller, c dispute.Case) (dispute.Case, bool) {
	if who.Partner == "" && who.Roles.Plays(seers) {
		c.Commands = nil
		return c, true
	}
	mine := who.Partner != "" && belongs(s.views.Directory(), c.Opening.Partner, who.Partner)
	if !mine && !memberOf(c, who) {
		return dispute.Case{}, false
	}
	return c.Masked()
}

// related tells whether two partners stand above one another.
func related(dir *partner.Directory, a, b partner.ID) bool {
	return a != "" && b != "" && (belongs(dir, a, b) || belongs(dir, b, a))
}

// deeds lists what can be done in a case that stands so, and by this caller.
func (s *Server) deeds(who *auth.Caller, c dispute.Case) []dispute.Action {
	out := []dispute.Action{}
	for _, do := range dispute.Actions {
		if do != dispute.Open && dispute.Can(c.State, do) && s.hasRight(who, do, c) {
			out = append(out, do)
		}
	}
	return out
}

func actionNames() string {
	var names []string
	for _, do := range dispute.Actions {
		if do != dispute.Open {
			names = append(names, string(do))
		}
	}
	return strings.Join(names, ", ")
}

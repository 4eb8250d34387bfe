package dispute

import "slices"

// Masked returns the case as the partner that it concerns may see it, and whether
// it may see it at all: from its notice on. Nothing in it names who informed, who
// was harmed, who of the owner's people acted or how a member of the panel voted;
// nor the events by which a report could be told from others.
func (c Case) Masked() (Case, bool) {
	if !slices.ContainsFunc(c.Trail, func(s Step) bool { return s.Do == Notify }) {
		return Case{}, false
	}
	c.Opening.Harmed, c.Opening.Tip, c.Openers = "", "", nil
	c.Clearance, c.ClearedBy, c.DecidedBy, c.Into, c.Commands = nil, "", "", "", nil
	if c.Notice == nil { // reopened, and not told yet what for
		c.Opening.Findings = nil
	} else {
		c.Notice = c.Notice.masked()
	}
	c.Panel = slices.Clone(c.Panel)
	for i := range c.Panel {
		c.Panel[i].ID, c.Panel[i].Partner, c.Panel[i].Vote, c.Panel[i].Recused = "", "", "", masked(c.Panel[i].Recused)
	}
	c.Trail = slices.DeleteFunc(slices.Clone(c.Trail), func(s Step) bool { return s.Do == Clear || s.Do == CastVote })
	for i := range c.Trail {
		s := &c.Trail[i]
		if s.By, s.Command = "", ""; s.For != c.Opening.Partner {
			s.For = ""
		}
		if s.Do == Open || s.Do == Reopen || s.Do == Merge || s.Do == Recuse {
			s.Reasons, s.Media = "", "" // were written for the owner alone
		}
	}
	return c, true
}

func masked(s string) string {
	if s == "" {
		return ""
	}
	return "recused"
}

func (n *Notice) masked() *Notice {
	out := *n
	out.Evidence = slices.Clone(n.Evidence)
	for i := range out.Evidence {
		e := &out.Evidence[i]
		e.Events = slices.Clone(e.Events)
		for j := range e.Events {
			e.Events[j].Position, e.Events[j].EventID = 0, ""
		}
	}
	return &out
}

package custody

import (
	"slices"

	"waymark/internal/epcis"
	"waymark/internal/gs1"
)

// EventID returns the id by which an EPCIS event and a hop with the same UUID
// are one event: a scanner may send either form.
func EventID(e *epcis.Event) string {
	const uuid = "urn:uuid:"
	if len(e.EventID) == len(uuid)+36 && e.EventID[:len(uuid)] == uuid {
		return e.EventID[len(uuid):]
	}
	return e.EventID
}

// EventFacts returns what an EPCIS event says of each object that it names.
//
// An Object or Transaction event handles each EPC; an Aggregation event puts
// the children into the parent (ADD), takes them out (DELETE; without children
// it empties the parent), or sees them together (OBSERVE). An Association event
// that adds serials of the parent's own GTIN gives it other codes; one with
// other children says nothing of custody. A Transformation event ends its
// inputs and commissions its outputs. EPCIS 2.0 §7.4.
func EventFacts(e *epcis.Event) []ItemFact {
	base := handling(e)
	switch e.Type {
	case epcis.AggregationEvent:
		return aggregation(e, base)
	case epcis.AssociationEvent:
		return association(e, base)
	case epcis.TransformationEvent:
		in, out := base, base
		in.Ended = true
		if out.Step == "" {
			out.Step = Commissioning
		}
		return append(each(e.InputEPCList, in), each(e.OutputEPCList, out)...)
	}
	epcs := e.EPCList
	if e.ParentID != "" {
		epcs = append([]string{e.ParentID}, epcs...)
	}
	return each(epcs, base)
}

// handling returns what the event says of all its objects alike.
func handling(e *epcis.Event) Fact {
	id := EventID(e)
	f := Fact{Key: KeyOf(e.EventTime, id), Kind: Handled, Step: Step(e.BizStep)}
	if !f.Step.Known() {
		f.Step = ""
		if e.Type == epcis.ObjectEvent && e.Action == epcis.Add {
			f.Step = Commissioning
		}
	}
	f.Site = firstGLN(e.BizLocation.ID, e.ReadPoint.ID)
	if f.Step.Leaves() || f.Step == VoidShipping || f.Site == 0 {
		// Goods that leave are no longer at a business location (CBV 2.0 §8.3).
		f.Site = firstGLN(e.ReadPoint.ID, e.Source("location"), e.Source("possessing_party"), e.BizLocation.ID)
	}
	f.To = firstGLN(e.Destination("location"), e.Destination("possessing_party"), e.Destination("owning_party"))
	if f.Step.Arrives() {
		f.To = 0
	}
	f.Ended, f.Stolen = endedBy(e.Disposition)
	for _, t := range e.BizTransactionList {
		switch t.Type {
		case "po":
			f.Order = documentID(t.ID)
		case "desadv":
			f.ASN = documentID(t.ID)
		}
	}
	return f
}

func aggregation(e *epcis.Event, base Fact) []ItemFact {
	parent, child := base, base
	switch e.Action {
	case epcis.Add:
		parent.Link, child.Link = Holding, Into
	case epcis.Delete:
		parent.Link, child.Link = Emptied, OutOf
	}
	p, err := gs1.ParseItem(e.ParentID)
	if err != nil {
		return each(e.ChildEPCs, base)
	}
	if child.Link != Alone {
		child.Other = p
	}
	out := slices.DeleteFunc(each(e.ChildEPCs, child), func(f ItemFact) bool { return f.Item == p }) // nothing is inside itself
	if parent.Link != Alone {
		parent.Count = len(out)
		if len(out) > 0 {
			parent.Content, _ = out[0].Item.GTIN()
		}
	}
	return append([]ItemFact{{p, &parent}}, out...)
}

func association(e *epcis.Event, base Fact) []ItemFact {
	p, err := gs1.ParseItem(e.ParentID)
	unit, ok := p.GTIN()
	if err != nil || !ok || e.Action != epcis.Add || p.Kind() != gs1.KindSGTIN {
		return nil
	}
	var out []ItemFact
	for _, c := range each(e.ChildEPCs, base) {
		if g, ok := c.Item.GTIN(); !ok || g != unit || c.Item.Kind() != gs1.KindSGTIN || c.Item == p {
			continue
		}
		main, code := base, base
		main.Link, main.Other, code.Link, code.Other = HasAlias, c.Item, AliasOf, p
		main.Key.Hash ^= hashOf(string(c.Item)) // one fact for each code
		out = append(out, ItemFact{p, &main}, ItemFact{c.Item, &code})
	}
	return out
}

// each gives every object its fact. An EPC that names no object, or names it
// twice, is passed over.
func each(epcs []string, f Fact) []ItemFact {
	out := make([]ItemFact, 0, len(epcs))
	seen := make(map[gs1.Item]bool, len(epcs))
	for _, s := range epcs {
		it, err := gs1.ParseItem(s)
		if err != nil || seen[it] {
			continue
		}
		seen[it] = true
		out = append(out, ItemFact{it, &f})
	}
	return out
}

func firstGLN(ids ...string) gs1.GLN {
	for _, id := range ids {
		if id == "" {
			continue
		}
		if g, err := gs1.ParseGLN(id); err == nil {
			return g
		}
	}
	return 0
}

// documentID returns the id of an order or a notice as its own record has it:
// what stands behind the last colon of a business transaction identifier
// (CBV 2.0 §8.5), or the whole of it.
func documentID(id string) string {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == ':' || id[i] == '/' {
			return id[i+1:]
		}
	}
	return id
}

package epcis

import (
	"fmt"
)

// readEvent reads one event.
func (r *reader) readEvent() *Event {
	e := &Event{Context: r.ctx}
	x := eventReader{reader: r, event: e}
	r.depth = r.dec.StackDepth() + 1
	at, ok := r.object("an event, which is an object", x.member)
	if r.end || !ok {
		return e
	}
	e.Raw = r.since(at)
	x.prefixes()
	if !r.over {
		x.rules(at)
	}
	return e
}

type eventReader struct {
	*reader
	event *Event
	has   fields
	at    [fieldCount]int // offsets of the names of those that it has
	epcs  int
}

// member reads one member of an event.
func (x *eventReader) member(name string) {
	f, ok := fieldOf[name]
	if !ok {
		x.extension(name, "a standard field of an event", &x.event.Extensions)
		return
	}
	x.has |= 1 << f
	x.at[f] = x.nameAt
	switch f {
	case fieldContext:
		if inner := x.context(); inner != nil {
			x.event.Context = x.ctx.with(inner)
		}
	case fieldType:
		x.kind()
	case fieldEventTime, fieldRecordTime, fieldEventTimeZoneOffset, fieldEventID, fieldCertificationInfo, fieldErrorDeclaration:
		x.when(f)
	case fieldILMD:
		x.event.ILMD = x.ilmd()
	case fieldSensorElementList:
		x.event.SensorElementList = x.sensorElements()
	default:
		if f < fieldAction {
			x.what(f)
		} else {
			x.why(f)
		}
	}
}

func (x *eventReader) kind() {
	const want = "ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent"
	s, at, ok := x.text(want)
	if !ok {
		return
	}
	if _, standard := fieldsOf[EventType(s)]; !standard && !isURI(s) {
		x.fault(at, shown(s), want)
		return
	}
	x.event.Type = EventType(s)
}

// when reads the fields that every event has, besides those of its content.
func (x *eventReader) when(f field) {
	e := x.event
	switch f {
	case fieldEventTime:
		e.EventTime = x.time()
	case fieldRecordTime:
		e.RecordTime = x.time()
	case fieldEventTimeZoneOffset:
		const want = "an offset from -14:00 to +14:00"
		s, at, ok := x.text(want)
		if ok && !zoneOffset(s) {
			x.fault(at, shown(s), want)
			s = ""
		}
		e.EventTimeZoneOffset = s
	case fieldEventID:
		e.EventID = x.uri()
	case fieldCertificationInfo:
		if x.dec.PeekKind() == '"' {
			e.CertificationInfo = []string{x.uri()}
		} else {
			e.CertificationInfo = x.list(x.uri)
		}
	case fieldErrorDeclaration:
		e.ErrorDeclaration = x.errorDeclaration()
	}
}

// what reads the fields that say what the event is about.
func (x *eventReader) what(f field) {
	e := x.event
	switch f {
	case fieldParentID:
		e.ParentID = x.epc()
	case fieldTransformationID:
		e.TransformationID = x.epc()
	case fieldEPCList:
		e.EPCList = x.epcList()
	case fieldChildEPCs:
		e.ChildEPCs = x.epcList()
	case fieldInputEPCList:
		e.InputEPCList = x.epcList()
	case fieldOutputEPCList:
		e.OutputEPCList = x.epcList()
	case fieldQuantityList:
		e.QuantityList = x.quantities()
	case fieldChildQuantityList:
		e.ChildQuantityList = x.quantities()
	case fieldInputQuantityList:
		e.InputQuantityList = x.quantities()
	case fieldOutputQuantityList:
		e.OutputQuantityList = x.quantities()
	}
}

// why reads the fields that say where and why it happened.
func (x *eventReader) why(f field) {
	e := x.event
	switch f {
	case fieldAction:
		const want = "ADD, OBSERVE or DELETE"
		s, at, ok := x.text(want)
		if a, known := actions[s]; known {
			e.Action = a
		} else if ok {
			x.fault(at, shown(s), want)
		}
	case fieldBizStep:
		e.BizStep = x.word(bizSteps)
	case fieldDisposition:
		e.Disposition = x.word(dispositions)
	case fieldPersistentDisposition:
		e.PersistentDisposition = x.persistentDisposition()
	case fieldReadPoint:
		e.ReadPoint = x.location()
	case fieldBizLocation:
		e.BizLocation = x.location()
	case fieldBizTransactionList:
		e.BizTransactionList = x.bizTransactions()
	case fieldSourceList:
		e.SourceList = x.parties("source")
	case fieldDestinationList:
		e.DestinationList = x.parties("destination")
	}
}

var actions = map[string]Action{"ADD": Add, "OBSERVE": Observe, "DELETE": Delete}

func (x *eventReader) epcList() []string {
	var out []string
	at, n := x.array("an array of URIs", func(int) {
		if x.epcs++; x.epcs > x.limits.EPCs {
			x.skip()
			return
		}
		if s := x.epc(); s != "" {
			if out == nil {
				out = make([]string, 0, 8)
			}
			out = append(out, s)
		}
	})
	if n < 0 {
		return nil
	}
	if s := repeated(out); s != "" {
		x.fault(at, shown(s)+" twice", "each EPC once")
	}
	if x.epcs > x.limits.EPCs {
		x.fault(at, fmt.Sprintf("%d EPCs in one event", x.epcs), fmt.Sprintf("at most %d", x.limits.EPCs))
	}
	if out == nil {
		return []string{}
	}
	return out
}

func (x *eventReader) quantities() []QuantityElement {
	out := []QuantityElement{}
	x.array("an array of quantity elements", func(int) {
		var q QuantityElement
		at, ok := x.object("a quantity element", func(name string) {
			switch name {
			case "epcClass":
				q.EPCClass = x.epc()
			case "quantity":
				q.Quantity = x.number()
			case "uom":
				const want = "a unit code of UN/ECE Recommendation 20"
				s, at, ok := x.text(want)
				if ok && !unitOfMeasure(s) {
					x.fault(at, shown(s), want)
				}
				q.UOM = s
			default:
				x.unknown(name, "epcClass, quantity or uom")
			}
		})
		if x.epcs++; ok && q.EPCClass == "" {
			x.missing(at, "epcClass", wantURI)
		}
		out = append(out, q)
	})
	return out
}

func (x *eventReader) location() (l Location) {
	at, ok := x.object("an object with an id", func(name string) {
		if name == "id" {
			l.ID = x.id()
			return
		}
		x.extension(name, "id", &l.Extensions)
	})
	if ok && l.ID == "" {
		x.missing(at, "id", wantURI)
	}
	return l
}

func (x *eventReader) bizTransactions() []BizTransaction {
	out := []BizTransaction{}
	x.array("an array of business transactions", func(int) {
		var b BizTransaction
		at, ok := x.object("a business transaction", func(name string) {
			switch name {
			case "type":
				b.Type = x.word(bizTransactionTypes)
			case "bizTransaction":
				b.ID = x.id()
			default:
				x.unknown(name, "type or bizTransaction")
			}
		})
		if ok && b.ID == "" {
			x.missing(at, "bizTransaction", wantURI)
		}
		out = append(out, b)
	})
	return out
}

func (x *eventReader) parties(end string) []Party {
	out := []Party{}
	x.array("an array of objects with a type and a party", func(int) {
		var p Party
		at, ok := x.object("an object with a type and a party", func(name string) {
			switch name {
			case "type":
				p.Type = x.word(partyTypes)
			case end:
				p.ID = x.id()
			default:
				x.unknown(name, "type or "+end)
			}
		})
		if ok && p.Type == "" {
			x.missing(at, "type", partyTypes.want)
		}
		if ok && p.ID == "" {
			x.missing(at, end, wantURI)
		}
		out = append(out, p)
	})
	return out
}

func (x *eventReader) persistentDisposition() *PersistentDisposition {
	var p PersistentDisposition
	at, ok := x.object("an object with set or unset", func(name string) {
		switch name {
		case "set":
			p.Set = x.words(dispositions)
		case "unset":
			p.Unset = x.words(dispositions)
		default:
			x.unknown(name, "set or unset")
		}
	})
	if ok && p.Set == nil && p.Unset == nil {
		x.fault(at, "neither set nor unset", "one of them")
	}
	return &p
}

// words reads a list of at least one value of a vocabulary, none twice.
func (x *eventReader) words(v *vocabulary) []string {
	out := []string{}
	at, n := x.array("an array of values", func(int) {
		if w := x.word(v); w != "" {
			out = append(out, w)
		}
	})
	if n == 0 {
		x.fault(at, "an empty array", "at least one value")
	}
	if s := repeated(out); s != "" {
		x.fault(at, shown(s)+" twice", "each value once")
	}
	return out
}

func (x *eventReader) errorDeclaration() *ErrorDeclaration {
	var d ErrorDeclaration
	timed := false
	at, ok := x.object("an error declaration", func(name string) {
		switch name {
		case "declarationTime":
			timed = true
			d.DeclarationTime = x.time()
		case "reason":
			d.Reason = x.word(errorReasons)
		case "correctiveEventIDs":
			d.CorrectiveEventIDs = x.list(x.uri)
		default:
			x.extension(name, "a standard field of an error declaration", &d.Extensions)
		}
	})
	if ok && !timed {
		x.missing(at, "declarationTime", wantTime)
	}
	return &d
}

func (x *eventReader) ilmd() []Extension {
	out := []Extension{}
	x.object("an object", func(name string) { x.extension(name, "a name with a namespace prefix", &out) })
	return out
}

// prefixes notes the prefixes that neither document nor event declares.
func (x *eventReader) prefixes() {
	for _, u := range x.undeclared {
		if !x.event.Context.declares(u.name) {
			x.undeclaredFault(u)
		}
	}
	x.undeclared = x.undeclared[:0]
}

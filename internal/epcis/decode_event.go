package epcis

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

// prefixes notes the prefixes that neither document nor event declares.
func (x *eventReader) prefixes() {
	for _, u := range x.undeclared {
		if !x.event.Context.declares(u.name) {
			x.undeclaredFault(u)
		}
	}
	x.undeclared = x.undeclared[:0]
}

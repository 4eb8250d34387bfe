package epcis

import "strings"

// A field is a standard member of an event.
type field uint8

const (
	fieldContext field = iota
	fieldType
	fieldEventTime
	fieldRecordTime
	fieldEventTimeZoneOffset
	fieldEventID
	fieldCertificationInfo
	fieldErrorDeclaration

	fieldParentID
	fieldTransformationID
	fieldEPCList
	fieldChildEPCs
	fieldInputEPCList
	fieldOutputEPCList
	fieldQuantityList
	fieldChildQuantityList
	fieldInputQuantityList
	fieldOutputQuantityList
	fieldILMD

	fieldAction
	fieldBizStep
	fieldDisposition
	fieldPersistentDisposition
	fieldReadPoint
	fieldBizLocation
	fieldBizTransactionList
	fieldSourceList
	fieldDestinationList
	fieldSensorElementList

	fieldCount
)

var fieldNames = [fieldCount]string{
	"@context", "type", "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "certificationInfo", "errorDeclaration",
	"parentID", "transformationID", "epcList", "childEPCs", "inputEPCList", "outputEPCList",
	"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "ilmd",
	"action", "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation",
	"bizTransactionList", "sourceList", "destinationList", "sensorElementList",
}

var fieldOf = func() map[string]field {
	m := map[string]field{}
	for f, name := range fieldNames {
		m[name] = field(f)
	}
	return m
}()

// fields is a set of fields.
type fields uint64

func setOf(list ...field) (s fields) {
	for _, f := range list {
		s |= 1 << f
	}
	return s
}

func (s fields) has(f field) bool { return s&(1<<f) != 0 }

// common are the fields of every event. EPCIS 2.0 §7.4.1; the JSON Schema
// lists persistentDisposition for two types only, the standard for all.
var common = setOf(fieldContext, fieldType, fieldEventTime, fieldRecordTime, fieldEventTimeZoneOffset, fieldEventID,
	fieldCertificationInfo, fieldErrorDeclaration, fieldBizStep, fieldDisposition, fieldPersistentDisposition,
	fieldReadPoint, fieldBizLocation, fieldBizTransactionList, fieldSourceList, fieldDestinationList, fieldSensorElementList)

// fieldsOf are the fields that an event of a standard type may have.
var fieldsOf = map[EventType]fields{
	ObjectEvent:      common | setOf(fieldAction, fieldEPCList, fieldQuantityList, fieldILMD),
	AggregationEvent: common | setOf(fieldAction, fieldParentID, fieldChildEPCs, fieldChildQuantityList),
	TransactionEvent: common | setOf(fieldAction, fieldParentID, fieldEPCList, fieldQuantityList),
	TransformationEvent: common | setOf(fieldInputEPCList, fieldInputQuantityList, fieldOutputEPCList, fieldOutputQuantityList,
		fieldTransformationID, fieldILMD),
	AssociationEvent: common | setOf(fieldAction, fieldParentID, fieldChildEPCs, fieldChildQuantityList),
}

// rules judges an event as a whole: the fields it must have, those it must
// not, and those of which it needs one. EPCIS 2.0 §7.4.2 to §7.4.6.
func (x *eventReader) rules(at int) {
	if !x.has.has(fieldType) {
		x.missing(at, "type", "the type of the event")
		return
	}
	x.require(at, fieldEventTime, wantTime)
	x.require(at, fieldEventTimeZoneOffset, "an offset from -14:00 to +14:00")
	e := x.event
	allowed, standard := fieldsOf[e.Type]
	if !standard {
		return
	}
	for f := range fieldCount {
		if x.has.has(f) && !allowed.has(f) {
			x.faultAt(x.path(f), x.at[f], "the name "+shown(fieldNames[f]), "no such field in "+article(string(e.Type)))
		}
	}
	if allowed.has(fieldAction) {
		x.require(at, fieldAction, "ADD, OBSERVE or DELETE")
	}
	switch e.Type {
	case ObjectEvent:
		x.objectRules(at)
	case AggregationEvent:
		if e.Action == Add || e.Action == Delete {
			x.require(at, fieldParentID, "the URI of the parent, which ADD and DELETE need")
		}
		x.childRules(at)
	case AssociationEvent:
		x.require(at, fieldParentID, wantURI)
		x.childRules(at)
	case TransactionEvent:
		x.transactionRules(at)
	case TransformationEvent:
		x.transformationRules(at)
	}
}

func (x *eventReader) objectRules(at int) {
	e := x.event
	sensed := len(e.SensorElementList) > 0 && x.has.has(fieldReadPoint)
	if !x.has.has(fieldEPCList) && len(e.QuantityList) == 0 && !sensed {
		x.fault(at, "an ObjectEvent about nothing", "epcList, quantityList, or sensorElementList with a readPoint")
	}
	if e.ILMD != nil && (e.Action == Observe || e.Action == Delete) {
		x.faultAt(x.path(fieldILMD), x.at[fieldILMD], "ilmd with the action "+string(e.Action), "ilmd with the action ADD only")
	}
}

func (x *eventReader) childRules(at int) {
	e := x.event
	if len(e.ChildEPCs) == 0 && len(e.ChildQuantityList) == 0 && e.Action != Delete && !x.anyFaulty(fieldChildEPCs, fieldChildQuantityList, fieldAction) {
		x.fault(at, article(string(e.Type))+" without children", "childEPCs or childQuantityList, unless the action is DELETE")
	}
}

func (x *eventReader) transactionRules(at int) {
	e := x.event
	x.require(at, fieldBizTransactionList, "an array of business transactions")
	if x.has.has(fieldBizTransactionList) && len(e.BizTransactionList) == 0 && !x.anyFaulty(fieldBizTransactionList) {
		x.faultAt(x.path(fieldBizTransactionList), x.at[fieldBizTransactionList], "an empty array", "at least one business transaction")
	}
	if !x.has.has(fieldEPCList) && len(e.QuantityList) == 0 && e.Action != Delete && !x.anyFaulty(fieldQuantityList, fieldAction) {
		x.fault(at, "a TransactionEvent about nothing", "epcList or quantityList, unless the action is DELETE")
	}
}

func (x *eventReader) transformationRules(at int) {
	e := x.event
	in := len(e.InputEPCList) > 0 || len(e.InputQuantityList) > 0
	out := len(e.OutputEPCList) > 0 || len(e.OutputQuantityList) > 0
	if in && out || (in || out) && x.has.has(fieldTransformationID) ||
		x.anyFaulty(fieldInputEPCList, fieldInputQuantityList, fieldOutputEPCList, fieldOutputQuantityList) {
		return
	}
	found := "neither inputs nor outputs"
	if in {
		found = "inputs without outputs"
	} else if out {
		found = "outputs without inputs"
	}
	x.fault(at, found, "inputs and outputs, or one of them with a transformationID")
}

// require notes a field that an event lacks.
func (x *eventReader) require(at int, f field, expected string) {
	if !x.has.has(f) {
		x.missing(at, fieldNames[f], expected)
	}
}

// path is the JSON pointer of a field of the event that was just read.
func (x *eventReader) path(f field) string {
	return string(x.dec.StackPointer()) + "/" + fieldNames[f]
}

// anyFaulty reports whether one of the fields already has a fault: a rule that
// rests on it would only say the same again.
func (x *eventReader) anyFaulty(list ...field) bool {
	for _, f := range list {
		if x.reader.faulty(x.path(f)) {
			return true
		}
	}
	return false
}

// article returns the noun with its indefinite article.
func article(noun string) string {
	if strings.IndexByte("AEIOaeio", noun[0]) >= 0 {
		return "an " + noun
	}
	return "a " + noun
}

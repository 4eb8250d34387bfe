package epcis

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A test reports whether an event meets a condition.
type test = func(*Event) bool

// conditionOf returns the test of a parameter with a value, and the values of
// its list. What is wrong comes back as what was expected.
func conditionOf(name, value string) (_ test, values []string, expected string) {
	if one := singles[name]; one != nil {
		t, expected := one(value)
		return t, []string{value}, expected
	}
	build := lists[name]
	if build == nil {
		build = family(name)
	}
	if build == nil {
		return nil, nil, "a parameter of the simple event query"
	}
	values = strings.Split(value, "|")
	if slices.Contains(values, "") {
		return nil, nil, "values separated by |"
	}
	t, expected := build(values)
	return t, values, expected
}

// lists are the parameters with a list of values. EPCIS 2.0 §8.2.7.1.
var lists = map[string]func([]string) (test, string){
	"eventType":                      eventTypes,
	"EQ_action":                      actionTest,
	"EQ_bizStep":                     oneWord(bizSteps, func(e *Event) string { return e.BizStep }),
	"EQ_disposition":                 oneWord(dispositions, func(e *Event) string { return e.Disposition }),
	"EQ_persistentDisposition_set":   anyWord(dispositions, func(e *Event) []string { return e.persistent().Set }),
	"EQ_persistentDisposition_unset": anyWord(dispositions, func(e *Event) []string { return e.persistent().Unset }),
	"EQ_readPoint":                   identifier(func(e *Event) []string { return []string{e.ReadPoint.ID} }),
	"EQ_bizLocation":                 identifier(func(e *Event) []string { return []string{e.BizLocation.ID} }),
	"EQ_transformationID":            identifier(func(e *Event) []string { return []string{e.TransformationID} }),
	"EQ_eventID":                     exactly(func(e *Event) []string { return []string{e.EventID} }),
	"EQ_errorReason":                 oneWord(errorReasons, func(e *Event) string { return e.declared().Reason }),
	"EQ_correctiveEventID":           exactly(func(e *Event) []string { return e.declared().CorrectiveEventIDs }),

	"MATCH_epc":       matching(func(e *Event) [][]string { return [][]string{e.EPCList, e.ChildEPCs} }),
	"MATCH_parentID":  matching(func(e *Event) [][]string { return [][]string{{e.ParentID}} }),
	"MATCH_inputEPC":  matching(func(e *Event) [][]string { return [][]string{e.InputEPCList} }),
	"MATCH_outputEPC": matching(func(e *Event) [][]string { return [][]string{e.OutputEPCList} }),
	"MATCH_anyEPC": matching(func(e *Event) [][]string {
		return [][]string{{e.ParentID}, e.EPCList, e.ChildEPCs, e.InputEPCList, e.OutputEPCList}
	}),
	"MATCH_epcClass":       matchingClass(func(e *Event) [][]QuantityElement { return [][]QuantityElement{e.QuantityList, e.ChildQuantityList} }),
	"MATCH_inputEPCClass":  matchingClass(func(e *Event) [][]QuantityElement { return [][]QuantityElement{e.InputQuantityList} }),
	"MATCH_outputEPCClass": matchingClass(func(e *Event) [][]QuantityElement { return [][]QuantityElement{e.OutputQuantityList} }),
	"MATCH_anyEPCClass":    matchingClass((*Event).quantityLists),
}

// singles are the parameters with one value.
var singles = map[string]func(string) (test, string){
	"EXISTS_errorDeclaration":  exists(func(e *Event) bool { return e.ErrorDeclaration != nil }),
	"EXISTS_sensorElementList": exists(func(e *Event) bool { return len(e.SensorElementList) > 0 }),
	"GE_errorDeclarationTime":  atTime(func(e *Event, t time.Time) bool { return !e.declared().DeclarationTime.Before(t) }),
	"LT_errorDeclarationTime": atTime(func(e *Event, t time.Time) bool {
		return e.ErrorDeclaration != nil && e.declared().DeclarationTime.Before(t)
	}),

	"EQ_quantity": quantity(func(a, b float64) bool { return a == b }),
	"GT_quantity": quantity(func(a, b float64) bool { return a > b }),
	"GE_quantity": quantity(func(a, b float64) bool { return a >= b }),
	"LT_quantity": quantity(func(a, b float64) bool { return a < b }),
	"LE_quantity": quantity(func(a, b float64) bool { return a <= b }),
}

// family returns the builder of a parameter whose name ends in a type.
func family(name string) func([]string) (test, string) {
	if kind, ok := strings.CutPrefix(name, "EQ_bizTransaction_"); ok && kind != "" {
		kind, _ = bizTransactionTypes.word(kind)
		return identifier(func(e *Event) (ids []string) {
			for _, b := range e.BizTransactionList {
				if b.Type == kind {
					ids = append(ids, b.ID)
				}
			}
			return ids
		})
	}
	if kind, ok := strings.CutPrefix(name, "EQ_source_"); ok && kind != "" {
		return identifier(partiesOf(kind, func(e *Event) []Party { return e.SourceList }))
	}
	if kind, ok := strings.CutPrefix(name, "EQ_destination_"); ok && kind != "" {
		return identifier(partiesOf(kind, func(e *Event) []Party { return e.DestinationList }))
	}
	return nil
}

func partiesOf(kind string, list func(*Event) []Party) func(*Event) []string {
	kind, _ = partyTypes.word(kind)
	return func(e *Event) (ids []string) {
		for _, p := range list(e) {
			if p.Type == kind {
				ids = append(ids, p.ID)
			}
		}
		return ids
	}
}

func eventTypes(values []string) (test, string) {
	for _, v := range values {
		if _, standard := fieldsOf[EventType(v)]; !standard && !isURI(v) {
			return nil, "types of events"
		}
	}
	return func(e *Event) bool { return slices.Contains(values, string(e.Type)) }, ""
}

func actionTest(values []string) (test, string) {
	for _, v := range values {
		if _, ok := actions[v]; !ok {
			return nil, "ADD, OBSERVE or DELETE"
		}
	}
	return func(e *Event) bool { return slices.Contains(values, string(e.Action)) }, ""
}

// oneWord and anyWord build tests of fields with a vocabulary. Asked for are
// bare words, URIs of other values, or any other spelling of the standard's.
func oneWord(v *vocabulary, get func(*Event) string) func([]string) (test, string) {
	return anyWord(v, func(e *Event) []string { return []string{get(e)} })
}

func anyWord(v *vocabulary, get func(*Event) []string) func([]string) (test, string) {
	return func(values []string) (test, string) {
		words := make([]string, 0, len(values))
		for _, value := range values {
			word, ok := v.word(value)
			if !ok && !v.has(value) && (standard(value) || !isURI(value)) {
				return nil, v.want
			}
			words = append(words, word)
		}
		return func(e *Event) bool {
			return slices.ContainsFunc(get(e), func(s string) bool { return s != "" && slices.Contains(words, s) })
		}, ""
	}
}

// exactly builds a test of identifiers that have one spelling only.
func exactly(get func(*Event) []string) func([]string) (test, string) {
	return func(values []string) (test, string) {
		return func(e *Event) bool {
			return slices.ContainsFunc(get(e), func(s string) bool { return s != "" && slices.Contains(values, s) })
		}, ""
	}
}

// exists builds a test of presence, or with false of absence.
func exists(has func(*Event) bool) func(string) (test, string) {
	return func(value string) (test, string) {
		want := value != "false"
		if want && value != "true" && value != "" {
			return nil, "true or false"
		}
		return func(e *Event) bool { return has(e) == want }, ""
	}
}

func atTime(holds func(*Event, time.Time) bool) func(string) (test, string) {
	return func(value string) (test, string) {
		var t time.Time
		if expected := queryTime(&t, value); expected != "" {
			return nil, expected
		}
		return func(e *Event) bool { return holds(e, t) }, ""
	}
}

func quantity(holds func(a, b float64) bool) func(string) (test, string) {
	return func(value string) (test, string) {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, "a number"
		}
		return func(e *Event) bool {
			for _, list := range e.quantityLists() {
				for _, q := range list {
					if q.Quantity != "" && holds(q.Quantity.Float(), n) {
						return true
					}
				}
			}
			return false
		}, ""
	}
}

func (e *Event) quantityLists() [][]QuantityElement {
	return [][]QuantityElement{e.QuantityList, e.ChildQuantityList, e.InputQuantityList, e.OutputQuantityList}
}

func (e *Event) persistent() PersistentDisposition {
	if e.PersistentDisposition == nil {
		return PersistentDisposition{}
	}
	return *e.PersistentDisposition
}

func (e *Event) declared() ErrorDeclaration {
	if e.ErrorDeclaration == nil {
		return ErrorDeclaration{}
	}
	return *e.ErrorDeclaration
}

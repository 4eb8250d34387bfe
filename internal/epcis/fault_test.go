package epcis_test

import (
	"strings"
	"testing"

	"waymark/internal/epcis"
)

// Parts of a document. Every event of the tests starts at column 232.
const (
	head = `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"http://ns.example.com/epcis/"}],` +
		`"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T10:15:30Z","epcisBody":{"eventList":[`
	tail = `]}}`
	when = `"eventTime":"2026-11-24T10:15:30Z","eventTimeZoneOffset":"+00:00"`
)

// object returns an ObjectEvent with a member more, or in place of its own.
func object(members string) string {
	e := `{"type":"ObjectEvent",` + when
	if !strings.Contains(members, `"epcList"`) {
		e += `,"epcList":["urn:x:y"]`
	}
	if !strings.Contains(members, `"action"`) {
		e += `,"action":"ADD"`
	}
	if members != "" {
		e += "," + members
	}
	return e + "}"
}

func TestEventFaults(t *testing.T) {
	const wantTime = "a date and time with a zone, RFC 3339"
	tests := []struct {
		name, event string
		faults      []string // without place in the text
	}{
		{"sound", object(""), nil},
		{"empty", `{}`, []string{`/type: found nothing, expected the type of the event`}},
		{"no object", `5`, []string{`: found a number, expected an event, which is an object`}},
		{"null", `null`, []string{`: found null, expected an event, which is an object`}},
		{"type", `{"type":"FooEvent",` + when + `}`, []string{`/type: found "FooEvent", expected ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent`}},
		{"type of a user", `{"type":"example:FooEvent",` + when + `}`, nil},
		{"no time", `{"type":"ObjectEvent","epcList":[],"action":"ADD"}`, []string{
			`/eventTime: found nothing, expected ` + wantTime,
			`/eventTimeZoneOffset: found nothing, expected an offset from -14:00 to +14:00`}},
		{"no action", `{"type":"ObjectEvent",` + when + `,"epcList":[]}`, []string{`/action: found nothing, expected ADD, OBSERVE or DELETE`}},
		{"action", object(`"action":"ADDED"`), []string{`/action: found "ADDED", expected ADD, OBSERVE or DELETE`}},
		{"action of case", object(`"action":"add"`), []string{`/action: found "add", expected ADD, OBSERVE or DELETE`}},
		{"key twice", object(`"bizStep":"shipping","bizStep":"shipping"`), []string{`/bizStep: found the name "bizStep" again, expected each name once`}},
		{"key twice, escaped", object(`"bizStep":"shipping","biz\u0053tep":"shipping"`), []string{`/bizStep: found the name "bizStep" again, expected each name once`}},
		{"key twice, in an extension", object(`"example:x":{"a":1,"a":2}`), []string{`/example:x/a: found the name "a" again, expected each name once`}},
		{"key of case", object(`"Action":"ADD"`), []string{`/Action: found the name "Action", expected a standard field of an event, or a name with a namespace prefix`}},
		{"key of another type", object(`"childEPCs":["urn:x:y"]`), []string{`/childEPCs: found the name "childEPCs", expected no such field in an ObjectEvent`}},
		{"prefix", object(`"foo:bar":1`), []string{`/foo:bar: found the prefix "foo", expected a prefix that @context declares`}},
		{"prefix within", object(`"example:x":[{"foo:bar":1}]`), []string{`/example:x/0/foo:bar: found the prefix "foo", expected a prefix that @context declares`}},
		{"prefix of the event", object(`"foo:bar":1,"@context":[{"foo":"http://foo.example/"}]`), nil},
		{"prefix of the standard", object(`"cbvmda:lotNumber":"1"`), nil},
		{"full URI as key", object(`"http://foo.example/bar":1,"urn:foo:bar":2`), nil},
		{"time without zone", object(`"recordTime":"2026-11-24T10:15:30"`), []string{`/recordTime: found "2026-11-24T10:15:30", expected ` + wantTime}},
		{"time as number", object(`"recordTime":5`), []string{`/recordTime: found a number, expected ` + wantTime}},
		{"February 30", object(`"recordTime":"2026-02-30T10:15:30Z"`), []string{`/recordTime: found "2026-02-30T10:15:30Z", expected a day of the calendar`}},
		{"leap day", object(`"recordTime":"2028-02-29T23:59:59.999999999+14:00"`), nil},
		{"no leap day", object(`"recordTime":"2100-02-29T10:15:30Z"`), []string{`/recordTime: found "2100-02-29T10:15:30Z", expected a day of the calendar`}},
		{"hour 24", object(`"recordTime":"2026-02-03T24:00:00Z"`), []string{`/recordTime: found "2026-02-03T24:00:00Z", expected a time of the day`}},
		{"year", object(`"recordTime":"1969-12-31T23:59:59Z"`), []string{`/recordTime: found "1969-12-31T23:59:59Z", expected a year from 1970 to 2999`}},
		{"far year", object(`"recordTime":"3000-01-01T00:00:00Z"`), []string{`/recordTime: found "3000-01-01T00:00:00Z", expected a year from 1970 to 2999`}},
		{"event ID", object(`"eventID":"1"`), []string{`/eventID: found "1", expected a URI`}},
		{"event ID twice", object(`"eventID":"urn:x:1","eventID":"urn:x:2"`), nil},
		{"URI with a space", object(`"epcList":["urn:x:y z"]`), []string{`/epcList/0: found "urn:x:y z", expected a URI`}},
		{"URI beyond ASCII", object(`"epcList":["urn:x:А"]`), []string{`/epcList/0: found "urn:x:А", expected a URI`}},
		{"URI with a bad escape", object(`"epcList":["urn:x:%2"]`), []string{`/epcList/0: found "urn:x:%2", expected a URI`}},
		{"EPC twice", object(`"epcList":["urn:x:y","urn:x:y"]`), []string{`/epcList: found "urn:x:y" twice, expected each EPC once`}},
		{"EPCs as string", object(`"epcList":"urn:x:y"`), []string{`/epcList: found a string, expected an array of URIs`}},
		{"check digit", object(`"epcList":["https://id.gs1.org/01/09521234100011/21/A1"]`), []string{
			`/epcList/0: found "https://id.gs1.org/01/09521234100011/21/A1", expected a sound GS1 key: check digit of (01) is 1, want 0`}},
		{"check digit of a place", object(`"readPoint":{"id":"https://id.gs1.org/414/9521234000010"}`), []string{
			`/readPoint/id: found "https://id.gs1.org/414/9521234000010", expected a sound GS1 key: check digit of (414) is 0, want 3`}},
		{"business step", object(`"bizStep":"shiping"`), []string{`/bizStep: found "shiping", expected a business step of CBV 2.0, or the URI of another`}},
		{"business step as URN", object(`"bizStep":"urn:epcglobal:cbv:bizstep:shipping"`), []string{`/bizStep: found "urn:epcglobal:cbv:bizstep:shipping", expected the bare word "shipping"`}},
		{"business step as URI", object(`"bizStep":"https://ref.gs1.org/cbv/BizStep-shipping"`), []string{`/bizStep: found "https://ref.gs1.org/cbv/BizStep-shipping", expected the bare word "shipping"`}},
		{"business step of nobody", object(`"bizStep":"https://ns.gs1.org/cbv/BizStep-foo"`), []string{`/bizStep: found "https://ns.gs1.org/cbv/BizStep-foo", expected a business step of CBV 2.0, or the URI of another`}},
		{"business step as CURIE", object(`"bizStep":"cbv:BizStep-shipping"`), nil},
		{"business step of a user", object(`"bizStep":"http://example.com/bizstep/examining"`), nil},
		{"disposition for a step", object(`"bizStep":"in_transit"`), []string{`/bizStep: found "in_transit", expected a business step of CBV 2.0, or the URI of another`}},
		{"quantities", object(`"quantityList":[{"epcClass":"urn:x:z","quantity":"5","uom":"kilo"},{"quantity":5,"foo":1}]`), []string{
			`/quantityList/0/quantity: found a string, expected a number`,
			`/quantityList/0/uom: found "kilo", expected a unit code of UN/ECE Recommendation 20`,
			`/quantityList/1/epcClass: found nothing, expected a URI`,
			`/quantityList/1/foo: found the name "foo", expected epcClass, quantity or uom`}},
		{"number", object(`"quantityList":[{"epcClass":"urn:x:z","quantity":1e999}]`), []string{`/quantityList/0/quantity: found "1e999", expected a number that a 64-bit float can hold`}},
		{"parties", object(`"sourceList":[{"type":"owner","source":"urn:x:y"},{"type":"location"}]`), []string{
			`/sourceList/0/type: found "owner", expected a source or destination type of CBV 2.0, or the URI of another`,
			`/sourceList/1/source: found nothing, expected a URI`}},
		{"persistent disposition", object(`"persistentDisposition":{"set":[],"unset":["stolen","stolen"]}`), []string{
			`/persistentDisposition/set: found an empty array, expected at least one value`,
			`/persistentDisposition/unset: found "stolen" twice, expected each value once`}},
		{"error declaration", object(`"errorDeclaration":{"reason":"oops"}`), []string{
			`/errorDeclaration/declarationTime: found nothing, expected ` + wantTime,
			`/errorDeclaration/reason: found "oops", expected an error reason of CBV 2.0, or the URI of another`}},
		{"sensors", object(`"sensorElementList":[{"sensorReport":[]},{},{"sensorReport":[{"type":"Heat","value":"1","hexBinaryValue":"0g","booleanValue":1}]}]`), []string{
			`/sensorElementList/0/sensorReport: found an empty array, expected at least one sensor report`,
			`/sensorElementList/1/sensorReport: found nothing, expected an array of sensor reports`,
			`/sensorElementList/2/sensorReport/0/type: found "Heat", expected a measurement type of CBV 2.0, or the URI of another`,
			`/sensorElementList/2/sensorReport/0/value: found a string, expected a number`,
			`/sensorElementList/2/sensorReport/0/hexBinaryValue: found "0g", expected hexadecimal digits`,
			`/sensorElementList/2/sensorReport/0/booleanValue: found a number, expected true or false`}},
		{"about nothing", `{"type":"ObjectEvent",` + when + `,"action":"OBSERVE"}`, []string{`: found an ObjectEvent about nothing, expected epcList, quantityList, or sensorElementList with a readPoint`}},
		{"about a place", `{"type":"ObjectEvent",` + when + `,"action":"OBSERVE","readPoint":{"id":"urn:x:y"},"sensorElementList":[{"sensorReport":[{"type":"Temperature"}]}]}`, nil},
		{"master data", object(`"action":"OBSERVE","ilmd":{"example:lot":"1"}`), []string{`/ilmd: found ilmd with the action OBSERVE, expected ilmd with the action ADD only`}},
		{"packing", `{"type":"AggregationEvent",` + when + `,"action":"ADD"}`, []string{
			`/parentID: found nothing, expected the URI of the parent, which ADD and DELETE need`,
			`: found an AggregationEvent without children, expected childEPCs or childQuantityList, unless the action is DELETE`}},
		{"unpacking all", `{"type":"AggregationEvent",` + when + `,"action":"DELETE","parentID":"urn:x:y"}`, nil},
		{"unpacking nothing", `{"type":"AggregationEvent",` + when + `,"action":"DELETE"}`, []string{`/parentID: found nothing, expected the URI of the parent, which ADD and DELETE need`}},
		{"seen together", `{"type":"AggregationEvent",` + when + `,"action":"OBSERVE","childEPCs":["urn:x:y"]}`, nil},
		{"association", `{"type":"AssociationEvent",` + when + `,"action":"ADD","childEPCs":["urn:x:y"]}`, []string{`/parentID: found nothing, expected a URI`}},
		{"transaction", `{"type":"TransactionEvent",` + when + `,"action":"ADD","epcList":[],"bizTransactionList":[]}`, []string{`/bizTransactionList: found an empty array, expected at least one business transaction`}},
		{"transaction of nothing", `{"type":"TransactionEvent",` + when + `,"action":"ADD"}`, []string{
			`/bizTransactionList: found nothing, expected an array of business transactions`,
			`: found a TransactionEvent about nothing, expected epcList or quantityList, unless the action is DELETE`}},
		{"transformation", `{"type":"TransformationEvent",` + when + `,"action":"ADD","inputEPCList":["urn:x:y"]}`, []string{
			`/action: found the name "action", expected no such field in a TransformationEvent`,
			`: found inputs without outputs, expected inputs and outputs, or one of them with a transformationID`}},
		{"transformation in parts", `{"type":"TransformationEvent",` + when + `,"outputEPCList":["urn:x:y"],"transformationID":"urn:x:t"}`, nil},
		{"depth", object(`"example:x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)), []string{
			`/example:x` + strings.Repeat("/0", 28) + `: found JSON nested deeper than 32, expected less nesting`}},
		{"string", object(`"example:x":"` + strings.Repeat("a", 4097) + `"`), []string{`/example:x: found a string of 4097 bytes, expected at most 4096`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, faults := epcis.Decode([]byte(head+test.event+tail), epcis.Limits{})
			if len(d.Events) != 1 {
				t.Fatalf("%d events, want 1", len(d.Events))
			}
			want := map[string]bool{}
			for _, f := range test.faults {
				want["/epcisBody/eventList/0"+f] = true
			}
			for _, f := range faults {
				text := f.Path + ": found " + f.Found + ", expected " + f.Expected
				if !want[text] {
					t.Errorf("fault %s", text)
				}
				if f.Event != 0 {
					t.Errorf("fault %s of event %d, want 0", text, f.Event)
				}
				delete(want, text)
			}
			for f := range want {
				t.Errorf("no fault %s", f)
			}
		})
	}
}

func TestDocumentFaults(t *testing.T) {
	const sound = `{"type":"ObjectEvent",` + when + `,"epcList":["urn:x:y"],"action":"ADD"}`
	tests := []struct{ name, document, faults string }{
		{"empty", ``, `/ (line 1, column 1): found text that ends too early, expected JSON`},
		{"null", `null`, `/ (line 1, column 1): found null, expected an EPCISDocument or EPCISQueryDocument`},
		{"array", `[]`, `/ (line 1, column 1): found an array, expected an EPCISDocument or EPCISQueryDocument`},
		{"cut", `{"type":"EPCISDocument"`, `/ (line 1, column 24): found text that ends too early, expected JSON`},
		{"more text", head + sound + tail + "\nx", `/ (line 2, column 1): found more text behind the document, expected one JSON value`},
		{"two documents", head + sound + tail + head + sound + tail, `/ (line 1, column 360): found more text behind the document, expected one JSON value`},
		{"byte order mark", "\ufeff" + head + sound + tail, `/ (line 1, column 1): found invalid character '\ufeff' at start of value, expected JSON`},
		{"comma", head + sound + "," + tail, `/epcisBody/eventList (line 1, column 357): found invalid character ',' at start of value, expected JSON`},
		{"UTF-8", head + object("\"example:x\":\"\xff\"") + tail, `/epcisBody/eventList/0/example:x (line 1, column 370): found invalid UTF-8, expected JSON`},
		{"surrogate", head + object(`"example:x":"\ud800 "`) + tail, `/epcisBody/eventList/0/example:x (line 1, column 370): found invalid surrogate pair "\\ud800 \"}]}}" in string, expected JSON`},
		{"nothing in it", `{"type":"EPCISDocument"}`, `/@context (line 1, column 1): found nothing, expected the JSON-LD context
/epcisBody (line 1, column 1): found nothing, expected an object
/schemaVersion (line 1, column 1): found nothing, expected a version such as 2.0
/creationDate (line 1, column 1): found nothing, expected a date and time with a zone, RFC 3339`},
		{"context", `{"@context":5,"type":"EPCISQueryDocument","epcisBody":{}}`, `/@context (line 1, column 13): found a number that is no @context, expected a URI, an object, or an array of these, of at most 16384 bytes
/epcisBody/queryResults (line 1, column 55): found nothing, expected an object`},
		{"query results", `{"@context":[],"type":"EPCISQueryDocument","epcisBody":{"queryResults":{"resultsBody":{}}}}`,
			`/epcisBody/queryResults/queryName (line 1, column 72): found nothing, expected a string
/epcisBody/queryResults/resultsBody/eventList (line 1, column 87): found nothing, expected an array of events`},
		{"bare event", sound, `/@context (line 1, column 1): found nothing, expected the @context that a bare event needs`},
		{"bare event with context", strings.Replace(sound, "{", `{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",`, 1), ``},
		{"second event", head + sound + ",\n  " + object(`"bizStep":"shiping"`) + tail, `/epcisBody/eventList/1/bizStep (line 2, column 138): found "shiping", expected a business step of CBV 2.0, or the URI of another`},
		{"context behind the events", `{"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T10:15:30Z","epcisBody":{"eventList":[` +
			object(`"foo:x":1`) + `]},"@context":{"foo":"http://foo.example/"}}`, ``},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, faults := epcis.Decode([]byte(test.document), epcis.Limits{})
			if got := faults.Error(); got != test.faults {
				t.Errorf("faults\n%s\nwant\n%s", got, test.faults)
			}
		})
	}
}

func TestGoodEvents(t *testing.T) {
	events := []string{object(""), object(`"action":"X"`), object(`"bizStep":"shipping"`)}
	d, faults := epcis.Decode([]byte(head+strings.Join(events, ",")+tail), epcis.Limits{})
	if n := len(faults.Of(1)); n != 1 || len(faults) != 1 {
		t.Fatalf("faults %v, want one of event 1", faults)
	}
	var good []int
	for i, e := range d.Good(faults) {
		good = append(good, i)
		if string(e.Raw) != events[i] {
			t.Errorf("event %d is kept as %s, received as %s", i, e.Raw, events[i])
		}
	}
	if len(good) != 2 || good[0] != 0 || good[1] != 2 {
		t.Errorf("good events %v, want 0 and 2", good)
	}
	d, faults = epcis.Decode([]byte(head+strings.Join(events, ",")+"]}"), epcis.Limits{})
	for i := range d.Good(faults) {
		t.Errorf("event %d of a cut document is good", i)
	}
}

func TestLimits(t *testing.T) {
	list := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(`,"urn:x:`)
			b.WriteString(strings.Repeat("a", i%7))
			b.WriteString(string(rune('A'+i%26)) + string(rune('A'+i/26%26)) + string(rune('A'+i/676)) + `"`)
		}
		return `"epcList":[` + b.String()[1:] + `]`
	}
	tests := []struct {
		name, document string
		limits         epcis.Limits
		fault          string
	}{
		{"5,000 EPCs", head + object(list(5000)) + tail, epcis.Limits{}, ""},
		{"5,001 EPCs", head + object(list(5001)) + tail, epcis.Limits{}, "5001 EPCs in one event"},
		{"EPCs", head + object(list(3)) + tail, epcis.Limits{EPCs: 2}, "3 EPCs in one event"},
		{"values", head + object(list(3)) + tail, epcis.Limits{Elements: 6}, "more than 6 JSON values"},
		{"values of two events", head + object(list(3)) + "," + object(list(3)) + tail, epcis.Limits{Elements: 9}, ""},
		{"events", head + object("") + "," + object("") + tail, epcis.Limits{Events: 1}, "2 events"},
		{"depth", head + object("") + tail, epcis.Limits{Depth: 3}, "JSON nested deeper than 3"},
		{"string", head + object("") + tail, epcis.Limits{StringBytes: 19}, "a string of 20 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, faults := epcis.Decode([]byte(test.document), test.limits)
			if test.fault == "" && faults != nil {
				t.Error(faults)
			}
			found := false
			for _, f := range faults {
				found = found || f.Found == test.fault
			}
			if !found && test.fault != "" {
				t.Errorf("faults %v, want %s", faults, test.fault)
			}
		})
	}
}

// TestManyFaults tells of many faults without telling all.
func TestManyFaults(t *testing.T) {
	bad := object(strings.Repeat(`"bizStep":"x",`, 30) + `"eventID":"x"`)
	events := strings.Repeat(bad+",", 1199) + bad
	_, faults := epcis.Decode([]byte(head+events+tail), epcis.Limits{})
	if len(faults) != 50*20+1150 {
		t.Errorf("%d faults, want 20 of each of 50 events and one of each other", len(faults))
	}
	for _, i := range []int{0, 49, 50, 1199} {
		if faults.Of(i) == nil {
			t.Errorf("event %d has no fault", i)
		}
	}
	if text := faults.Error(); !strings.HasSuffix(text, "and 2140 more") {
		t.Errorf("error ends %s", text[len(text)-40:])
	}
}

package epcis_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"waymark/internal/epcis"
)

// shipped is the event that the queries below are put to.
const shipped = `{"type":"ObjectEvent","eventID":"urn:uuid:1","eventTime":"2026-11-24T10:15:30Z","eventTimeZoneOffset":"+00:00",
"epcList":["https://id.gs1.org/01/09521234100010/21/A1","urn:epc:id:sscc:9521234.0000000001"],
"quantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.010001.LOT1","quantity":12.5,"uom":"KGM"}],
"action":"OBSERVE","bizStep":"shipping","disposition":"in_transit","persistentDisposition":{"set":["completeness_verified"]},
"readPoint":{"id":"urn:epc:id:sgln:9521234.00001.0"},"bizLocation":{"id":"https://id.gs1.org/414/9521234000013"},
"bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9521234000013:PO1"},{"bizTransaction":"http://example.com/t/1"}],
"sourceList":[{"type":"owning_party","source":"https://id.gs1.org/417/9521234000013"}],
"destinationList":[{"type":"location","destination":"https://example.com/414/9521001000017"}]}`

const packed = `{"type":"AggregationEvent","eventID":"urn:uuid:2","eventTime":"2026-11-25T10:15:30Z","eventTimeZoneOffset":"+00:00",
"parentID":"https://id.gs1.org/00/095212340000000013","childEPCs":["urn:epc:id:sgtin:9521234.010001.A1"],"action":"ADD","bizStep":"http://example.com/step/boxing",
"errorDeclaration":{"declarationTime":"2026-11-26T00:00:00Z","reason":"did_not_occur","correctiveEventIDs":["urn:uuid:3"]}}`

func TestQueryMatches(t *testing.T) {
	tests := []struct {
		query           string
		shipped, packed bool
	}{
		{"", true, true},
		{"eventType=ObjectEvent", true, false},
		{"eventType=ObjectEvent|AggregationEvent", true, true},
		{"eventType=ObjectEvent%7CAggregationEvent", true, true},
		{"GE_eventTime=2026-11-24T10:15:30Z", true, true},
		{"GE_eventTime=2026-11-24T10:15:30.001Z", false, true},
		{"LT_eventTime=2026-11-25T10:15:30.000Z", true, false},
		{"GE_eventTime=2026-11-25T12:15:30+02:00", false, true}, // a plus that became a space
		{"GE_recordTime=2026-11-27T00:00:00Z", true, true},
		{"LT_recordTime=2026-11-27T00:00:00Z", false, false},
		{"EQ_action=ADD", false, true},
		{"EQ_action=ADD|OBSERVE", true, true},
		{"EQ_bizStep=shipping|receiving", true, false},
		{"EQ_bizStep=urn:epcglobal:cbv:bizstep:shipping", true, false},
		{"EQ_bizStep=https://ref.gs1.org/cbv/BizStep-shipping", true, false},
		{"EQ_bizStep=http://example.com/step/boxing", false, true},
		{"EQ_disposition=in_transit", true, false},
		{"EQ_persistentDisposition_set=completeness_verified", true, false},
		{"EQ_persistentDisposition_unset=completeness_verified", false, false},
		{"EQ_readPoint=https://id.gs1.org/414/9521234000013", true, false},
		{"EQ_bizLocation=urn:epc:id:sgln:9521234.00001.0", true, false},
		{"EQ_bizLocation=urn:epc:id:sgln:9521234.00001.1", false, false},
		{"EQ_eventID=urn:uuid:2|urn:uuid:3", false, true},
		{"EQ_bizTransaction_po=urn:epcglobal:cbv:bt:9521234000013:PO1", true, false},
		{"EQ_bizTransaction_urn:epcglobal:cbv:btt:po=urn:epcglobal:cbv:bt:9521234000013:PO1", true, false},
		{"EQ_bizTransaction_inv=urn:epcglobal:cbv:bt:9521234000013:PO1", false, false},
		{"EQ_source_owning_party=urn:epc:id:pgln:9521234.00001", true, false},
		{"EQ_destination_location=urn:epc:id:sgln:9521001.00001.0", true, false},
		{"EQ_destination_owning_party=urn:epc:id:sgln:9521001.00001.0", false, false},
		{"MATCH_epc=urn:epc:id:sgtin:9521234.010001.A1", true, true},
		{"MATCH_epc=https://shop.example/01/09521234100010/21/A1?x=1", true, true},
		{"MATCH_epc=urn:epc:id:sgtin:9521234.010001.A2", false, false},
		{"MATCH_epc=urn:epc:idpat:sgtin:9521234.010001.*", true, true},
		{"MATCH_epc=urn:epc:idpat:sgtin:9521234.*.*", true, true},
		{"MATCH_epc=urn:epc:idpat:sgtin:*.*.*", true, true},
		{"MATCH_epc=urn:epc:idpat:sgtin:9521235.*.*", false, false},
		{"MATCH_epc=urn:epc:idpat:sscc:9521234.*", true, false},
		{"MATCH_epc=https://id.gs1.org/01/09521234100010/21/*", true, true},
		{"MATCH_epc=https://id.gs1.org/01/09521234100010", false, false},
		{"MATCH_parentID=urn:epc:id:sscc:9521234.0000000001", false, true},
		{"MATCH_anyEPC=urn:epc:id:sscc:9521234.0000000001", true, true},
		{"MATCH_inputEPC=urn:epc:id:sscc:9521234.0000000001", false, false},
		{"MATCH_epcClass=https://id.gs1.org/01/09521234100010/10/LOT1", true, false},
		{"MATCH_anyEPCClass=urn:epc:idpat:lgtin:9521234.010001.*", true, false},
		{"MATCH_outputEPCClass=https://id.gs1.org/01/09521234100010/10/LOT1", false, false},
		{"GT_quantity=12", true, false},
		{"GT_quantity=12.5", false, false},
		{"EXISTS_errorDeclaration=true", false, true},
		{"EXISTS_errorDeclaration=false", true, false},
		{"EXISTS_errorDeclaration", false, true},
		{"EQ_errorReason=did_not_occur", false, true},
		{"EQ_correctiveEventID=urn:uuid:3", false, true},
		{"LT_errorDeclarationTime=2026-11-27T00:00:00Z", false, true},
		{"EQ_bizStep=shipping&EQ_action=ADD", false, false},
		{"orderBy=eventTime&orderDirection=ASC&perPage=30&nextPageToken=x&eventCountLimit=5", true, true},
	}
	one := readEvent(t, shipped)
	two := readEvent(t, packed)
	recorded := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	for _, test := range tests {
		values, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		q, err := epcis.ParseQuery(values)
		if err != nil {
			t.Errorf("%s: %v", test.query, err)
			continue
		}
		if got := q.Matches(one, recorded); got != test.shipped {
			t.Errorf("%s: shipping matches %t, want %t", test.query, got, test.shipped)
		}
		if got := q.Matches(two, recorded); got != test.packed {
			t.Errorf("%s: packing matches %t, want %t", test.query, got, test.packed)
		}
	}
}

func readEvent(t testing.TB, text string) *epcis.Event {
	t.Helper()
	e, faults := epcis.DecodeEvent([]byte(text), nil, epcis.Limits{})
	if faults != nil {
		t.Fatal(faults)
	}
	return e
}

func TestQueryErrors(t *testing.T) {
	tests := []struct{ query, parameter, text string }{
		{"EQ_foo=1", "EQ_foo", `query parameter EQ_foo: found "1", expected a parameter of the simple event query`},
		{"eventtype=ObjectEvent", "eventtype", `query parameter eventtype: found "ObjectEvent", expected a parameter of the simple event query`},
		{"eventType=Foo", "eventType", `query parameter eventType: found "Foo", expected types of events`},
		{"EQ_action=ADD|", "EQ_action", `query parameter EQ_action: found "ADD|", expected values separated by |`},
		{"EQ_action=add", "EQ_action", `query parameter EQ_action: found "add", expected ADD, OBSERVE or DELETE`},
		{"EQ_bizStep=shiping", "EQ_bizStep", `query parameter EQ_bizStep: found "shiping", expected a business step of CBV 2.0, or the URI of another`},
		{"GE_eventTime=2026-11-24", "GE_eventTime", `query parameter GE_eventTime: found "2026-11-24", expected a date and time with a zone, RFC 3339`},
		{"MATCH_epc=A1", "MATCH_epc", `query parameter MATCH_epc: found "A1", expected a URI`},
		{"EQ_bizTransaction_=urn:x:y", "EQ_bizTransaction_", `query parameter EQ_bizTransaction_: found "urn:x:y", expected a parameter of the simple event query`},
		{"EXISTS_errorDeclaration=1", "EXISTS_errorDeclaration", `query parameter EXISTS_errorDeclaration: found "1", expected true or false`},
		{"perPage=0", "perPage", `query parameter perPage: found "0", expected a whole number from 1`},
		{"perPage=1e9", "perPage", `query parameter perPage: found "1e9", expected a whole number from 1`},
		{"perPage=5&perPage=6", "perPage", `query parameter perPage: given more than once; a list is written as a|b`},
		{"orderBy=bizStep", "orderBy", `query parameter orderBy: found "bizStep", expected eventTime or recordTime`},
		{"orderDirection=asc", "orderDirection", `query parameter orderDirection: found "asc", expected ASC or DESC`},
		{"eventCountLimit=1&maxEventCount=2", "maxEventCount", `query parameter maxEventCount: excludes eventCountLimit`},
	}
	for _, test := range tests {
		values, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = epcis.ParseQuery(values)
		var bad *epcis.ParameterError
		if !errors.As(err, &bad) || bad.Parameter != test.parameter || err.Error() != test.text {
			t.Errorf("%s: error %v, want %s", test.query, err, test.text)
		}
	}
}

func TestQueryValues(t *testing.T) {
	q, err := epcis.ParseQuery(url.Values{"EQ_eventID": {"urn:uuid:1|urn:uuid:2"}, "orderBy": {"recordTime"}, "maxEventCount": {"7"}})
	if err != nil {
		t.Fatal(err)
	}
	if ids := q.Values("EQ_eventID"); len(ids) != 2 || ids[1] != "urn:uuid:2" || q.Values("MATCH_epc") != nil {
		t.Errorf("values %v", ids)
	}
	if q.OrderBy != "recordTime" || q.Ascending || q.MaxEventCount != 7 {
		t.Errorf("query %+v", q)
	}
}

func TestPatternExact(t *testing.T) {
	p, ok := epcis.ParsePattern("urn:epc:id:sgtin:9521234.010001.A1")
	if exact, one := p.Exact(); !ok || !one || exact != "https://id.gs1.org/01/09521234100010/21/A1" {
		t.Errorf("exact form %s, %t", exact, one)
	}
	p, _ = epcis.ParsePattern("urn:epc:idpat:sgtin:9521234.010001.*")
	if exact, one := p.Exact(); one {
		t.Errorf("a pattern is exact: %s", exact)
	}
	if _, ok := epcis.ParsePattern("A1"); ok {
		t.Error("A1 is a URI")
	}
}

package epcis_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark/internal/epcis"
)

// TestHashVectors reproduces the hashes of the reference generator.
func TestHashVectors(t *testing.T) {
	root := filepath.Join(testdata, "event-hash")
	files, _ := filepath.Glob(filepath.Join(root, "*.jsonld"))
	if len(files) == 0 {
		t.Skipf("no %s", root)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		hashes, err := os.ReadFile(strings.TrimSuffix(file, ".jsonld") + ".hashes")
		if err != nil {
			t.Fatal(err)
		}
		d, faults := epcis.Decode(data, epcis.Limits{})
		if faults != nil {
			t.Errorf("%s:\n%v", file, faults)
		}
		want := strings.Fields(string(hashes))
		if len(d.Events) != len(want) {
			t.Fatalf("%s: %d events, want %d", file, len(d.Events), len(want))
		}
		for i, e := range d.Events {
			if got := e.Hash(); got != want[i] {
				t.Errorf("%s, event %d: %s, want %s\n%s", file, i, got, want[i], e.PreHash())
			}
		}
	}
}

// TestPreHash looks at the text behind the hash, one rule at a time.
func TestPreHash(t *testing.T) {
	const start = "eventType=ObjectEventeventTime=2026-11-24T10:15:30.000ZeventTimeZoneOffset=+00:00"
	const usual = start + "epcListepc=urn:x:yaction=ADD"
	tests := []struct{ name, event, text string }{
		{"plain", object(""), usual},
		{"what is no part", object(`"eventID":"urn:x:1","recordTime":"2026-11-25T00:00:00Z","errorDeclaration":{"declarationTime":"2026-11-25T00:00:00Z"},"rdfs:comment":"x"`), usual},
		{"zone", strings.Replace(object(""), "10:15:30Z", "12:15:30+02:00", 1), usual},
		{"rounded up", strings.Replace(object(""), "30Z", "29.9995Z", 1), usual},
		{"rounded up at an even digit", strings.Replace(object(""), "30Z", "30.1405Z", 1), strings.Replace(usual, "30.000", "30.141", 1)},
		{"rounded down", strings.Replace(object(""), "30Z", "30.00049999Z", 1), usual},
		{"EPCs in order", object(`"epcList":["urn:epc:id:sgtin:9521234.010001.B","https://x.example/gtin/9521234100010/ser/A?y=1"]`),
			start + "epcListepc=https://id.gs1.org/01/09521234100010/21/Aepc=https://id.gs1.org/01/09521234100010/21/Baction=ADD"},
		{"no EPCs", object(`"epcList":[]`), start + "action=ADD"},
		{"quantities", object(`"quantityList":[{"uom":"KGM","quantity":10.50,"epcClass":"urn:x:b"},{"epcClass":"urn:x:a","quantity":1e3}]`),
			start + "epcListepc=urn:x:yquantityListquantityElementepcClass=urn:x:aquantity=1000quantityElementepcClass=urn:x:bquantity=10.5uom=KGMaction=ADD"},
		{"small and large numbers", object(`"example:n":[0.00001,-0.0,123456789012345678901,0.1]`),
			usual + "{http://ns.example.com/epcis/}n=0{http://ns.example.com/epcis/}n=0.1{http://ns.example.com/epcis/}n=123456789012345683968{http://ns.example.com/epcis/}n=1e-05"},
		{"text that is a number", object(`"example:n":" 007.50 "`), usual + "{http://ns.example.com/epcis/}n=7.5"},
		{"words", object(`"bizStep":"shipping","disposition":"in_transit","persistentDisposition":{"unset":["active"],"set":["stolen","recalled"]}`),
			usual + "bizStep=https://ref.gs1.org/cbv/BizStep-shippingdisposition=https://ref.gs1.org/cbv/Disp-in_transit" +
				"persistentDispositionset=https://ref.gs1.org/cbv/Disp-recalledset=https://ref.gs1.org/cbv/Disp-stolenunset=https://ref.gs1.org/cbv/Disp-active"},
		{"transactions and parties", object(`"sourceList":[{"source":"urn:x:s","type":"location"}],"destinationList":[],` +
			`"bizTransactionList":[{"bizTransaction":"urn:x:2","type":"po"},{"bizTransaction":"urn:x:1","type":"po"},{"bizTransaction":"urn:x:0"}]`),
			usual + "bizTransactionListbizTransaction=urn:x:0type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:1type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:2" +
				"sourceListtype=https://ref.gs1.org/cbv/SDT-locationsource=urn:x:s"},
		{"extensions", object(`"ilmd":{"cbvmda:lotNumber":"L1"},"example:b":{"example:d":true,"c":null},"example:a":"example:v"`),
			usual + "ilmd{urn:epcglobal:cbv:mda:}lotNumber=L1{http://ns.example.com/epcis/}a=http://ns.example.com/epcis/v" +
				"{http://ns.example.com/epcis/}b{http://ns.example.com/epcis/}d=true"},
		{"named as a list", object(`"example:lotList":["b","a"]`),
			usual + "{http://ns.example.com/epcis/}lotList{http://ns.example.com/epcis/}lot=a{http://ns.example.com/epcis/}lot=b"},
		{"extended place", object(`"bizLocation":{"id":"urn:epc:id:sgln:9521234.00001.0","example:gate":7}`),
			usual + "bizLocationid=https://id.gs1.org/414/9521234000013{http://ns.example.com/epcis/}gate=7"},
		{"sensors", object(`"sensorElementList":[{"sensorReport":[{"value":26.0,"type":"Temperature","time":"2026-11-24T10:15:30+01:00","bizRules":"urn:x:r"}],` +
			`"sensorMetadata":{"deviceID":"urn:x:d"}}]`),
			usual + "sensorElementListsensorElementsensorMetadatadeviceID=urn:x:dsensorReporttype=https://gs1.org/voc/Temperaturetime=2026-11-24T09:15:30.000Zvalue=26" +
				"sensorElementListsensorElementsensorReportbizRules=urn:x:r"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, faults := epcis.Decode([]byte(head+test.event+tail), epcis.Limits{})
			if faults != nil {
				t.Fatal(faults)
			}
			if got := d.Events[0].PreHash(); got != test.text {
				t.Errorf("pre-hash text\n%s\nwant\n%s", got, test.text)
			}
		})
	}
}

// TestHashIgnoresWhatTheRepositoryAdded reads a document that declares members
// of the repository's own.
func TestHashIgnoresWhatTheRepositoryAdded(t *testing.T) {
	document := `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"r":"https://repository-x.example.com/"}],` +
		`"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T10:15:30Z","r:ignoreFields":["r:hash"],"epcisBody":{"eventList":[` +
		object(`"r:hash":"x"`) + "," + object("") + tail
	d, faults := epcis.Decode([]byte(document), epcis.Limits{})
	if faults != nil {
		t.Fatal(faults)
	}
	if a, b := d.Events[0].PreHash(), d.Events[1].PreHash(); a != b {
		t.Errorf("pre-hash text\n%s\nwant\n%s", a, b)
	}
}

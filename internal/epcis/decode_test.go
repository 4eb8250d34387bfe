package epcis_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waymark/internal/epcis"
)

const testdata = "../../../shared/testdata"

// documents returns the JSON-LD files below a folder of the shared test data.
func documents(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	docs := map[string][]byte{}
	root := filepath.Join(testdata, folder)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "context" {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".jsonld") {
			docs[path], err = os.ReadFile(path)
		}
		return err
	})
	if os.IsNotExist(err) {
		t.Skipf("no %s", root)
	}
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestDecodeStandardExamples(t *testing.T) {
	docs := documents(t, "gs1-epcis")
	if len(docs) != 47 {
		t.Errorf("%d documents, want 47", len(docs))
	}
	events := 0
	for path, data := range docs {
		d, faults := epcis.Decode(data, epcis.Limits{})
		if faults != nil {
			t.Errorf("%s:\n%v", path, faults)
		}
		events += len(d.Events)
	}
	if events != 56 {
		t.Errorf("%d events, want 56", events)
	}
}

func TestMasterData(t *testing.T) {
	const list = `[{"type":"urn:epcglobal:epcis:vtype:Location","vocabularyElementList":[` +
		`{"id":"https://id.gs1.org/414/9521234000013","attributes":[{"id":"cbvmda:site","attribute":"9521234000013"},` +
		`{"id":"http://ns.example.com/address","attribute":{"example:city":"Halle"}}],"children":["urn:x:y"]}]}]`
	header := strings.Replace(head, `"epcisBody"`, `"epcisHeader":{"epcisMasterData":{"vocabularyList":`+list+`},"example:x":1},"epcisBody"`, 1)
	results := strings.Replace(strings.Replace(head, "EPCISDocument", "EPCISQueryDocument", 1), `{"eventList":[`,
		`{"queryResults":{"queryName":"q","subscriptionID":"s","resultsBody":{"vocabularyList":`+list+`,"eventList":[`, 1)
	for _, document := range []string{header + tail, results + tail + "}}"} {
		d, faults := epcis.Decode([]byte(document), epcis.Limits{})
		if faults != nil {
			t.Fatalf("%s\n%v", document, faults)
		}
		if len(d.Vocabularies) != 1 || len(d.Vocabularies[0].Elements) != 1 {
			t.Fatalf("master data %+v", d.Vocabularies)
		}
		e := d.Vocabularies[0].Elements[0]
		if e.ID != "https://id.gs1.org/414/9521234000013" || len(e.Children) != 1 || len(e.Attributes) != 2 ||
			string(e.Attributes[1].Value) != `{"example:city":"Halle"}` {
			t.Errorf("element %+v", e)
		}
	}
	_, faults := epcis.Decode([]byte(strings.ReplaceAll(header, `"id":`, `"name":`)+tail), epcis.Limits{})
	if len(faults) != 6 {
		t.Errorf("faults\n%v\nwant two of each object without an id", faults)
	}
}

func TestEventParts(t *testing.T) {
	e := readEvent(t, packed)
	if got := slices.Collect(e.EPCs()); len(got) != 2 || got[0] != "https://id.gs1.org/00/095212340000000013" {
		t.Errorf("EPCs %v", got)
	}
	e = readEvent(t, shipped)
	if e.Source("owning_party") != "https://id.gs1.org/417/9521234000013" || e.Destination("owning_party") != "" {
		t.Errorf("source %s, destination %s", e.Source("owning_party"), e.Destination("owning_party"))
	}
	if q := e.QuantityList[0].Quantity; q.Float() != 12.5 || epcis.Number("").Float() != 0 {
		t.Errorf("quantity %v", q.Float())
	}
	bare, faults := epcis.Decode(e.AppendBare(nil), epcis.Limits{})
	if faults != nil || len(bare.Events) != 1 || bare.Type != "ObjectEvent" {
		t.Fatalf("bare event reads as %+v: %v", bare, faults)
	}
	if bare.Events[0].Hash() != e.Hash() {
		t.Error("a bare event has another hash")
	}
}

package epcis_test

import (
	"io/fs"
	"os"
	"path/filepath"
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

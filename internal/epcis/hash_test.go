package epcis_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark/internal/epcis"
)

func TestHashVectors(t *testing.T) {
	root := os.Getenv("VEC")
	if root == "" {
		root = filepath.Join(testdata, "event-hash")
	}
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

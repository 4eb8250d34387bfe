package seal_test

import (
	"fmt"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal"
)

// TestRootOfFacts compares the tree of facts with an independent implementation.
func TestRootOfFacts(t *testing.T) {
	r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	var records []tlog.Hash
	for i := range 300 {
		h := tlog.RecordHash(fmt.Append(nil, i))
		records = append(records, h)
		if err := r.Append(h[:], nil); err != nil {
			t.Fatal(err)
		}
		want, err := r.GetRootHash(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := seal.RootOf(records); got != tlog.Hash(want) {
			t.Fatalf("the root of %d facts is %s, want %x", i+1, got, want)
		}
	}
}

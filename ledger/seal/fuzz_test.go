package seal_test

import (
	"bytes"
	"testing"

	"waymark/ledger/seal"
)

func FuzzLeaf(f *testing.F) {
	f.Add(seal.Leaf{Index: 7, Facts: 3}.Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := seal.ParseLeaf(b); err == nil && !bytes.Equal(l.Marshal(), b) {
			t.Errorf("leaf %x has another form %x", b, l.Marshal())
		}
	})
}

func FuzzEpoch(f *testing.F) {
	f.Add(seal.Epoch{Size: 7, Depth: 8}.Marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := seal.ParseEpoch(b); err == nil && !bytes.Equal(e.Marshal(), b) {
			t.Errorf("epoch %x has another form %x", b, e.Marshal())
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(seal.Checkpoint{Origin: origin, Size: 5}.Text())
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := seal.ParseCheckpoint(s); err == nil && c.Text() != s {
			t.Errorf("checkpoint %q has another form %q", s, c.Text())
		}
	})
}

func FuzzReceipt(f *testing.F) {
	f.Add(seal.Receipt{Leaf: []byte{1}, Index: 3, Checkpoint: "x\n"}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := seal.ParseReceipt(b); err == nil && !bytes.Equal(r.Encode(), b) {
			t.Errorf("receipt %q has another form %q", b, r.Encode())
		}
	})
}

func FuzzBundle(f *testing.F) {
	w, _, good, _ := honest(f)
	data, err := good.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := seal.ParseBundle(data)
		if err != nil {
			return
		}
		if again, err := b.Encode(); err != nil || !bytes.Equal(again, data) {
			t.Errorf("bundle has another form: %v", err)
		}
		_, _ = seal.Verify(b, w.policy) // must not panic
	})
}

func FuzzEntries(f *testing.F) {
	f.Add([]byte{0, 1, 7, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := seal.ParseEntries(b)
		if err == nil && !bytes.Equal(seal.EncodeEntries(entries), b) {
			t.Errorf("entries %x have another form", b)
		}
	})
}

func FuzzCopies(f *testing.F) {
	w, s, _, _ := honest(f)
	_ = s
	data, err := w.dir.Read("copy/000.p/10")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, b []byte) {
		events, err := seal.ParseCopies(b)
		if err == nil && !bytes.Equal(seal.EncodeCopies(events), b) {
			t.Errorf("copies %x have another form", b)
		}
	})
}

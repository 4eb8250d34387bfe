package seal_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
	"waymark/ledger/seal"
)

const origin = "ledger.example.com/waymark"

// A world is a ledger with all that seals it.
type world struct {
	log       ledger.Log
	dir       seal.Dir
	lock      seal.LockDir
	signer    note.Signer
	policy    seal.Policy
	cosigners []note.Signer
	n         int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	l, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	w := &world{log: l, dir: seal.Dir(t.TempDir()), lock: seal.LockDir(t.TempDir() + "/lock")}
	w.signer, w.policy.Log = keys(t, origin)
	for _, name := range []string{"auditor.example", "partner.example"} {
		pub, key, _ := ed25519.GenerateKey(rand.Reader)
		_ = pub
		c := seal.NewCosigner(name, key, func() time.Time { return time.Unix(1_800_000_000, 0) })
		v, err := seal.NewWitness(c.Key())
		if err != nil {
			t.Fatal(err)
		}
		w.cosigners, w.policy.Witnesses = append(w.cosigners, c), append(w.policy.Witnesses, v)
	}
	w.policy.Quorum = 2
	return w
}

func keys(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	sk, vk, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err1 := note.NewSigner(sk)
	v, err2 := note.NewVerifier(vk)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return s, v
}

// facts reads a payload of one item to a line.
func facts(_ byte, r ledger.Recorded) ([]seal.Fact, error) {
	var out []seal.Fact
	for i, item := range strings.Fields(string(r.Data)) {
		out = append(out, seal.Fact{Stream: item, Content: fmt.Appendf(nil, "%s %d", r.Type, i)})
	}
	return out, nil
}

func (w *world) config() seal.Config {
	return seal.Config{
		Log: w.log, Store: w.dir, Lock: w.lock, Signer: w.signer, Verifier: w.policy.Log, Key: []byte("0123456789abcdef"),
		Facts: facts, Depth: 8, Batch: 100, Now: func() time.Time { return time.Unix(1_800_000_000, 0) },
	}
}

func (w *world) open(t testing.TB) *seal.Sealer {
	t.Helper()
	s, err := seal.Open(context.Background(), w.config())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// capture appends one capture that sees items.
func (w *world) capture(t testing.TB, items ...string) string {
	t.Helper()
	w.n++
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, w.n))
	stream := ledger.CaptureStream(id)
	e := event.Event{ID: ledger.EventID(id, 0, []byte(items[0])), Type: "hop.recorded@1", Data: []byte(strings.Join(items, "\n"))}
	if _, err := w.log.Append(context.Background(), stream, ledger.NoStream, e); err != nil {
		t.Fatal(err)
	}
	return stream
}

func (w *world) catchUp(t testing.TB, s *seal.Sealer) {
	t.Helper()
	if err := s.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// cosigned returns the newest checkpoint with the signatures of all witnesses.
func (w *world) cosigned(t testing.TB, s *seal.Sealer, by ...note.Signer) []byte {
	t.Helper()
	n, err := note.Open(s.Checkpoint(), note.VerifierList(w.policy.Log))
	if err != nil {
		t.Fatal(err)
	}
	out, err := note.Sign(n, by...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *world) prove(t testing.TB, s *seal.Sealer, of ...seal.Interval) seal.Bundle {
	t.Helper()
	b, err := s.Prove(w.cosigned(t, s, w.cosigners...), of...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProofOfStreams(t *testing.T) {
	w := newWorld(t)
	s := w.open(t)
	for i := range 700 { // more than two files, several epochs
		w.capture(t, fmt.Sprintf("item-%d", i%7), "pallet", fmt.Sprintf("other-%d", i))
	}
	w.catchUp(t, s)
	w.catchUp(t, s)
	b := w.prove(t, s, seal.Interval{Stream: "item-3", Payloads: true}, seal.Interval{Stream: "never"}, seal.Interval{Stream: "pallet", From: 100, To: 200})
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if b, err = seal.ParseBundle(data); err != nil {
		t.Fatal(err)
	}
	st, err := seal.Verify(b, w.policy)
	if err != nil {
		t.Fatal(err)
	}
	want := "complete up to entry 706 of " + origin + " at 2027-01-15T08:00:00Z, cosigned by auditor.example and partner.example\n" +
		"item-3: all 100 facts\nnever: nothing is recorded\npallet: 99 of 700 facts, all from entry 100 to 200"
	if st.String() != want {
		t.Errorf("the bundle proves\n%s\nwant\n%s", st, want)
	}
}

func TestReceipt(t *testing.T) {
	w := newWorld(t)
	s := w.open(t)
	stream := w.capture(t, "item")
	if _, err := s.Receipt(1); !errors.Is(err, seal.ErrUnsealed) {
		t.Errorf("receipt before sealing: %v, want ErrUnsealed", err)
	}
	w.catchUp(t, s)
	r, err := s.Receipt(1)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = seal.ParseReceipt(r.Encode()); err != nil {
		t.Fatal(err)
	}
	l, err := seal.VerifyReceipt(r, seal.Policy{Log: w.policy.Log})
	if err != nil || l.Stream != seal.ID(stream) {
		t.Errorf("the receipt proves %+v, %v; want an event of %s", l, err, stream)
	}
	r.Index++
	if _, err := seal.VerifyReceipt(r, seal.Policy{Log: w.policy.Log}); err == nil {
		t.Error("a receipt for another entry passes")
	}
}

// TestRootOfOthers computes the root by another implementation, from the files.
func TestRootOfOthers(t *testing.T) {
	w := newWorld(t)
	s := w.open(t)
	for i := range 600 {
		w.capture(t, fmt.Sprint("item-", i))
	}
	w.catchUp(t, s)
	c, _, err := seal.Policy{Log: w.policy.Log}.Open(s.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	if got := rootOf(t, w.dir, c.Size); got != c.Root {
		t.Errorf("another implementation finds root %s, want %s", got, c.Root)
	}
}

// rootOf reads the first size entries and returns their root.
func rootOf(t testing.TB, dir seal.Dir, size int64) (root [32]byte) {
	t.Helper()
	rg := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for n := int64(0); n*256 < size; n++ {
		width := min(256, size-n*256)
		name := fmt.Sprintf("tile/entries/%03d", n)
		data, err := dir.Read(name)
		if err != nil {
			data, err = dir.Read(fmt.Sprintf("%s.p/%d", name, width))
		}
		if err != nil {
			t.Fatal(err)
		}
		entries, err := seal.ParseEntries(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries[:width] {
			if err := rg.Append(rfc6962.DefaultHasher.HashLeaf(e), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	h, err := rg.GetRootHash(nil)
	if err != nil {
		t.Fatal(err)
	}
	return [32]byte(h)
}

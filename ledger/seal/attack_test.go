package seal_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal"
)

// honest returns a log's bundle of an item of four facts, a pallet and an item
// that was never seen, and what an adversary may have at hand besides.
func honest(t testing.TB) (w *world, s *seal.Sealer, now, before seal.Bundle) {
	w = newWorld(t)
	s = w.open(t)
	of := []seal.Interval{{Stream: "item", Payloads: true}, {Stream: "pallet", From: 2, To: 9}, {Stream: "never"}}
	for range 3 {
		w.capture(t, "item", "pallet", "other")
		w.capture(t, "pallet", "beside")
	}
	w.catchUp(t, s)
	before = w.prove(t, s, of...)
	w.capture(t, "other", "item")
	w.capture(t, "pallet")
	w.catchUp(t, s)
	return w, s, w.prove(t, s, of...), before
}

// clone returns a copy that shares nothing.
func clone(t testing.TB, b seal.Bundle) seal.Bundle {
	t.Helper()
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if b, err = seal.ParseBundle(data); err != nil {
		t.Fatal(err)
	}
	return b
}

func without[T any](s []T, i int) []T { return append(append([]T{}, s[:i]...), s[i+1:]...) }

// TestAttacks lets a server that lies in every way we know answer a reader.
func TestAttacks(t *testing.T) {
	w, s, good, before := honest(t)
	if _, err := seal.Verify(good, w.policy); err != nil {
		t.Fatal(err)
	}
	other, others, foreign, _ := honest(t) // another log, of another key
	text := func(edit func(*note.Note), by ...note.Signer) string {
		n, err := note.Open(s.Checkpoint(), note.VerifierList(w.policy.Log))
		if err != nil {
			t.Fatal(err)
		}
		n.Sigs = nil
		edit(n)
		out, err := note.Sign(n, by...)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	same := func(*note.Note) {}
	all := append([]note.Signer{w.signer}, w.cosigners...)
	leaf := func(b *seal.Bundle, i int, edit func(*seal.Leaf)) {
		l, err := seal.ParseLeaf(b.Entries[i].Leaf)
		if err != nil {
			t.Fatal(err)
		}
		edit(&l)
		b.Entries[i].Leaf = l.Marshal()
	}
	item, never := func(b *seal.Bundle) *seal.History { return &b.Streams[0] }, func(b *seal.Bundle) *seal.History { return &b.Streams[2] }
	const short = "the facts shown are not all there are"
	seen := map[string]string{}
	for _, tt := range []struct {
		name, want string
		do         func(b *seal.Bundle)
	}{
		{"withhold the first fact", short, func(b *seal.Bundle) { item(b).Facts = without(item(b).Facts, 0) }},
		{"withhold a fact in the middle", short, func(b *seal.Bundle) { item(b).Facts = without(item(b).Facts, 2) }},
		{"withhold the newest fact", short, func(b *seal.Bundle) { item(b).Facts = without(item(b).Facts, 3) }},
		{"withhold a pallet's fact in the interval", short, func(b *seal.Bundle) { b.Streams[1].Facts = without(b.Streams[1].Facts, 3) }},
		{"hide a pallet's fact in the interval", "is hidden, though", func(b *seal.Bundle) {
			f := &b.Streams[1].Facts[3]
			f.Hash, f.Salt, f.Content, f.Proof = &tlog.Hash{}, nil, nil, nil
		}},
		{"narrow the interval", "though it lies outside", func(b *seal.Bundle) { b.Streams[1].From = 5 }},
		{"empty interval", "is empty", func(b *seal.Bundle) { b.Streams[1].To = 1 }},
		{"withhold an entry", "is withheld", func(b *seal.Bundle) { b.Entries = without(b.Entries, 0) }},
		{"withhold a salt", "salt of a fact", func(b *seal.Bundle) { item(b).Facts[0].Salt = nil }},
		{"reorder facts", "is shown after fact", func(b *seal.Bundle) { f := item(b).Facts; f[0], f[1] = f[1], f[0] }},
		{"duplicate a fact", "is shown after fact", func(b *seal.Bundle) { item(b).Facts = append(item(b).Facts, item(b).Facts[3]) }},
		{"reorder entries", "is shown after entry", func(b *seal.Bundle) { e := b.Entries; e[0], e[1] = e[1], e[0] }},
		{"alter a fact", "does not say that of this stream", func(b *seal.Bundle) { item(b).Facts[1].Content[0] ^= 1 }},
		{"another's fact as the item's", "does not say that of this stream", func(b *seal.Bundle) { item(b).Facts[1] = b.Streams[1].Facts[2] }},
		{"hide and show a fact", "both hidden and shown", func(b *seal.Bundle) { b.Streams[1].Facts[0].Salt = &seal.Salt{} }},
		{"alter a payload", "payload of entry", func(b *seal.Bundle) { b.Entries[0].Payload[9] ^= 1 }},
		{"alter a payload and its hash", "is not the one in the log", func(b *seal.Bundle) {
			b.Entries[0].Payload = nil
			leaf(b, 0, func(l *seal.Leaf) { l.Payload[0] ^= 1 })
		}},
		{"back-date an entry", "is not the one in the log", func(b *seal.Bundle) { leaf(b, 1, func(l *seal.Leaf) { l.Recorded -= 86_400_000 }) }},
		{"move an entry", "is not the one in the log", func(b *seal.Bundle) { leaf(b, 0, func(l *seal.Leaf) { l.Index++ }) }},
		{"an entry after the epoch", "lies after the epoch", func(b *seal.Bundle) { leaf(b, 0, func(l *seal.Leaf) { l.Index = 99 }) }},
		{"an entry beside the question", "belongs to no stream", func(b *seal.Bundle) { b.Streams = b.Streams[1:] }},
		{"claim absence", "absence is claimed", func(b *seal.Bundle) { item(b).Facts = nil }},
		{"claim absence by an empty bucket", "does not lead to the epoch's head map", func(b *seal.Bundle) {
			item(b).Facts, item(b).Map = nil, seal.MapProof{Empty: true, Siblings: item(b).Map.Siblings}
		}},
		{"facts in an empty bucket", "claimed to be empty", func(b *seal.Bundle) { item(b).Map = seal.MapProof{Empty: true, Siblings: item(b).Map.Siblings} }},
		{"invent a fact of a stream never seen", "head map proof is of another stream", func(b *seal.Bundle) {
			never(b).Facts = b.Streams[1].Facts[:1]
			never(b).From, never(b).To, never(b).Map = 2, 9, item(b).Map
		}},
		{"rename a stream", "does not say that of this stream", func(b *seal.Bundle) { item(b).Stream = "item2" }},
		{"shallow head map", "another depth", func(b *seal.Bundle) { item(b).Map.Siblings = item(b).Map.Siblings[1:] }},
		{"head map of before", "the head map is stale", func(b *seal.Bundle) { b.Epoch, b.EpochProof = before.Epoch, before.EpochProof }},
		{"head map of another log", "the head map is not the one in the log", func(b *seal.Bundle) { b.Epoch, b.EpochProof = foreign.Epoch, foreign.EpochProof }},
		{"bent way in the head map", "does not lead to", func(b *seal.Bundle) { item(b).Map.Siblings[2][0] ^= 1 }},
		{"steps out of order", "leaves the way", func(b *seal.Bundle) { item(b).Map.Steps = append(item(b).Map.Steps, seal.MapStep{Bit: 3}) }},
		{"no witness", "cosigned by 0 of the 2", func(b *seal.Bundle) { b.Checkpoint = text(same, w.signer) }},
		{"one witness twice", "cosigned by 1 of the 2", func(b *seal.Bundle) { b.Checkpoint = text(same, w.signer, w.cosigners[0], w.cosigners[0]) }},
		{"forged witnesses", "cosigned by 0 of the 2", func(b *seal.Bundle) { b.Checkpoint = text(same, w.signer, other.cosigners[0], other.cosigners[1]) }},
		{"another key", "is not signed by", func(b *seal.Bundle) { b.Checkpoint = string(others.Checkpoint()) }},
		{"witnesses without the log", "only by witnesses", func(b *seal.Bundle) { b.Checkpoint = text(same, w.cosigners...) }},
		{"shortened log", "the head map is stale", func(b *seal.Bundle) { b.Checkpoint = before.Checkpoint }},
		{"checkpoint of another size", "the head map is stale", func(b *seal.Bundle) {
			b.Checkpoint = text(func(n *note.Note) { n.Text = strings.Replace(n.Text, "\n10\n", "\n12\n", 1) }, all...)
		}},
		{"checkpoint of another origin", "is of log", func(b *seal.Bundle) {
			b.Checkpoint = text(func(n *note.Note) { n.Text = "x" + n.Text }, all...)
		}},
		{"split view: a signed tree of another history", "the head map is not the one in the log", func(b *seal.Bundle) {
			b.Checkpoint = text(func(n *note.Note) { n.Text = foreignText(t, others, other) }, all...)
		}},
	} {
		b := clone(t, good)
		tt.do(&b)
		st, err := seal.Verify(b, w.policy)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, %v; want %q", tt.name, st, err, tt.want)
			continue
		}
		seen[err.Error()] = tt.name
	}
	t.Logf("%d messages", len(seen))
}

// foreignText returns the text of another log's checkpoint.
func foreignText(t *testing.T, s *seal.Sealer, w *world) string {
	n, err := note.Open(s.Checkpoint(), note.VerifierList(w.policy.Log))
	if err != nil {
		t.Fatal(err)
	}
	return n.Text
}

// TestBitFlips flips one bit at a time: a bundle that still passes must prove
// what it proved before.
func TestBitFlips(t *testing.T) {
	w, _, good, _ := honest(t)
	data, err := good.Encode()
	if err != nil {
		t.Fatal(err)
	}
	want, err := seal.Verify(good, w.policy)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	flips := 12_000
	if brief {
		flips = 1_000
	}
	accepted := 0
	for range flips {
		bad := bytes.Clone(data)
		bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		b, err := seal.ParseBundle(bad)
		if err != nil {
			continue
		}
		st, err := seal.Verify(b, w.policy)
		if err != nil {
			continue
		}
		accepted++
		if !reflect.DeepEqual(st, want) {
			t.Fatalf("a flipped bit changes the statement to\n%s", st)
		}
	}
	t.Logf("%d flips of %d B, %d accepted", flips, len(data), accepted)
}

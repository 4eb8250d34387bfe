package seal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// A Statement is what a bundle proves.
type Statement struct {
	Log       string
	Size      uint64    // complete up to this entry, not including it
	Time      time.Time // of the epoch, by the log's clock
	Witnesses []string  // who cosigned
	Streams   []Proven
}

// A Proven stream has these facts in the interval, and no others.
type Proven struct {
	Stream   string
	From, To uint64 // as in [Interval]
	Count    uint64 // of all facts, also outside the interval
	Facts    []ProvenFact
}

// A ProvenFact is a fact with the entry that holds it.
type ProvenFact struct {
	Leaf    Leaf
	Fact    uint32
	Content []byte
	Payload []byte // type, metadata and data, each after its length; where shown
}

// String says what is proven, in words.
func (s Statement) String() string {
	by := "unwitnessed: the log's word alone"
	if len(s.Witnesses) > 0 {
		by = "cosigned by " + strings.Join(s.Witnesses, " and ")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "complete up to entry %d of %s at %s, %s", s.Size, s.Log, s.Time.UTC().Format(time.RFC3339), by)
	for _, p := range s.Streams {
		switch {
		case p.Count == 0:
			fmt.Fprintf(&b, "\n%s: nothing is recorded", p.Stream)
		case uint64(len(p.Facts)) == p.Count:
			fmt.Fprintf(&b, "\n%s: all %d facts", p.Stream, p.Count)
		default:
			fmt.Fprintf(&b, "\n%s: %d of %d facts, all from entry %d to %d", p.Stream, len(p.Facts), p.Count, p.From, p.To)
		}
	}
	return b.String()
}

// Verify returns what the bundle proves to who trusts the policy's keys, or an
// error that says what is wrong with it. It needs nothing but its arguments.
func Verify(b Bundle, policy Policy) (Statement, error) {
	c, witnesses, err := policy.Open([]byte(b.Checkpoint))
	if err != nil {
		return Statement{}, err
	}
	e, err := ParseEpoch(b.Epoch)
	if err != nil {
		return Statement{}, err
	}
	if e.Size+1 != uint64(c.Size) {
		return Statement{}, fmt.Errorf("the head map is stale: it covers %d entries, the checkpoint %d", e.Size, c.Size)
	}
	if tlog.CheckRecord(b.EpochProof, c.Size, c.Root, int64(e.Size), tlog.RecordHash(b.Epoch)) != nil {
		return Statement{}, fmt.Errorf("the head map is not the one in the log: the epoch is not entry %d of the checkpoint's tree", e.Size)
	}
	v := verifier{c, e, map[uint64]*checked{}}
	if err := v.entries(b.Entries); err != nil {
		return Statement{}, err
	}
	st := Statement{Log: c.Origin, Size: e.Size, Time: time.UnixMilli(int64(e.Time)).UTC(), Witnesses: witnesses}
	for _, h := range b.Streams {
		p, err := v.history(h)
		if err != nil {
			return Statement{}, fmt.Errorf("%s: %w", h.Stream, err)
		}
		st.Streams = append(st.Streams, p)
	}
	for i, l := range v.leaves {
		if !l.used {
			return Statement{}, fmt.Errorf("entry %d is shown, but belongs to no stream of the proof", i)
		}
	}
	return st, nil
}

type checked struct {
	leaf    Leaf
	payload []byte
	used    bool
}

type verifier struct {
	c      Checkpoint
	e      Epoch
	leaves map[uint64]*checked
}

// entries checks that the tree holds the leaves.
func (v verifier) entries(entries []Entry) error {
	var last *Leaf
	for _, e := range entries {
		l, err := ParseLeaf(e.Leaf)
		if err != nil {
			return err
		}
		switch {
		case l.Index >= v.e.Size:
			return fmt.Errorf("entry %d lies after the epoch", l.Index)
		case last != nil && l.Index <= last.Index:
			return fmt.Errorf("entry %d is shown after entry %d", l.Index, last.Index)
		case tlog.CheckRecord(e.Proof, v.c.Size, v.c.Root, int64(l.Index), tlog.RecordHash(e.Leaf)) != nil:
			return fmt.Errorf("entry %d is not the one in the log", l.Index)
		case last != nil && l.Position <= last.Position:
			return fmt.Errorf("entry %d is of position %d, the one before of %d", l.Index, l.Position, last.Position)
		case e.Payload != nil && sha256.Sum256(e.Payload) != l.Payload:
			return fmt.Errorf("the payload of entry %d is not the one that was sealed", l.Index)
		}
		v.leaves[l.Index], last = &checked{leaf: l, payload: e.Payload}, &l
	}
	return nil
}

// history checks that the facts are all there are of the stream.
func (v verifier) history(h History) (Proven, error) {
	if h.To != 0 && h.To <= h.From {
		return Proven{}, fmt.Errorf("the interval from entry %d to %d is empty", h.From, h.To)
	}
	if len(h.Facts) == 0 && (h.From != 0 || h.To != 0) {
		return Proven{}, errors.New("an interval is given of a stream without facts")
	}
	p := Proven{Stream: h.Stream, From: h.From, To: h.To}
	head := Head{Stream: ID(h.Stream)}
	var last place
	for i, f := range h.Facts {
		at := place{f.Index, f.Fact}
		if i > 0 && (at.index < last.index || at.index == last.index && at.fact <= last.fact) {
			return p, fmt.Errorf("fact %d of entry %d is shown after fact %d of entry %d", at.fact, at.index, last.fact, last.index)
		}
		last = at
		hash, err := v.fact(h, f, &p)
		if err != nil {
			return p, err
		}
		head = head.Next(f.Index, f.Fact, hash)
	}
	p.Count = head.Count
	return p, CheckMap(int(v.e.Depth), v.e.Root, head, h.Map)
}

// fact checks one fact and returns its hash.
func (v verifier) fact(h History, f FactProof, p *Proven) (tlog.Hash, error) {
	if f.Hash != nil {
		if inside(f.Index, h.From, h.To) {
			return tlog.Hash{}, fmt.Errorf("a fact of entry %d is hidden, though it lies in the interval", f.Index)
		}
		if f.Salt != nil || f.Content != nil || f.Proof != nil {
			return tlog.Hash{}, fmt.Errorf("a fact of entry %d is both hidden and shown", f.Index)
		}
		return *f.Hash, nil
	}
	l := v.leaves[f.Index]
	switch {
	case !inside(f.Index, h.From, h.To):
		return tlog.Hash{}, fmt.Errorf("a fact of entry %d is shown, though it lies outside the interval", f.Index)
	case l == nil:
		return tlog.Hash{}, fmt.Errorf("entry %d, which holds a fact, is withheld", f.Index)
	case f.Salt == nil:
		return tlog.Hash{}, fmt.Errorf("the salt of a fact of entry %d is withheld", f.Index)
	}
	hash := factHash(*f.Salt, ID(h.Stream), f.Content)
	if tlog.CheckRecord(f.Proof, int64(l.leaf.Facts), l.leaf.FactsRoot, int64(f.Fact), hash) != nil {
		return hash, fmt.Errorf("fact %d of entry %d does not say that of this stream", f.Fact, f.Index)
	}
	l.used = true
	p.Facts = append(p.Facts, ProvenFact{l.leaf, f.Fact, f.Content, l.payload})
	return hash, nil
}

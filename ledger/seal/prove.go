package seal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// Prove returns the proof, as of the newest checkpoint, of all facts of streams
// in their intervals. cosigned is that checkpoint with witnesses' signatures;
// nil means what [Sealer.Checkpoint] returns.
func (s *Sealer) Prove(cosigned []byte, of ...Interval) (Bundle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return Bundle{}, s.failed
	}
	if s.signed == nil {
		return Bundle{}, ErrUnsealed
	}
	p := prover{s: s, entries: map[uint64]Entry{}}
	b, err := p.bundle(of)
	if err != nil {
		return Bundle{}, err
	}
	b.Checkpoint = string(s.public)
	if cosigned != nil {
		c, _, err := Policy{Log: s.cfg.Verifier}.Open(cosigned)
		if err != nil {
			return Bundle{}, err
		}
		if root, err := s.tree.root(); err != nil || c.Size != s.tree.size || c.Root != root {
			return Bundle{}, fmt.Errorf("prove as of %d entries, the newest checkpoint has %d: %w", c.Size, s.tree.size, ErrUnsealed)
		}
		b.Checkpoint = string(cosigned)
	}
	return b, nil
}

// A prover gathers one bundle; the sealer's lock is held.
type prover struct {
	s       *Sealer
	entries map[uint64]Entry
	at      int64 // number of the file held, plus 1
	records [][]byte
	events  []*ledger.Recorded
}

func (p *prover) bundle(of []Interval) (b Bundle, err error) {
	t := p.s.tree
	b.Epoch = t.tail[len(t.tail)-1].record
	if b.EpochProof, err = tlog.ProveRecord(t.size, t.size-1, t.hashes); err != nil {
		return Bundle{}, err
	}
	for _, in := range of {
		h, err := p.history(in)
		if err != nil {
			return Bundle{}, fmt.Errorf("prove %s: %w", in.Stream, err)
		}
		b.Streams = append(b.Streams, h)
	}
	for _, i := range slices.SortedFunc(maps.Keys(p.entries), cmp.Compare) {
		b.Entries = append(b.Entries, p.entries[i])
	}
	return b, nil
}

func (p *prover) history(in Interval) (History, error) {
	id := ID(in.Stream)
	h := History{Stream: in.Stream, From: in.From, To: in.To, Map: p.s.tree.heads.Prove(id)}
	places := p.s.tree.places(id)
	if len(places) == 0 {
		h.From, h.To = 0, 0 // absent is absent everywhere
	}
	for _, at := range places {
		f, err := p.fact(at, inside(at.index, in.From, in.To), in.Payloads)
		if err != nil {
			return h, err
		}
		h.Facts = append(h.Facts, f)
	}
	return h, nil
}

func inside(index, from, to uint64) bool { return index >= from && (to == 0 || index < to) }

// fact returns the proof of the fact at a place.
func (p *prover) fact(at place, shown, payload bool) (FactProof, error) {
	f := FactProof{Index: at.index, Fact: at.fact}
	r, err := p.event(at.index)
	if err != nil {
		return f, err
	}
	leaf, err := ParseLeaf(p.records[at.index%tileWidth])
	if err != nil {
		return f, err
	}
	facts, err := p.s.tree.facts(leaf.Schema, *r)
	if err != nil {
		return f, err
	}
	_, fh := factHashes(p.s.cfg.Key, r.ID, facts)
	if int(at.fact) >= len(fh) {
		return f, fmt.Errorf("fact %d of entry %d: %w", at.fact, at.index, ledger.ErrDamaged)
	}
	if !shown {
		f.Hash = &fh[at.fact]
		return f, nil
	}
	inner, err := treeOf(fh)
	if err != nil {
		return f, err
	}
	if f.Proof, err = tlog.ProveRecord(int64(len(fh)), int64(at.fact), inner); err != nil {
		return f, err
	}
	salts := newSalting(p.s.cfg.Key, r.ID)
	salt := salts.salt(int(at.fact))
	f.Salt, f.Content = &salt, facts[at.fact].Content
	return f, p.entry(at.index, r, payload)
}

// entry adds an entry to the bundle.
func (p *prover) entry(index uint64, r *ledger.Recorded, payload bool) error {
	e := p.entries[index]
	e.Leaf = p.records[index%tileWidth]
	if payload {
		e.Payload = payloadOf(r.Event)
	}
	var err error
	e.Proof, err = tlog.ProveRecord(p.s.tree.size, int64(index), p.s.tree.hashes)
	p.entries[index] = e
	return err
}

// event returns the event behind an entry.
func (p *prover) event(index uint64) (*ledger.Recorded, error) {
	if n := int64(index / tileWidth); p.at != n+1 {
		var err error
		if p.records, p.events, err = p.s.around(index); err != nil {
			return nil, err
		}
		p.at = n + 1
	}
	if r := p.events[index%tileWidth]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("entry %d is no event: %w", index, ledger.ErrDamaged)
}

// around reads the files that hold the entry at index.
func (s *Sealer) around(index uint64) ([][]byte, []*ledger.Recorded, error) {
	n := int64(index / tileWidth)
	return s.files(n, int(min(tileWidth, s.tree.size-n*tileWidth)))
}

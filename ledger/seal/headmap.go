package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"sort"

	"golang.org/x/mod/sumdb/tlog"
)

// maxDepth bounds the depth of a head map.
const maxDepth = 24

// A Head commits all facts of a stream.
type Head struct {
	Stream StreamID
	Count  uint64
	Chain  tlog.Hash // over all facts; see [Head.Next]
}

// Next returns the head after one more fact: the i'th of the entry at index.
func (h Head) Next(index uint64, i uint32, fact tlog.Hash) Head {
	var b [77]byte
	b[0] = 8
	copy(b[1:], h.Chain[:])
	binary.BigEndian.PutUint64(b[33:], index)
	binary.BigEndian.PutUint32(b[41:], i)
	copy(b[45:], fact[:])
	return Head{h.Stream, h.Count + 1, sha256.Sum256(b[:])}
}

// A HeadMap commits the heads of all streams under one hash: a perfect tree of
// 2^depth buckets, below each a radix tree that is a function of its heads.
type HeadMap struct {
	depth   int
	buckets [][]slot // sorted by stream
	nodes   []tlog.Hash
	dirty   []int  // buckets with stale slots
	marked  []bool // whether a bucket is dirty
}

// A slot holds a head, and the hash of its node unless that is stale.
type slot struct {
	Head
	node  tlog.Hash
	last  uint32 // for the map's owner; not committed
	stale bool
}

// NewHeadMap returns a map without heads.
func NewHeadMap(depth int) *HeadMap {
	m := &HeadMap{depth: depth, buckets: make([][]slot, 1<<depth), nodes: make([]tlog.Hash, 2<<depth), marked: make([]bool, 1<<depth)}
	empty := bucketRoot(nil)
	for i := range 1 << depth {
		m.nodes[1<<depth+i] = empty
	}
	for i := 1<<depth - 1; i >= 1; i-- {
		m.nodes[i] = joint(m.nodes[2*i], m.nodes[2*i+1])
	}
	return m
}

func (m *HeadMap) find(s StreamID) (bucket, at int, found bool) {
	bucket = bucketOf(m.depth, s)
	at, found = slices.BinarySearchFunc(m.buckets[bucket], s, func(h slot, s StreamID) int { return bytes.Compare(h.Stream[:], s[:]) })
	return bucket, at, found
}

// slot returns the slot of a stream, nil where there is none. It holds until
// the next call of moving.
func (m *HeadMap) slot(s StreamID) *slot {
	if b, at, found := m.find(s); found {
		return &m.buckets[b][at]
	}
	return nil
}

// moving returns the slot of a stream whose head is about to change, a new one
// where there is none.
func (m *HeadMap) moving(s StreamID) *slot {
	b, at, found := m.find(s)
	if !found {
		m.buckets[b] = slices.Insert(m.buckets[b], at, slot{Head: Head{Stream: s}})
	}
	if !m.marked[b] {
		m.marked[b] = true
		m.dirty = append(m.dirty, b)
	}
	h := &m.buckets[b][at]
	h.stale = true
	return h
}

// Head returns the head of a stream, of count 0 where the map has none.
func (m *HeadMap) Head(s StreamID) Head {
	if h := m.slot(s); h != nil {
		return h.Head
	}
	return Head{Stream: s}
}

// streams returns how many heads there are.
func (m *HeadMap) streams() (n int) {
	for _, b := range m.buckets {
		n += len(b)
	}
	return n
}

// Set replaces the head of its stream.
func (m *HeadMap) Set(h Head) { m.moving(h.Stream).Head = h }

// Root returns the hash that commits the map.
func (m *HeadMap) Root() tlog.Hash {
	slices.Sort(m.dirty)
	for i, b := range m.dirty {
		m.marked[b] = false
		for j := range m.buckets[b] {
			if h := &m.buckets[b][j]; h.stale {
				h.node, h.stale = headNode(h.Stream, headValue(h.Head)), false
			}
		}
		m.dirty[i] += 1 << m.depth
		m.nodes[m.dirty[i]] = bucketRoot(m.buckets[b])
	}
	for len(m.dirty) > 0 && m.dirty[0] > 1 { // all nodes of a level, in order
		up := m.dirty[:0]
		for _, k := range m.dirty {
			if k /= 2; len(up) == 0 || up[len(up)-1] != k {
				m.nodes[k] = joint(m.nodes[2*k], m.nodes[2*k+1])
				up = append(up, k)
			}
		}
		m.dirty = up
	}
	m.dirty = m.dirty[:0]
	return m.nodes[1]
}

// A MapStep is a fork on the way from a bucket to a head.
type MapStep struct {
	Bit     uint16
	Sibling tlog.Hash
}

// A MapProof leads from a head map's root to the one head, if any, that stands
// where a stream's head must stand.
type MapProof struct {
	Empty    bool // the bucket has no heads
	Stream   StreamID
	Value    tlog.Hash // of the head found; blinded, as it may be another's
	Steps    []MapStep // from the bucket down
	Siblings []tlog.Hash
}

// Prove returns the proof of a stream's head, or of its absence. [HeadMap.Root]
// must have been called since the last Set.
func (m *HeadMap) Prove(s StreamID) MapProof {
	var p MapProof
	bucket := bucketOf(m.depth, s)
	hs := m.buckets[bucket]
	for len(hs) > 1 {
		bit, at := split(hs)
		near, far := hs[:at], hs[at:]
		if bitOf(s, bit) == 1 {
			near, far = far, near
		}
		p.Steps = append(p.Steps, MapStep{uint16(bit), bucketRoot(far)})
		hs = near
	}
	if p.Empty = len(hs) == 0; !p.Empty {
		p.Stream, p.Value = hs[0].Stream, headValue(hs[0].Head)
	}
	for k := 1<<m.depth + bucket; k > 1; k /= 2 {
		p.Siblings = append(p.Siblings, m.nodes[k^1])
	}
	return p
}

// CheckMap returns nil if under root h is the head of its stream, where
// h.Count 0 means that the stream has none.
func CheckMap(depth int, root tlog.Hash, h Head, p MapProof) error {
	if depth > maxDepth || len(p.Siblings) != depth {
		return errors.New("head map proof has another depth than the map")
	}
	var cur tlog.Hash
	switch {
	case p.Empty && (h.Count != 0 || len(p.Steps) > 0 || p.Stream != StreamID{} || p.Value != tlog.Hash{}):
		return errors.New("facts are shown of a stream whose bucket is claimed to be empty")
	case p.Empty:
		cur = bucketRoot(nil)
	case h.Count == 0 && p.Stream == h.Stream:
		return errors.New("absence is claimed of a stream that the head map holds")
	case h.Count > 0 && p.Stream != h.Stream:
		return errors.New("the head map proof is of another stream")
	case h.Count > 0 && p.Value != headValue(h):
		return errors.New("the facts shown are not all there are: they do not lead to the committed head")
	case bucketOf(depth, p.Stream) != bucketOf(depth, h.Stream):
		return errors.New("the head map proof ends in another bucket")
	default:
		var err error
		if cur, err = climb(depth, h.Stream, p); err != nil {
			return err
		}
	}
	k := 1<<depth + bucketOf(depth, h.Stream)
	for _, s := range p.Siblings {
		if k&1 == 0 {
			cur = joint(cur, s)
		} else {
			cur = joint(s, cur)
		}
		k /= 2
	}
	if cur != root {
		return errors.New("the head map proof does not lead to the epoch's head map")
	}
	return nil
}

// climb returns the root of the bucket below which p's head stands.
func climb(depth int, s StreamID, p MapProof) (tlog.Hash, error) {
	cur := headNode(p.Stream, p.Value)
	last := 256
	for _, step := range slices.Backward(p.Steps) {
		bit := int(step.Bit)
		if bit >= last || bit < depth || bitOf(s, bit) != bitOf(p.Stream, bit) {
			return cur, errors.New("the head map proof leaves the way to the stream")
		}
		last = bit
		if bitOf(s, bit) == 0 {
			cur = fork(bit, cur, step.Sibling)
		} else {
			cur = fork(bit, step.Sibling, cur)
		}
	}
	return cur, nil
}

func bitOf(s StreamID, i int) int { return int(s[i>>3]>>(7-i&7)) & 1 }

func bucketOf(depth int, s StreamID) int {
	return int(uint64(binary.BigEndian.Uint32(s[:4])) >> (32 - depth))
}

// split returns the first bit in which heads differ, and the first with 1 there.
func split(hs []slot) (bit, at int) {
	first, last := hs[0].Stream, hs[len(hs)-1].Stream
	for bitOf(first, bit) == bitOf(last, bit) {
		bit++
	}
	return bit, sort.Search(len(hs), func(i int) bool { return bitOf(hs[i].Stream, bit) == 1 })
}

func bucketRoot(hs []slot) tlog.Hash {
	switch len(hs) {
	case 0:
		return sha256.Sum256([]byte{7})
	case 1:
		return hs[0].node
	}
	bit, at := split(hs)
	return fork(bit, bucketRoot(hs[:at]), bucketRoot(hs[at:]))
}

// The first byte of what is hashed tells the nodes of a head map apart.

func joint(a, b tlog.Hash) tlog.Hash {
	var x [65]byte
	x[0] = 3
	copy(x[1:], a[:])
	copy(x[33:], b[:])
	return sha256.Sum256(x[:])
}

func headValue(h Head) tlog.Hash {
	var x [41]byte
	x[0] = 4
	binary.BigEndian.PutUint64(x[1:], h.Count)
	copy(x[9:], h.Chain[:])
	return sha256.Sum256(x[:])
}

func headNode(s StreamID, v tlog.Hash) tlog.Hash {
	var x [65]byte
	x[0] = 5
	copy(x[1:], s[:])
	copy(x[33:], v[:])
	return sha256.Sum256(x[:])
}

func fork(bit int, a, b tlog.Hash) tlog.Hash {
	var x [67]byte
	x[0] = 6
	binary.BigEndian.PutUint16(x[1:], uint16(bit))
	copy(x[3:], a[:])
	copy(x[35:], b[:])
	return sha256.Sum256(x[:])
}

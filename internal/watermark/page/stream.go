package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// stream is the sequence of numbers that a key and a label give: SHA-256 in
// counter mode. It is the same on every machine.
type stream struct {
	key  []byte
	next uint64
	rest []byte
}

func newStream(key []byte, label string) *stream {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("waymark page " + label))
	return &stream{key: m.Sum(nil)}
}

func (s *stream) uint32() uint32 {
	if len(s.rest) < 4 {
		block := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte{}, s.key...), s.next))
		s.next++
		s.rest = block[:]
	}
	v := binary.BigEndian.Uint32(s.rest)
	s.rest = s.rest[4:]
	return v
}

// unit is a number from 0 up to but not including 1.
func (s *stream) unit() float64 { return float64(s.uint32()) / (1 << 32) }

// permutation is an order of the numbers below n.
func (s *stream) permutation(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := int(uint64(s.uint32()) * uint64(i+1) >> 32)
		p[i], p[j] = p[j], p[i]
	}
	return p
}

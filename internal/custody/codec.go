package custody

import "encoding/binary"

// append48 appends the low 48 bits of v: every GTIN and GLN fits.
func append48(b []byte, v uint64) []byte {
	return append(b, byte(v>>40), byte(v>>32), byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// code returns the number under which v is stored: its place in list, from 1.
func code[T comparable](list []T, v T) byte {
	for i, x := range list {
		if x == v {
			return byte(i + 1)
		}
	}
	return 0
}

func decode[T comparable](r *reader, list []T, c byte) (v T) {
	if int(c) > len(list) {
		r.bad = true
		return v
	}
	if c > 0 {
		v = list[c-1]
	}
	return v
}

// reader takes a stored value apart; bad is set once it was too short.
type reader struct {
	b   []byte
	in  Intern
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || len(r.b) < n {
		r.bad, r.b = true, nil
		return make([]byte, max(0, min(n, 16)))
	}
	t := r.b[:n]
	r.b = r.b[n:]
	return t
}

func (r *reader) byte() byte     { return r.take(1)[0] }
func (r *reader) uint16() uint16 { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) uint64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }

func (r *reader) uint48() uint64 {
	t := r.take(6)
	return uint64(t[0])<<40 | uint64(t[1])<<32 | uint64(binary.BigEndian.Uint32(t[2:]))
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) string() string {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return ""
	}
	return r.in.of(r.take(int(n)))
}

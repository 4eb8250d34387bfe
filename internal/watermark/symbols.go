package watermark

import "strings"

// Tokens and claims are written in Crockford's base 32: no I, L, O or U, which
// are misread; small letters, and I, L and O for the digits that they look like,
// are read too.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// symbolOf is the value of a letter, or −1.
func symbolOf(c rune) int {
	switch {
	case c >= 'a' && c <= 'z':
		c -= 'a' - 'A'
	case c >= '０' && c <= '９': // as Chinese keyboards type them
		c -= '０' - '0'
	case c >= 'Ａ' && c <= 'Ｚ':
		c -= 'Ａ' - 'A'
	}
	switch c {
	case 'O':
		return 0
	case 'I', 'L':
		return 1
	}
	return strings.IndexRune(alphabet, c)
}

// symbols cuts bytes into values of five bits, the last filled with zeros.
func symbols(b []byte) (out []byte) {
	var acc, n uint
	for _, v := range b {
		acc, n = acc<<8|uint(v), n+8
		for ; n >= 5; n -= 5 {
			out = append(out, byte(acc>>(n-5)&31))
		}
	}
	if n > 0 {
		out = append(out, byte(acc<<(5-n)&31))
	}
	return out
}

// octets is the reverse of symbols; bits that do not fill a byte must be zero.
func octets(symbols []byte) (out []byte, ok bool) {
	var acc, n uint
	for _, s := range symbols {
		acc, n = acc<<5|uint(s), n+5
		if n >= 8 {
			out = append(out, byte(acc>>(n-8)))
			n -= 8
		}
	}
	return out, n < 5 && acc&(1<<n-1) == 0
}

// written writes values as letters.
func written(symbols []byte) string {
	var s strings.Builder
	for _, v := range symbols {
		s.WriteByte(alphabet[v])
	}
	return s.String()
}

// Check symbols are those of a Reed–Solomon code over the field of 32 elements
// (x⁵+x²+1): they show every one or two wrong letters and every transposition of
// two, wherever they are.
const checkSymbols = 2

// times multiplies in the field.
func times(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 > 0 {
			p ^= a
		}
		if a <<= 1; a&32 > 0 {
			a ^= 0b100101
		}
	}
	return p
}

// checks are the check symbols of values: what is left when they, as a
// polynomial, are divided by (x−2)(x−4) = x²+6x+8.
func checks(values []byte) [checkSymbols]byte {
	var r [checkSymbols]byte
	for _, v := range values {
		f := v ^ r[0]
		r[0] = r[1] ^ times(f, 6)
		r[1] = times(f, 8)
	}
	return r
}

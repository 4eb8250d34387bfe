package gs1

import "strconv"

// A reader reads fields of one input, so that a fault is named by its place in it.
type reader struct {
	in       string
	escape   byte // '%' in URIs, '\\' in bracketed element strings, else 0
	anyCheck bool // take check digits as they are
}

func (r *reader) fault(at int, f Fault, format string, args ...any) *Error {
	return fault(r.in, at, f, format, args...)
}

// label names a field in a fault: an AI in brackets, anything else as it is.
func label(what string) string {
	if numeric.all(what) {
		return "(" + what + ")"
	}
	return what
}

// number reads in[from:to] as digits; there are at most 18.
func (r *reader) number(what string, from, to int) (n uint64, _ *Error) {
	for i := from; i < to; i++ {
		if !numeric.has(r.in[i]) {
			return 0, r.fault(i, FaultCharacter, "%s has %s, want a digit", label(what), character(r.in, i))
		}
		n = n*10 + uint64(r.in[i]-'0')
	}
	return n, nil
}

// check verifies the check digit of n, which stands at the given place.
func (r *reader) check(what string, n uint64, at int) *Error {
	if want := CheckDigit(n / 10); !r.anyCheck && int(n%10) != want {
		return r.fault(at, FaultCheckDigit, "check digit of %s is %d, want %d", label(what), n%10, want)
	}
	return nil
}

// text reads in[from:to], unescaped once, as at most max characters of set.
func (r *reader) text(what string, from, to, max int, set charset) (string, *Error) {
	plain := true
	count := 0
	for i := from; i < to; i++ {
		c, at := r.in[i], i
		if c == r.escape && r.escape != 0 {
			plain = false
			var err *Error
			if c, i, err = r.unescape(what, i, to); err != nil {
				return "", err
			}
		}
		if !set.has(c) {
			return "", r.fault(at, FaultCharacter, "%s has %s, which is not %s", label(what), r.shown(c, at), set)
		}
		if count++; count > max {
			return "", r.fault(at, FaultLength, "%s has more than %d characters", label(what), max)
		}
	}
	if plain {
		return r.in[from:to], nil
	}
	b := make([]byte, 0, count)
	for i := from; i < to; i++ {
		c := r.in[i]
		if c == r.escape {
			c, i, _ = r.unescape(what, i, to)
		}
		b = append(b, c)
	}
	return string(b), nil
}

// shown names the character that was found at a place, escaped or not.
func (r *reader) shown(c byte, at int) string {
	if r.in[at] == c {
		return character(r.in, at)
	}
	return character(string([]byte{c}), 0)
}

// unescape reads the escape at in[at] and returns the place of its last byte.
func (r *reader) unescape(what string, at, to int) (c byte, last int, _ *Error) {
	if r.escape == '\\' {
		if at+1 < to {
			return r.in[at+1], at + 1, nil
		}
		return 0, 0, r.fault(at, FaultSyntax, `%s ends in \`, label(what))
	}
	if at+2 < to {
		if b, err := strconv.ParseUint(r.in[at+1:at+3], 16, 8); err == nil && r.in[at+1] != '+' {
			return byte(b), at + 2, nil
		}
	}
	return 0, 0, r.fault(at, FaultSyntax, "%s has %% without two hexadecimal digits", label(what))
}

// either writes widths as "8, 12 or 13".
func either(widths []int) string {
	s := ""
	for i, w := range widths {
		switch {
		case i > 0 && i == len(widths)-1:
			s += " or "
		case i > 0:
			s += ", "
		}
		s += strconv.Itoa(w)
	}
	return s
}

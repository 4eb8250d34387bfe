package gs1

import "strings"

// urn reads an EPC URN. It reports false, and no fault, for one that has no
// Digital Link: another scheme, or a pattern wider than one class.
func (r *reader) urn() (k Kind, n uint64, ext string, found bool, _ *Error) {
	space, rest, ok := strings.Cut(r.in[len(urnStem):], ":")
	name, _, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 {
		return 0, 0, "", false, r.fault(len(urnStem), FaultSyntax, "EPC URN has no scheme")
	}
	k = urnKind(space, name)
	if k == KindNone {
		return 0, 0, "", false, nil
	}
	at := len(urnStem) + len(space) + len(name) + 2
	pattern := space == patternSpace
	if pattern && strings.Contains(r.in[at:], ".*.") || pattern && r.in[at:] == "*" {
		return 0, 0, "", false, nil
	}
	if schemes[k].digits == 0 {
		ext, err := r.textURN(k, at, pattern)
		return k, 0, ext, err == nil, err
	}
	n, ext, err := r.numberURN(k, at, pattern)
	if pattern && (k == KindSGTIN || k == KindUPUI) {
		k = KindGTIN
	}
	return k, n, ext, err == nil, err
}

func urnKind(space, name string) Kind {
	for k := range schemes {
		s := &schemes[k]
		if s.ai == "" || !strings.EqualFold(s.name, name) || name != strings.ToLower(name) {
			continue
		}
		switch Kind(k) {
		case KindLGTIN:
			if space == classSpace {
				return Kind(k)
			}
		case KindGTIN, KindLITIP:
		case KindSGTIN, KindUPUI, KindGRAI, KindGDTI, KindSGCN, KindCPI, KindITIP:
			if space == "id" || space == patternSpace {
				return Kind(k)
			}
		default:
			if space == "id" {
				return Kind(k)
			}
		}
	}
	return KindNone
}

// component returns the end of the URN component that begins at from.
func (r *reader) component(from int) int {
	if n := strings.IndexByte(r.in[from:], '.'); n >= 0 {
		return from + n
	}
	return len(r.in)
}

// prefix reads the GS1 Company Prefix at from and returns its end, a dot.
func (r *reader) prefix(from int) (int, *Error) {
	end := r.component(from)
	if _, err := r.number("company prefix", from, min(end, from+18)); err != nil {
		return 0, err
	}
	if n := end - from; n < prefixMin || n > prefixMax {
		return 0, r.fault(from, FaultLength, "company prefix has %d digits, want 6 to 12", n)
	}
	if end == len(r.in) {
		return 0, r.fault(end, FaultSyntax, "nothing follows the company prefix")
	}
	return end, nil
}

// numberURN reads prefix.reference[.piece.total][.extension] and closes the
// number with its check digit.
func (r *reader) numberURN(k Kind, at int, pattern bool) (n uint64, ext string, _ *Error) {
	s := &schemes[k]
	dot, err := r.prefix(at)
	if err != nil {
		return 0, "", err
	}
	from, to := dot+1, r.component(dot+1)
	want := s.check - 1 - (dot - at)
	if s.zero {
		want--
	}
	if to-from != want {
		return 0, "", r.fault(from, FaultLength, "reference of %s has %d digits, want %d after this prefix", s.name, to-from, want)
	}
	if _, err := r.number("reference", from, to); err != nil {
		return 0, "", err
	}
	digits := r.in[from:from+s.lead] + r.in[at:dot] + r.in[from+s.lead:to]
	n, _ = (&reader{in: digits}).number("", 0, len(digits))
	if n == 0 {
		return 0, "", r.fault(at, FaultSyntax, "%s is all zeros", s.name)
	}
	n = n*10 + uint64(CheckDigit(n))
	if k == KindITIP {
		if to+6 > len(r.in) || r.in[to+3] != '.' || !numeric.all(r.in[to+1:to+3]+r.in[to+4:to+6]) {
			return 0, "", r.fault(to, FaultSyntax, "ITIP wants .piece.total of two digits each")
		}
		pieces, _ := r.number("", to+1, to+3)
		total, _ := r.number("", to+4, to+6)
		n, to = n*1e4+pieces*100+total, to+6
	}
	ext, err = r.urnExtension(s, k, to, pattern)
	return n, ext, err
}

func (r *reader) urnExtension(s *scheme, k Kind, to int, pattern bool) (string, *Error) {
	if s.max == 0 {
		if to < len(r.in) {
			return "", r.fault(to, FaultLength, "%s has too many components", s.name)
		}
		return "", nil
	}
	if to+1 >= len(r.in) || r.in[to] != '.' {
		return "", r.fault(to, FaultLength, "%s has no serial", s.name)
	}
	if pattern {
		if r.in[to+1:] != "*" {
			return "", r.fault(to+1, FaultSyntax, "pattern ends in %q, want *", r.in[to+1:])
		}
		return "", nil
	}
	if k == KindSGLN && r.in[to+1:] == noExtension {
		return "", nil
	}
	return r.urnText(s.name+" serial", to+1, len(r.in), s.max, s.set)
}

// urnText reads a component and refuses characters that a URN must escape.
func (r *reader) urnText(what string, from, to, max int, set charset) (string, *Error) {
	for i := from; i < to; i++ {
		if c := r.in[i]; c != '%' && !urnSafe.has(c) {
			return "", r.fault(i, FaultCharacter, "%s has %s, which an EPC URN does not hold", what, character(r.in, i))
		}
	}
	return r.text(what, from, to, max, set)
}

// textURN reads prefix.reference of a GIAI or GINC, prefix.reference.serial of a CPI.
func (r *reader) textURN(k Kind, at int, pattern bool) (string, *Error) {
	s := &schemes[k]
	dot, err := r.prefix(at)
	if err != nil {
		return "", err
	}
	end := len(r.in)
	if k == KindCPI {
		if end = r.component(dot + 1); end+1 >= len(r.in) {
			return "", r.fault(end, FaultLength, "CPI has no serial")
		}
	}
	ref, err := r.urnText(s.name, dot+1, end, s.max-(dot-at), s.set)
	if err != nil {
		return "", err
	}
	if ref == "" {
		return "", r.fault(dot+1, FaultLength, "%s has no reference", s.name)
	}
	ref = r.in[at:dot] + ref
	if k != KindCPI || pattern && r.in[end+1:] == "*" {
		return ref, nil
	}
	serial, err := r.text("CPI serial", end+1, len(r.in), cpiSerialMax, numeric)
	if err != nil {
		return "", err
	}
	return ref + string(cpiSeparator) + serial, nil
}

package gs1

// key reads a primary key and the most specific of its qualifiers.
func (r *reader) key(key element, quals []element) (Kind, uint64, string, *Error) {
	kinds := kindsOf[key.ai]
	k, qual := kinds[len(kinds)-1], element{}
pick:
	for _, kind := range kinds {
		for _, q := range quals {
			if q.ai == schemes[kind].qual {
				k, qual = kind, q
				break pick
			}
		}
	}
	s := &schemes[k]
	n, ext, err := r.primary(s, key)
	if err != nil {
		return 0, 0, "", err
	}
	switch {
	case qual.ai != "":
		if ext, err = r.value(qual, s.max, s.set); err != nil {
			return 0, 0, "", err
		}
		if k == KindSGLN && ext == noExtension {
			ext = ""
		}
	case k == KindCPI:
		for _, q := range quals {
			if q.ai == cpiSerialAI {
				serial, err := r.value(q, cpiSerialMax, numeric)
				return k, n, ext + string(cpiSeparator) + serial, err
			}
		}
	}
	return k, n, ext, nil
}

// value reads the value of a qualifier, which is never empty.
func (r *reader) value(e element, max int, set charset) (string, *Error) {
	if e.to == e.from {
		return "", r.fault(e.from, FaultLength, "(%s) is empty", e.ai)
	}
	return r.text(e.ai, e.from, e.to, max, set)
}

// primary reads the number of a key and the extension that directly follows it.
func (r *reader) primary(s *scheme, e element) (uint64, string, *Error) {
	what := e.ai
	if s.digits == 0 {
		ext, err := r.value(e, s.max, s.set)
		return 0, ext, err
	}
	width := e.to - e.from
	short := s.ai == "01" && r.escape == '%' && (width == 8 || width == 12 || width == 13)
	if !short && (width < s.digits || width > s.digits && !s.attached()) {
		return 0, "", r.fault(e.from, FaultLength, "(%s) has %d characters, want %d", what, width, s.digits)
	}
	end := min(e.from+s.digits, e.to)
	n, err := r.number(what, e.from, end)
	if err != nil {
		return 0, "", err
	}
	head, at := n, end-1
	for range s.digits - s.check {
		head, at = head/10, at-1
	}
	if err := r.check(what, head, at); err != nil {
		return 0, "", err
	}
	if head == 0 {
		return 0, "", r.fault(e.from, FaultSyntax, "(%s) is all zeros", what)
	}
	if s.zero && r.in[e.from] != '0' {
		return 0, "", r.fault(e.from, FaultCharacter, "(%s) begins with %s, want 0", what, character(r.in, e.from))
	}
	if end == e.to {
		return n, "", nil
	}
	ext, err := r.text(what, end, e.to, s.max, s.set)
	return n, ext, err
}

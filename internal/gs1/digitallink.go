package gs1

import "strings"

// canonicalStem begins every canonical Digital Link.
const canonicalStem = "https://id.gs1.org/"

// DigitalLink returns the canonical Digital Link of the item, such as
// https://id.gs1.org/01/09521234100010/21/A1, or the URI of any other item.
func (it Item) DigitalLink() string {
	if it.Kind() == KindOther {
		return string(it[1:])
	}
	var b [96]byte
	return string(it.appendLink(b[:0]))
}

func (it Item) appendLink(b []byte) []byte {
	s, ok := it.scheme()
	if !ok {
		if it.Kind() == KindOther {
			return append(b, it[1:]...)
		}
		return b
	}
	b = append(append(append(b, canonicalStem...), s.ai...), '/')
	if s.digits > 0 {
		b = appendDigits(b, it.number(), s.digits)
	}
	ext, serial := it.extension(), ""
	if it.Kind() == KindCPI {
		ext, serial, _ = strings.Cut(ext, string(cpiSeparator))
	}
	if ext != "" && s.qual != "" {
		b = append(append(append(b, '/'), s.qual...), '/')
	}
	b = appendEscaped(b, ext, linkSafe)
	if serial != "" {
		b = append(append(b, "/"+cpiSerialAI+"/"...), serial...)
	}
	return b
}

// shortNames are the convenience alphas of DL 1.1, still met in the field.
var shortNames = map[string]string{
	"gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417", "gsrnp": "8017",
	"gsrn": "8018", "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402",
	"grai": "8003", "giai": "8004", "cpv": "22", "lot": "10", "ser": "21", "tpx": "235", "glnx": "254",
	"cpsn": "8011", "srin": "8019",
}

// link reads a Digital Link of any domain. It reports false, and no fault, for a
// web address that is not one.
//
// The path is read from its end in pairs until a pair is a primary key, since the
// stem may have segments of its own; the query string holds no part of an identity.
func (r *reader) link(stem int) (element, []element, bool, *Error) {
	end := len(r.in)
	if i := strings.IndexAny(r.in, "?#"); i >= 0 {
		end = i
	}
	slash := strings.IndexByte(r.in[stem:end], '/')
	if slash < 0 {
		return element{}, nil, false, nil
	}
	root := stem + slash
	canonical := strings.EqualFold(r.in[stem:root], "id.gs1.org")
	if end > root+1 && r.in[end-1] == '/' {
		end--
	}
	var quals []element
	for end > root {
		mid := strings.LastIndexByte(r.in[root:end], '/') + root
		start := strings.LastIndexByte(r.in[root:max(mid, root)], '/') + root
		if mid <= root || start < root {
			break
		}
		e := element{ai: r.in[start+1 : mid], at: start + 1, from: mid + 1, to: end}
		if ai, ok := shortNames[e.ai]; ok {
			e.ai = ai
		}
		if kindsOf[e.ai] != nil && (canonical || r.keyShaped(e)) {
			return e, quals, true, nil
		}
		if !qualifier(e.ai) {
			break
		}
		for _, q := range quals {
			if q.ai == e.ai {
				return e, nil, false, r.fault(q.at, FaultAmbiguous, "(%s) stands twice in the path", e.ai)
			}
		}
		quals = append(quals, e)
		end = start
	}
	if canonical {
		return element{}, nil, false, r.fault(root, FaultSyntax, "no GS1 key in the path")
	}
	return element{}, nil, false, nil
}

// keyShaped reports whether an element of a foreign path is meant as a GS1 key:
// every key begins with four digits at least.
func (r *reader) keyShaped(e element) bool {
	return e.to-e.from > 4 && numeric.all(r.in[e.from:e.from+4])
}

// qualifier reports whether an AI may follow a primary key in a path of DL.
func qualifier(ai string) bool {
	switch ai {
	case "22", "10", "21", "235", "254", cpiSerialAI, "8019":
		return true
	}
	return false
}

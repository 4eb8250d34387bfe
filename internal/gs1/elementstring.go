package gs1

import "strings"

// An element is an AI and the place of its value in the input.
type element struct {
	ai       string
	at       int // where the AI stands
	from, to int
}

const groupSeparator = '\x1d' // FNC1 as scanners send it, GenSpecs §7.8

// ElementString returns the bracketed element string, such as
// (01)09521234100010(21)A1. An opening bracket within a value is written \(.
// Items that are no GS1 key have none.
func (it Item) ElementString() string {
	s, ok := it.scheme()
	if !ok {
		return ""
	}
	b := make([]byte, 0, len(it)+s.digits+20)
	b = append(append(append(b, '('), s.ai...), ')')
	if s.digits > 0 {
		b = appendDigits(b, it.number(), s.digits)
	}
	ext, serial := it.extension(), ""
	if it.Kind() == KindCPI {
		ext, serial, _ = strings.Cut(ext, string(cpiSeparator))
	}
	if ext != "" && s.qual != "" {
		b = append(append(append(b, '('), s.qual...), ')')
	}
	b = append(b, strings.ReplaceAll(ext, "(", `\(`)...)
	if serial != "" {
		b = append(append(b, "("+cpiSerialAI+")"...), serial...)
	}
	return string(b)
}

// aiWidth returns how many digits the AI has whose first two digits are given,
// GenSpecs figure 3.2-1; 0 when none begins so.
func aiWidth(a, b byte) int {
	switch two := int(a-'0')*10 + int(b-'0'); {
	case two <= 4, two >= 10 && two <= 22, two == 30, two == 37, two >= 90:
		return 2
	case two >= 23 && two <= 25, two >= 40 && two <= 42, two == 71:
		return 3
	case two >= 31 && two <= 36, two == 39, two == 43, two == 70, two == 72, two >= 80 && two <= 82:
		return 4
	}
	return 0
}

// predefined returns the width of values that need no separator after them, by
// the first two digits of their AI, GenSpecs figure 7.8.5-2; 0 for the others.
func predefined(ai string) int {
	switch two := int(ai[0]-'0')*10 + int(ai[1]-'0'); {
	case two == 0:
		return 18
	case two <= 3:
		return 14
	case two == 4:
		return 16
	case two >= 11 && two <= 19:
		return 6
	case two == 20:
		return 2
	case two >= 31 && two <= 36:
		return 6
	case two == 41:
		return 13
	}
	return 0
}

// maxValue is the longest value of any AI.
const maxValue = 90

// bracketed reads "(01)…(21)…".
func (r *reader) bracketed() ([]element, *Error) {
	var es []element
	for i := 0; i < len(r.in); {
		if r.in[i] != '(' {
			return nil, r.fault(i, FaultSyntax, "got %s, want ( and an AI", character(r.in, i))
		}
		closing := strings.IndexByte(r.in[i:], ')')
		if closing < 0 {
			return nil, r.fault(i, FaultSyntax, "( is not closed")
		}
		e := element{ai: r.in[i+1 : i+closing], at: i + 1, from: i + closing + 1}
		if n := len(e.ai); n < 2 || !numeric.all(e.ai) || aiWidth(e.ai[0], e.ai[1]) != n {
			return nil, r.fault(e.at, FaultSyntax, "%q is not an AI", e.ai)
		}
		for e.to = e.from; e.to < len(r.in) && r.in[e.to] != '('; e.to++ {
			if r.in[e.to] == '\\' {
				e.to++
			}
		}
		e.to = min(e.to, len(r.in))
		i = e.to
		es = append(es, e)
	}
	return es, nil
}

// scanned reads in[from:], raw data of a GS1 symbol: AIs and values without
// brackets, values of open length ended by a group separator or the end.
func (r *reader) scanned(from int) ([]element, *Error) {
	var es []element
	for i := from; i < len(r.in); {
		if r.in[i] == groupSeparator {
			i++
			continue
		}
		e, err := r.nextScanned(i)
		if err != nil {
			return nil, err
		}
		i = e.to
		es = append(es, e)
	}
	return es, nil
}

func (r *reader) nextScanned(i int) (element, *Error) {
	if i+2 > len(r.in) || !numeric.all(r.in[i:i+2]) {
		return element{}, r.fault(i, FaultSyntax, "got %s, want an AI", character(r.in, i))
	}
	w := aiWidth(r.in[i], r.in[i+1])
	if w == 0 || i+w > len(r.in) || !numeric.all(r.in[i:i+w]) {
		return element{}, r.fault(i, FaultSyntax, "%q begins no AI: brackets or a symbology identifier are wanting", r.in[i:i+2])
	}
	e := element{ai: r.in[i : i+w], at: i, from: i + w, to: len(r.in)}
	if n := strings.IndexByte(r.in[e.from:], groupSeparator); n >= 0 {
		e.to = e.from + n
	}
	if n := predefined(e.ai); n > 0 {
		if e.to-e.from < n {
			return element{}, r.fault(e.from, FaultLength, "(%s) has %d characters, want %d", e.ai, e.to-e.from, n)
		}
		e.to = e.from + n
	}
	return e, nil
}

// primaries are the AIs that may identify the object of an element string. Those
// of the first row never stand beside one another; those of the second also say
// something about an object of the first: its consignment, its ship-from.
var primaries = [2][]string{
	{"00", "01", "8006", "8003", "8004", "8010", "8017", "8018", "253", "255"},
	{"402", "401", "414", "417"},
}

// identify picks from an element string the key of the object and its qualifiers.
func (r *reader) identify(es []element) (key element, quals []element, _ *Error) {
	for i, e := range es {
		if e.to == e.from {
			return key, nil, r.fault(e.from, FaultLength, "(%s) is empty", e.ai)
		}
		if _, err := r.text(e.ai, e.from, e.to, maxValue, set82|set39); err != nil {
			return key, nil, err
		}
		for _, f := range es[:i] {
			if f.ai == e.ai && r.in[f.from:f.to] != r.in[e.from:e.to] {
				return key, nil, r.fault(e.at, FaultAmbiguous, "(%s) has two values", e.ai)
			}
		}
		if qualifier(e.ai) {
			quals = append(quals, e)
		}
	}
	for _, row := range primaries {
		for _, ai := range row {
			for _, e := range es {
				if e.ai != ai || key.ai == ai {
					continue
				}
				if key.ai != "" {
					return key, nil, r.fault(e.at, FaultAmbiguous, "both (%s) and (%s) name an object", key.ai, ai)
				}
				key = e
			}
		}
		if key.ai != "" {
			return key, quals, nil
		}
	}
	return key, nil, r.fault(0, FaultSyntax, "no AI of a GS1 key: a bare number does not say which key it is")
}

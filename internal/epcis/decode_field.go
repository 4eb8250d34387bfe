package epcis

import "fmt"

func (x *eventReader) epcList() []string {
	var out []string
	at, n := x.array("an array of URIs", func(int) {
		if x.epcs++; x.epcs > x.limits.EPCs {
			x.skip()
			return
		}
		if s := x.epc(); s != "" {
			if out == nil {
				out = make([]string, 0, 8)
			}
			out = append(out, s)
		}
	})
	if n < 0 {
		return nil
	}
	if s := repeated(out); s != "" {
		x.fault(at, shown(s)+" twice", "each EPC once")
	}
	if x.epcs > x.limits.EPCs {
		x.fault(at, fmt.Sprintf("%d EPCs in one event", x.epcs), fmt.Sprintf("at most %d", x.limits.EPCs))
	}
	if out == nil {
		return []string{}
	}
	return out
}

func (x *eventReader) quantities() []QuantityElement {
	out := []QuantityElement{}
	x.array("an array of quantity elements", func(int) {
		var q QuantityElement
		at, ok := x.object("a quantity element", func(name string) {
			switch name {
			case "epcClass":
				q.EPCClass = x.epc()
			case "quantity":
				q.Quantity = x.number()
			case "uom":
				const want = "a unit code of UN/ECE Recommendation 20"
				s, at, ok := x.text(want)
				if ok && !unitOfMeasure(s) {
					x.fault(at, shown(s), want)
				}
				q.UOM = s
			default:
				x.unknown(name, "epcClass, quantity or uom")
			}
		})
		if x.epcs++; ok && q.EPCClass == "" {
			x.missing(at, "epcClass", wantURI)
		}
		out = append(out, q)
	})
	return out
}

func (x *eventReader) location() (l Location) {
	at, ok := x.object("an object with an id", func(name string) {
		if name == "id" {
			l.ID = x.id()
			return
		}
		x.extension(name, "id", &l.Extensions)
	})
	if ok && l.ID == "" {
		x.missing(at, "id", wantURI)
	}
	return l
}

func (x *eventReader) bizTransactions() []BizTransaction {
	out := []BizTransaction{}
	x.array("an array of business transactions", func(int) {
		var b BizTransaction
		at, ok := x.object("a business transaction", func(name string) {
			switch name {
			case "type":
				b.Type = x.word(bizTransactionTypes)
			case "bizTransaction":
				b.ID = x.id()
			default:
				x.unknown(name, "type or bizTransaction")
			}
		})
		if ok && b.ID == "" {
			x.missing(at, "bizTransaction", wantURI)
		}
		out = append(out, b)
	})
	return out
}

func (x *eventReader) parties(end string) []Party {
	out := []Party{}
	x.array("an array of objects with a type and a party", func(int) {
		var p Party
		at, ok := x.object("an object with a type and a party", func(name string) {
			switch name {
			case "type":
				p.Type = x.word(partyTypes)
			case end:
				p.ID = x.id()
			default:
				x.unknown(name, "type or "+end)
			}
		})
		if ok && p.Type == "" {
			x.missing(at, "type", partyTypes.want)
		}
		if ok && p.ID == "" {
			x.missing(at, end, wantURI)
		}
		out = append(out, p)
	})
	return out
}

func (x *eventReader) persistentDisposition() *PersistentDisposition {
	var p PersistentDisposition
	at, ok := x.object("an object with set or unset", func(name string) {
		switch name {
		case "set":
			p.Set = x.words(dispositions)
		case "unset":
			p.Unset = x.words(dispositions)
		default:
			x.unknown(name, "set or unset")
		}
	})
	if ok && p.Set == nil && p.Unset == nil {
		x.fault(at, "neither set nor unset", "one of them")
	}
	return &p
}

// words reads a list of at least one value of a vocabulary, none twice.
func (x *eventReader) words(v *vocabulary) []string {
	out := []string{}
	at, n := x.array("an array of values", func(int) {
		if w := x.word(v); w != "" {
			out = append(out, w)
		}
	})
	if n == 0 {
		x.fault(at, "an empty array", "at least one value")
	}
	if s := repeated(out); s != "" {
		x.fault(at, shown(s)+" twice", "each value once")
	}
	return out
}

func (x *eventReader) errorDeclaration() *ErrorDeclaration {
	var d ErrorDeclaration
	timed := false
	at, ok := x.object("an error declaration", func(name string) {
		switch name {
		case "declarationTime":
			timed = true
			d.DeclarationTime = x.time()
		case "reason":
			d.Reason = x.word(errorReasons)
		case "correctiveEventIDs":
			d.CorrectiveEventIDs = x.list(x.uri)
		default:
			x.extension(name, "a standard field of an error declaration", &d.Extensions)
		}
	})
	if ok && !timed {
		x.missing(at, "declarationTime", wantTime)
	}
	return &d
}

func (x *eventReader) ilmd() []Extension {
	out := []Extension{}
	x.object("an object", func(name string) { x.extension(name, "a name with a namespace prefix", &out) })
	return out
}

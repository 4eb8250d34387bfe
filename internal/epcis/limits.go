package epcis

// Limits bound what a document may hold. Zero is the default of each.
type Limits struct {
	Depth       int // of nesting, 32
	Events      int // in a document, 10,000
	EPCs        int // in an event, its quantity elements too: 5,000
	Elements    int // JSON values in an event, 10,000
	StringBytes int // 4,096
}

func (l Limits) orDefault() Limits {
	for _, f := range []struct{ limit, fallback *int }{
		{&l.Depth, &defaults.Depth}, {&l.Events, &defaults.Events}, {&l.EPCs, &defaults.EPCs},
		{&l.Elements, &defaults.Elements}, {&l.StringBytes, &defaults.StringBytes},
	} {
		if *f.limit == 0 {
			*f.limit = *f.fallback
		}
	}
	return l
}

var defaults = Limits{Depth: 32, Events: 10_000, EPCs: 5_000, Elements: 10_000, StringBytes: 4_096}

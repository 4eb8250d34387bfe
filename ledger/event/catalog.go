package event

import "fmt"

// A Definition is a [Type] of any payload.
type Definition interface {
	Name() string
	Version() int
	Zero() any
	Decode(version int, data []byte) (any, error)
}

// A Catalog knows every event type that a log may hold.
type Catalog map[string]Definition

// NewCatalog returns a catalog of the given types.
// It panics where two types share a name: the list is written in the source.
func NewCatalog(defs ...Definition) Catalog {
	c := Catalog{}
	for _, d := range defs {
		if _, dup := c[d.Name()]; dup {
			panic(fmt.Sprintf("event: type %q defined twice", d.Name()))
		}
		c[d.Name()] = d
	}
	return c
}

// Decode returns the payload of e, upcast to the current schema version of its
// type. An event that still carries its Value is not decoded again.
func (c Catalog) Decode(e Event) (any, error) {
	if e.Value != nil {
		return e.Value, nil
	}
	name, version, ok := splitType(e.Type)
	d := c[name]
	if !ok || d == nil {
		return nil, fmt.Errorf("decode event %s: unknown type %q", e.ID, e.Type)
	}
	v, err := d.Decode(version, e.Data)
	if err != nil {
		return nil, fmt.Errorf("decode event %s, a %s: %w", e.ID, e.Type, err)
	}
	return v, nil
}

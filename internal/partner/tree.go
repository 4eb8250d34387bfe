package partner

import (
	"slices"

	"waymark/internal/gs1"
)

// maxDepth bounds a walk up the tree of partners, which a slip may have tied
// into a ring.
const maxDepth = 8

// Root returns the partner at the top of id's tree: the one that buys from the
// manufacturer.
func (d *Directory) Root(id ID) ID {
	for range maxDepth {
		p, ok := d.partners[id]
		if !ok || p.Parent == "" || d.makers[p.Parent] > 0 {
			return id
		}
		id = p.Parent
	}
	return id
}

// SameFamily tells whether two partners belong to one tree: goods moving
// between them stay within what the tree answers for.
func (d *Directory) SameFamily(a, b ID) bool { return a == b || d.Root(a) == d.Root(b) }

// Under tells whether a partner stands below another in the tree.
func (d *Directory) Under(id, top ID) bool {
	for range maxDepth {
		p, ok := d.partners[id]
		if !ok || p.Parent == "" {
			return false
		}
		if id = p.Parent; id == top {
			return true
		}
	}
	return false
}

// Grantee returns the partner whose grants id sells under: itself, or the
// nearest partner above it that has any. False where there is none.
func (d *Directory) Grantee(id ID) (ID, bool) {
	for range maxDepth {
		if len(d.grants[id]) > 0 {
			return id, true
		}
		p, ok := d.partners[id]
		if !ok || p.Parent == "" {
			return "", false
		}
		id = p.Parent
	}
	return "", false
}

// Children returns the partners that buy from id directly, ordered by id.
func (d *Directory) Children(id ID) []ID {
	var out []ID
	for _, p := range d.partners {
		if id != "" && p.Parent == id {
			out = append(out, p.ID)
		}
	}
	slices.Sort(out)
	return out
}

// SitesOf returns the GLNs of a partner's sites and of those of the partners
// below it, in order.
func (d *Directory) SitesOf(id ID) []gs1.GLN {
	var out []gs1.GLN
	for _, s := range d.Sites() {
		if s.Partner == id || d.Under(s.Partner, id) {
			out = append(out, s.GLN)
		}
	}
	return out
}

package api

import (
	"errors"

	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/projections"
)

// partners are the economic operators: /v1/partners. A partner may name a
// parent that is registered later.
var partners = &resource[partner.Partner]{
	kind: "partner", many: "partners",
	typ:      partner.Registered,
	name:     plainID,
	id:       func(p partner.Partner) string { return string(p.ID) },
	setID:    func(p *partner.Partner, id string) { p.ID = partner.ID(id) },
	validate: partner.Partner.Validate,
	missing: func(m *missing, p partner.Partner) {
		if m.dir.Under(p.Parent, p.ID) {
			m.add("/parent", "%q stands below %q already: partners cannot stand below each other", p.Parent, p.ID)
		}
	},
	ties: func(p partner.Partner) bool { return p.Parent != "" },
	find: inDirectory(func(dir *partner.Directory, id string) (partner.Partner, bool) { return dir.Partner(partner.ID(id)) }),
	all:  allIn((*partner.Directory).Partners),
}

// sites are the places where goods are handled: /v1/sites.
var sites = &resource[partner.Site]{
	kind: "site", many: "sites",
	typ: partner.SiteRegistered,
	name: func(s string) (string, error) {
		g, err := gs1.ParseGLN(s)
		return g.String(), err
	},
	id:       func(s partner.Site) string { return keyID(s.GLN) },
	setID:    func(s *partner.Site, id string) { s.GLN, _ = gs1.ParseGLN(id) },
	validate: partner.Site.Validate,
	missing:  func(m *missing, s partner.Site) { m.partner("/partner", s.Partner) },
	find: inDirectory(func(dir *partner.Directory, id string) (partner.Site, bool) {
		g, err := gs1.ParseGLN(id)
		if err != nil {
			return partner.Site{}, false
		}
		s, ok := dir.Site(g)
		return *s, ok
	}),
	all: allIn((*partner.Directory).Sites),
}

// products are the kinds of units: /v1/products.
var products = &resource[partner.Product]{
	kind: "product", many: "products",
	typ: partner.ProductRegistered,
	name: func(s string) (string, error) {
		g, err := gs1.ParseGTIN(s)
		return g.String(), err
	},
	id:       func(p partner.Product) string { return keyID(p.GTIN) },
	setID:    func(p *partner.Product, id string) { p.GTIN, _ = gs1.ParseGTIN(id) },
	validate: partner.Product.Validate,
	missing:  func(*missing, partner.Product) {},
	find: inDirectory(func(dir *partner.Directory, id string) (partner.Product, bool) {
		g, err := gs1.ParseGTIN(id)
		if err != nil {
			return partner.Product{}, false
		}
		p, ok := dir.Product(g)
		return *p, ok
	}),
	all: allIn((*partner.Directory).Products),
}

// grants are the rights to sell: /v1/grants. One without a first day holds
// from the day it is first recorded.
var grants = &resource[partner.Grant]{
	kind: "grant", many: "grants",
	typ:      partner.GrantRecorded,
	name:     plainID,
	id:       func(g partner.Grant) string { return g.ID },
	setID:    func(g *partner.Grant, id string) { g.ID = id },
	complete: sinceRecorded(func(g *partner.Grant) *partner.Date { return &g.From }),
	validate: partner.Grant.Validate,
	missing:  func(m *missing, g partner.Grant) { m.partner("/partner", g.Partner) },
	find:     inDirectory((*partner.Directory).Grant),
	all:      allIn((*partner.Directory).Grants),
}

// inDirectory and allIn ask the directory for what it holds.
func inDirectory[T any](find func(*partner.Directory, string) (T, bool)) func(*projections.Views, string) (T, bool) {
	return func(v *projections.Views, id string) (T, bool) { return find(v.Directory(), id) }
}

func allIn[T any](all func(*partner.Directory) []T) func(*projections.Views) []T {
	return func(v *projections.Views) []T { return all(v.Directory()) }
}

// sinceRecorded completes what leaves out its first day: that is as it was
// before, or else the day of recording.
func sinceRecorded[T any](first func(*T) *partner.Date) func(v, before *T, today string) {
	return func(v, before *T, today string) {
		switch day := first(v); {
		case *day != "":
		case before != nil:
			*day = *first(before)
		default:
			*day = partner.Date(today)
		}
	}
}

func plainID(s string) (string, error) {
	if !partner.ValidID(s) {
		return "", errors.New(idForm)
	}
	return s, nil
}

// keyID writes a GLN or GTIN, "" for none.
func keyID[K interface {
	comparable
	String() string
}](k K) string {
	var none K
	if k == none {
		return ""
	}
	return k.String()
}

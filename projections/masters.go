package projections

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// Kinds of master data, as rows name them.
const (
	masterPartner byte = 'p'
	masterSite    byte = 's'
	masterProduct byte = 'g'
	masterGrant   byte = 'r'
)

// applyMaster keeps every version of the master data, and has judged anew what
// a change concerns.
func applyMaster(t *tx, e *entry) error {
	switch m := e.value.(type) {
	case partner.Partner:
		before, known := t.dir.Partner(m.ID)
		t.directory().SetPartner(m, e.Created)
		if !known || before.Parent != m.Parent || before.Status != m.Status || before.Country != m.Country {
			if err := t.rejudgePartner(m.ID); err != nil {
				return err
			}
		}
		return t.version(e, masterPartner, string(m.ID))
	case partner.Site:
		before, known := t.dir.Site(m.GLN)
		t.directory().SetSite(m)
		if !known || before.Partner != m.Partner || before.Region() != m.Region() || before.Role != m.Role {
			if err := t.rejudgeSite(m.GLN, m.Role == partner.Factory || before.Role == partner.Factory); err != nil {
				return err
			}
		}
		return t.version(e, masterSite, m.GLN.String())
	case partner.Product:
		before, known := t.dir.Product(m.GTIN)
		t.directory().SetProduct(m)
		if !known || *before != m {
			if err := t.rejudgeProduct(m); err != nil {
				return err
			}
		}
		return t.version(e, masterProduct, m.GTIN.String())
	case partner.Grant:
		before, known := t.directory().SetGrant(m)
		sites := t.dir.SitesOf(m.Partner)
		if known && before.Partner != m.Partner {
			sites = append(sites, t.dir.SitesOf(before.Partner)...)
		}
		if err := t.rejudge(sites...); err != nil {
			return err
		}
		return t.version(e, masterGrant, m.ID)
	}
	return nil
}

func (t *tx) version(e *entry, kind byte, id string) error {
	data, err := json.Marshal(e.value, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep %s: %w", e.Type, err)
	}
	k := key(tableMaster, []byte{kind}, []byte(id), []byte{0}, u64(uint64(e.Position)))
	return t.set(k, append(u64(uint64(e.Created.UnixMilli())), data...))
}

// rejudge touches every item that was ever handled at, or sent to, the sites.
func (t *tx) rejudge(sites ...gs1.GLN) error {
	for _, g := range sites {
		if err := t.eventsAt(g, t.touchAll); err != nil {
			return err
		}
	}
	return nil
}

// rejudgePartner touches every item that a partner, or one below it, handled, or
// that is said to have gone to it.
func (t *tx) rejudgePartner(id partner.ID) error {
	if err := t.rejudge(t.dir.SitesOf(id)...); err != nil {
		return err
	}
	of := func(p partner.ID) bool { return p == id || t.dir.Under(p, id) }
	at := func(g gs1.GLN) bool { s, ok := t.dir.Site(g); return ok && of(s.Partner) }
	return t.rejudgeDocuments(at, of)
}

// rejudgeSite touches every item that was handled at a site, or that is said to
// have gone there; for a factory, which says who the manufacturer is and where
// goods are at home, every item.
func (t *tx) rejudgeSite(g gs1.GLN, factory bool) error {
	if factory {
		return t.eventsUnder([]byte{tableMoment}, t.touchAll)
	}
	if err := t.rejudge(g); err != nil {
		return err
	}
	return t.rejudgeDocuments(func(o gs1.GLN) bool { return o == g }, func(partner.ID) bool { return false })
}

// chunk is how many items are gathered before they are judged, where a change
// of the master data concerns many.
const chunk = 10_000

func (t *tx) touchAll(e *entry) error {
	for _, f := range e.facts {
		t.touch(f.Item, whole)
	}
	return t.judgeMany()
}

func (t *tx) judgeMany() error {
	if len(t.touched) < chunk {
		return nil
	}
	return t.judge()
}

// rejudgeProduct touches every item of a product, and what it was packed in.
func (t *tx) rejudgeProduct(p partner.Product) error {
	for _, g := range []gs1.GTIN{p.GTIN, p.CartonGTIN} {
		it, err := gs1.SGTIN(g, "0")
		if g == 0 || err != nil {
			continue
		}
		prefix := append([]byte{tableItem}, it[:len(it)-1]...)
		for kv, err := range t.scan(prefix, nil) {
			if err != nil {
				return err
			}
			item, f, ok := splitFact(kv)
			if !ok {
				continue
			}
			t.touch(item, whole)
			if f.Link == custody.Into {
				t.touch(f.Other, whole)
			}
			if err := t.judgeMany(); err != nil {
				return err
			}
		}
	}
	return nil
}

// splitFact takes a row of an item's page apart, where it is a fact's.
func splitFact(kv [2][]byte) (gs1.Item, custody.Fact, bool) {
	n := len(kv[0]) - custody.KeySize - 2 // the NUL and the row's kind
	if n < 2 || kv[0][n] != 0 || kv[0][n+1] != pageFact {
		return "", custody.Fact{}, false
	}
	f, err := custody.ReadFact(custody.ReadKey(kv[0][n+2:]), kv[1], nil)
	return gs1.Item(kv[0][1:n]), f, err == nil
}

// directory draws the master data from their rows, each version in its turn.
func (q rows) directory() (*partner.Directory, error) {
	d := partner.NewDirectory()
	for kv, err := range q.scan([]byte{tableMaster}, nil) {
		if err != nil {
			return nil, err
		}
		if len(kv[0]) < 2 || len(kv[1]) < 8 {
			return nil, fmt.Errorf("a row of the master data is damaged")
		}
		at := time.UnixMilli(int64(binary.BigEndian.Uint64(kv[1]))).UTC()
		if err := setMaster(d, kv[0][1], kv[1][8:], at); err != nil {
			return nil, fmt.Errorf("a row of the master data is damaged: %w", err)
		}
	}
	return d, nil
}

func setMaster(d *partner.Directory, kind byte, data []byte, at time.Time) (err error) {
	switch kind {
	case masterPartner:
		var p partner.Partner
		if err = json.Unmarshal(data, &p); err == nil {
			d.SetPartner(p, at)
		}
	case masterSite:
		var s partner.Site
		if err = json.Unmarshal(data, &s); err == nil {
			d.SetSite(s)
		}
	case masterProduct:
		var p partner.Product
		if err = json.Unmarshal(data, &p); err == nil {
			d.SetProduct(p)
		}
	case masterGrant:
		var g partner.Grant
		if err = json.Unmarshal(data, &g); err == nil {
			d.SetGrant(g)
		}
	}
	return err
}

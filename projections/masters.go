package projections

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/calendar"
	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/ledger"
)

// Kinds of master data, as rows name them.
const (
	masterPartner byte = 'p'
	masterSite    byte = 's'
	masterProduct byte = 'g'
	masterGrant   byte = 'r'
	masterWaiver  byte = 'w'
	masterDeal    byte = 'd'
	masterPolicy  byte = 'y'
	masterPrices  byte = 'l'
	masterDays    byte = 'c'
	masterTerms   byte = 't'
)

// applyMaster keeps every version of the master data, and has judged anew what
// a change concerns.
func applyMaster(t *tx, e *entry) error {
	switch m := e.value.(type) {
	case partner.Partner:
		before, known := t.dir.Partner(m.ID)
		t.directory().SetPartner(m, e.Created)
		if !known || before.Parent != m.Parent || before.Status != m.Status || before.Country != m.Country || before.Tier != m.Tier || before.Name != m.Name {
			if err := t.rejudgePartner(m.ID); err != nil {
				return err
			}
		}
		return t.version(e, masterPartner, string(m.ID))
	case partner.Site:
		before, known := t.dir.Site(m.GLN)
		t.directory().SetSite(m)
		if !known || before.Partner != m.Partner || before.Region() != m.Region() || before.Role != m.Role || before.Name != m.Name {
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
	case partner.Waiver:
		before, known := t.directory().SetWaiver(m)
		if known {
			if err := t.rejudgeWaiver(before); err != nil {
				return err
			}
		}
		if err := t.rejudgeWaiver(m); err != nil {
			return err
		}
		return t.version(e, masterWaiver, m.ID)
	case deal.Registration:
		before, _ := t.book().Set(m)
		if err := t.rejudgeDeals(&before, &m); err != nil {
			return err
		}
		return t.version(e, masterDeal, m.ID)
	case diversion.Policy:
		if err := t.rejudgeSince(t.packs().Set(m)); err != nil {
			return err
		}
		return t.version(e, masterPolicy, m.Version)
	case quote.PriceList:
		t.dealing = t.dealing.clone()
		t.dealing.prices.Set(m)
		return t.version(e, masterPrices, m.ID)
	case calendar.Calendar:
		t.dealing = t.dealing.clone()
		t.dealing.calendars.Set(m)
		return t.version(e, masterDays, m.ID)
	case deal.Terms:
		t.dealing = t.dealing.with(m, e.Position)
		return t.version(e, masterTerms, m.ID)
	}
	return t.noteMarks(e)
}

func (t *tx) version(e *entry, kind byte, id string) error { return t.versionOf(e, kind, id, e.value) }

// versionOf keeps what an event makes of a thing that it does not tell in full.
func (t *tx) versionOf(e *entry, kind byte, id string, v any) error {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep %s: %w", e.Type, err)
	}
	k := key(tableMaster, []byte{kind}, []byte(id), []byte{0}, u64(uint64(e.Position)))
	return t.set(k, append(u64(uint64(e.Created.UnixMilli())), data...))
}

// masters draws the master data from their rows, each version in its turn, into
// a state that holds none.
func (q rows) masters(s *state) error {
	for kv, err := range q.scan([]byte{tableMaster}, nil) {
		if err != nil {
			return err
		}
		if len(kv[0]) < 10 || len(kv[1]) < 8 {
			return fmt.Errorf("a row of the master data is damaged")
		}
		at := time.UnixMilli(int64(binary.BigEndian.Uint64(kv[1]))).UTC()
		position := ledger.Position(binary.BigEndian.Uint64(kv[0][len(kv[0])-8:]))
		if err := s.setMaster(kv[0][1], kv[1][8:], at, position); err != nil {
			return fmt.Errorf("a row of the master data is damaged: %w", err)
		}
	}
	return nil
}

func (s *state) setMaster(kind byte, data []byte, at time.Time, position ledger.Position) error {
	switch kind {
	case masterPartner:
		return with(data, func(p partner.Partner) { s.dir.SetPartner(p, at) })
	case masterSite:
		return with(data, s.dir.SetSite)
	case masterProduct:
		return with(data, s.dir.SetProduct)
	case masterGrant:
		return with(data, func(g partner.Grant) { s.dir.SetGrant(g) })
	case masterWaiver:
		return with(data, func(w partner.Waiver) { s.dir.SetWaiver(w) })
	case masterDeal:
		return with(data, func(r deal.Registration) { s.deals.Set(r) })
	case masterPolicy:
		return with(data, func(p diversion.Policy) { s.policies.Set(p) })
	case masterPrices:
		return with(data, func(p quote.PriceList) { s.dealing.prices.Set(p) })
	case masterDays:
		return with(data, func(c calendar.Calendar) { s.dealing.calendars.Set(c) })
	case masterTerms:
		return with(data, func(m deal.Terms) { s.dealing = s.dealing.with(m, position) })
	}
	return nil
}

func with[T any](data []byte, set func(T)) error {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	set(v)
	return nil
}

// book returns the deals to change. Readers keep the ones that were published.
func (t *tx) book() *deal.Book {
	if t.deals == t.v.state.Load().deals {
		t.deals = t.deals.Clone()
		t.trade.Deals = t.deals
	}
	return t.deals
}

// packs returns the policy packs to change. Readers keep the ones that were
// published.
func (t *tx) packs() *diversion.Policies {
	if t.policies == t.v.state.Load().policies {
		t.policies = t.policies.Clone()
	}
	return t.policies
}

// Deals returns the registered deals. They must not be changed.
func (v *Views) Deals() *deal.Book { return v.state.Load().deals }

// Policies returns the policy packs that were adopted. They must not be changed.
func (v *Views) Policies() *diversion.Policies { return v.state.Load().policies }

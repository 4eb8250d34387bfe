package api

import (
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/custody"
	"waymark/internal/partner"
	"waymark/ledger"
)

// orders records sales from one partner to another: POST /v1/orders.
var orders = &capture[custody.Order]{
	typ:    custody.OrderPlaced,
	id:     func(o *custody.Order) string { return o.ID },
	stream: func(id string) string { return ledger.AggregateStream("order", id) },
	count:  func(o *custody.Order) int { return len(o.Lines) },
	validate: func(o *custody.Order, now time.Time) []partner.Fault {
		faults := o.Validate(now)
		for _, f := range [...]struct{ field, id string }{{"/quote", o.Quote}, {"/deal", o.Deal}} {
			if f.id != "" && !partner.ValidID(f.id) {
				faults = append(faults, partner.Fault{Field: f.field, Detail: idForm})
			}
		}
		return faults
	},
	missing: func(dir *partner.Directory, who *auth.Caller, o *custody.Order) []FieldError {
		m := missing{dir: dir}
		m.partner("/seller", o.Seller)
		m.partner("/buyer", o.Buyer)
		if !belongs(dir, o.Seller, who.Partner) && !belongs(dir, o.Buyer, who.Partner) {
			m.add("/seller", "%q is not registered as a partner", o.Seller)
		}
		m.site("/ship_to", o.ShipTo)
		for i, l := range o.Lines {
			m.product(fmt.Sprintf("/lines/%d/gtin", i), l.GTIN)
		}
		return m.list
	},
}

const idForm = "want 1 to 64 letters, digits, '-', '_' or '.'"

// asns records advance shipping notices: POST /v1/asns.
var asns = &capture[custody.ASN]{
	typ:    custody.ASNAnnounced,
	id:     func(a *custody.ASN) string { return a.ID },
	stream: func(id string) string { return ledger.AggregateStream("asn", id) },
	count:  func(a *custody.ASN) int { return len(a.Items) },
	validate: func(a *custody.ASN, now time.Time) []partner.Fault {
		return itemFaults(a.Validate(now), a.Items)
	},
	missing: func(dir *partner.Directory, who *auth.Caller, a *custody.ASN) []FieldError {
		m := missing{dir: dir}
		m.ownSite(who, "/from", a.From)
		m.site("/to", a.To)
		m.items(a.Items)
		return m.list
	},
}

// getOrder answers GET /v1/orders/{id}.
func (s *Server) getOrder(c echo.Context) error { return s.document(c, documentOf(s.views.Order)) }

// getASN answers GET /v1/asns/{id}.
func (s *Server) getASN(c echo.Context) error { return s.document(c, documentOf(s.views.ASN)) }

// document answers with the document that the path's id names.
func (s *Server) document(c echo.Context, find func(id string) (any, bool, error)) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	v, ok, err := sought(c.Request().Context(), s, func() (any, bool, error) { return find(id) })
	if err != nil {
		return err
	}
	if !ok {
		return refuse(errNotFound, "")
	}
	return answer(c, 200, v)
}

func documentOf[T any](find func(string) (T, bool, error)) func(string) (any, bool, error) {
	return func(id string) (any, bool, error) { return find(id) }
}

package api

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"waymark/internal/partner"
	"waymark/projections"
)

// postShipCheck answers POST /v1/ship-checks: the question before dispatch. It
// records nothing but that a shipment was not let go.
func (s *Server) postShipCheck(c echo.Context) error {
	if _, err := mediaType(c.Request(), typeJSON); err != nil {
		return err
	}
	params, err := s.query(c, "lang")
	if err != nil {
		return err
	}
	lang := params.language(c.Request())
	if err := params.err(); err != nil {
		return err
	}
	body, err := readBody(c, s.limits.Body)
	if err != nil {
		return err
	}
	defer release(body)
	var q projections.ShipCheck
	if err := decode(body.Bytes(), &q); err != nil {
		return err
	}
	if len(q.Items) > maxItems || len(q.Lines) > maxItems {
		return refuse(errTooLarge, fmt.Sprintf("at most %d items or lines", maxItems))
	}
	if err := refuseFaults(shipFaults(q)); err != nil {
		return err
	}
	if err := s.catchUp(c.Request().Context()); err != nil { // what it does not know it cannot forbid
		return err
	}
	m := missing{dir: s.views.Directory()}
	m.ownSite(caller(c), "/from", q.From)
	m.site("/to", q.To)
	m.items(q.Items)
	for i, l := range q.Lines {
		m.product(fmt.Sprintf("/lines/%d/gtin", i), l.GTIN)
	}
	if len(m.list) > 0 {
		return refuse(errRefused, "", m.list[:min(len(m.list), maxErrors)]...)
	}
	q.Asker = caller(c).Partner
	a, err := s.views.ShipCheck(q, s.now(), lang)
	if err != nil {
		return err
	}
	if !a.Allowed {
		a.Attempt = s.attempt(c, q, a)
	}
	return answerIn(c, lang, a)
}

// maxQuantity bounds a line, so that sums of lines are exact.
const maxQuantity = 1_000_000_000

func shipFaults(q projections.ShipCheck) []partner.Fault {
	var faults []partner.Fault
	add := func(bad bool, field, detail string) {
		if bad {
			faults = append(faults, partner.Fault{Field: field, Detail: detail})
		}
	}
	add(q.From == 0, "/from", "missing, want the GLN of a site")
	add(q.To == 0, "/to", "missing, want the GLN of a site")
	add(len(q.Items) == 0 && len(q.Lines) == 0, "/items", "missing, want items or lines")
	add(q.Order != "" && !partner.ValidID(q.Order), "/order", idForm)
	for i, l := range q.Lines {
		add(l.GTIN == 0, fmt.Sprintf("/lines/%d/gtin", i), "missing, want a GTIN of 14 digits")
		add(l.Quantity <= 0 || l.Quantity > maxQuantity, fmt.Sprintf("/lines/%d/quantity", i), "want 1 to 1000000000")
	}
	return itemFaults(faults, q.Items)
}

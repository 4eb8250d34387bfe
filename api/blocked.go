package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/projections"
)

// attempt records that a shipment was not let go, and returns the id of it. The
// same question on the same day is the same attempt, however often it is asked.
// Where the ledger cannot take it the answer stands all the same: a shipment
// must not go because it could not be counted.
func (s *Server) attempt(c echo.Context, q projections.ShipCheck, a projections.ShipAnswer) string {
	b := diversion.Blocked{
		Day: partner.Date(s.now().UTC().Format("2006-01-02")), From: q.From, To: q.To, Rules: []string{}, Units: a.Units, Policy: a.Policy,
	}
	b.ID = attemptID(q, b.Day)
	if site, ok := s.views.Directory().Site(q.From); ok {
		b.Shipper = site.Partner
	}
	for _, r := range a.Reasons {
		if !r.Warning && r.Rule != "" && !slices.Contains(b.Rules, r.Rule) {
			b.Rules = append(b.Rules, r.Rule)
		}
	}
	if len(a.UnknownItems) > 0 {
		b.Rules = append(b.Rules, diversion.UnknownItem)
	}
	if err := s.count(c, b); err != nil {
		s.logger.Error("a blocked shipment was not counted", "attempt", b.ID, "error", err)
	}
	return b.ID
}

// count appends b unless it is recorded already: what stands against a shipment
// may have changed since, but it is still one attempt.
func (s *Server) count(c echo.Context, b diversion.Blocked) error {
	data, err := json.Marshal(b, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("encode attempt %s: %w", b.ID, err)
	}
	e, err := diversion.ShipmentBlocked.New(ledger.EventID(ledger.CaptureID(b.ID), 0, data), b, data)
	if err != nil {
		return err
	}
	e.Meta = caller(c).Meta
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	r, err := s.log.Append(ctx, ledger.AggregateStream("ship-check", b.ID), ledger.NoStream, e)
	if errors.Is(err, ledger.ErrConflict) {
		return nil
	}
	if err == nil && !r.Duplicate {
		for _, rule := range b.Rules {
			s.figures.blocked.WithLabelValues(rule).Inc()
		}
	}
	return err
}

// attemptID returns the id of a question on a day, in whatever order its goods
// are listed.
func attemptID(q projections.ShipCheck, day partner.Date) string {
	q.Order = "" // goods that are tried under one order after the other are one attempt
	q.Items = slices.Compact(slices.Sorted(slices.Values(q.Items)))
	q.Lines = slices.Clone(q.Lines)
	slices.SortFunc(q.Lines, func(a, b custody.OrderLine) int {
		return cmp.Or(cmp.Compare(a.GTIN, b.GTIN), cmp.Compare(a.Quantity, b.Quantity))
	})
	data, _ := json.Marshal(q, json.Deterministic(true)) // every field marshals: it was decoded from JSON
	sum := sha256.Sum256(append(data, day...))
	return hex.EncodeToString(sum[:16])
}

// getAttempts answers GET /v1/ship-checks: how often shipments were not let go,
// by shipper and destination. A caller bound to a partner gets those of that
// partner and those below it.
func (s *Server) getAttempts(c echo.Context) error {
	q, err := s.query(c, "partner")
	if err != nil {
		return err
	}
	top, under := caller(c).Partner, partner.ID(q.text("partner"))
	if under == "" {
		under = top
	}
	list, asOf, err := s.views.Attempts(under)
	if err != nil {
		return err
	}
	if !belongs(s.views.Directory(), under, top) {
		list = []projections.Attempts{}
	}
	return answer(c, http.StatusOK, map[string]any{"attempts": list, "as_of": asOf})
}

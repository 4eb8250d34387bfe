package api

import (
	"github.com/labstack/echo/v4"

	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/projections"
)

// pathItem returns the item that the path names, in any spelling.
func pathItem(c echo.Context) (gs1.Item, error) {
	spelt, err := pathValue(c, 2)
	if err != nil {
		return "", err
	}
	it, err := gs1.ParseItem(spelt)
	if err != nil {
		return "", refuse(errQuery, "", FieldError{Field: "item", Detail: "in the path: " + plain(err)})
	}
	return it, nil
}

// getItem answers GET /v1/items/{item}. To a caller bound to a partner, an
// item that is neither with that partner nor bound to it is not found.
func (s *Server) getItem(c echo.Context) error {
	q, err := s.query(c, "lang")
	if err != nil {
		return err
	}
	lang := q.language(c.Request())
	if err := q.err(); err != nil {
		return err
	}
	it, err := pathItem(c)
	if err != nil {
		return err
	}
	v, ok, err := sought(c.Request().Context(), s, func() (projections.Item, bool, error) { return s.views.Item(it, lang) })
	if err != nil {
		return err
	}
	if top := caller(c).Partner; ok && top != "" {
		dir := s.views.Directory()
		ok = belongs(dir, v.Holder, top) || belongs(dir, v.BoundTo, top)
		if v.Findings, err = s.known(top, v.Findings); err != nil {
			return err
		}
	}
	if !ok {
		return refuse(errNotFound, "")
	}
	return answerIn(c, lang, v)
}

// known returns those findings of an item that a caller bound to top may know
// of: who holds an item now need not learn whom it was taken from.
func (s *Server) known(top partner.ID, refs []projections.FindingRef) ([]projections.FindingRef, error) {
	out := []projections.FindingRef{}
	for _, r := range refs {
		f, ok, err := s.views.Finding(r.ID, "")
		if err != nil {
			return nil, err
		}
		if ok && s.mayKnow(top, f) {
			out = append(out, r)
		}
	}
	return out, nil
}

// getProvenance answers GET /v1/items/{item}/provenance.
func (s *Server) getProvenance(c echo.Context) error {
	q, err := s.query(c, "proof", "lang")
	if err != nil {
		return err
	}
	proof := q.text("proof")
	if proof != "" && proof != "0" && proof != "1" {
		q.fault("proof", "want 0 or 1")
	}
	lang := q.language(c.Request())
	if err := q.err(); err != nil {
		return err
	}
	it, err := pathItem(c)
	if err != nil {
		return err
	}
	if proof == "1" {
		return s.getProof(c, it, q.atLeast())
	}
	v, ok, err := sought(c.Request().Context(), s, func() (projections.Provenance, bool, error) { return s.views.Provenance(it, lang) })
	if err != nil {
		return err
	}
	if !ok {
		return refuse(errNotFound, "")
	}
	return answerIn(c, lang, v)
}

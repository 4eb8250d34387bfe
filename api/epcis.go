package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"
)

// Versions of the standards that are spoken, and what a capture may hold.
const (
	epcisVersion     = "2.0.0"
	cbvVersion       = "2.0.0"
	epcisCaptureMost = 10_000 // events
)

// setEPCISHeaders says which versions an answer speaks.
func setEPCISHeaders(c echo.Context) {
	h := c.Response().Header()
	h.Set("GS1-EPCIS-Version", epcisVersion)
	h.Set("GS1-CBV-Version", cbvVersion)
}

// negotiate refuses a version or a form that is not spoken.
func negotiate(c echo.Context) error {
	setEPCISHeaders(c)
	h := c.Request().Header
	for _, name := range [...]string{"GS1-EPCIS-Min", "GS1-CBV-Min"} {
		if v := h.Get(name); v != "" && v > epcisVersion {
			return refuse(errNotAccepted, name+" may be at most "+epcisVersion)
		}
	}
	for _, name := range [...]string{"GS1-EPCIS-Max", "GS1-CBV-Max"} {
		if v := h.Get(name); v != "" && v < "2.0" {
			return refuse(errNotAccepted, name+" must be at least 2.0")
		}
	}
	switch v := h.Get("GS1-EPC-Format"); v {
	case "", "No_Preference", "Never_Translates":
	default:
		return refuse(errNotAccepted, "GS1-EPC-Format may be No_Preference or Never_Translates: events are given back as they came")
	}
	if a := h.Get("Accept"); a != "" && !strings.Contains(a, "json") && !strings.Contains(a, "*/*") && !strings.Contains(a, "application/*") {
		return refuse(errNotAccepted, "there is JSON, application/json or application/ld+json")
	}
	return nil
}

// offer returns the answer to OPTIONS on a path that takes the methods.
func offer(methods string) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		setEPCISHeaders(c)
		h := c.Response().Header()
		h.Set("Allow", methods)
		h.Set("GS1-EPCIS-Min", epcisVersion)
		h.Set("GS1-EPCIS-Max", epcisVersion)
		h.Set("GS1-CBV-Min", cbvVersion)
		h.Set("GS1-CBV-Max", cbvVersion)
		h.Set("GS1-EPC-Format", "No_Preference, Never_Translates")
		h.Set("GS1-Vendor-Version", s.version)
		if strings.Contains(methods, http.MethodPost) {
			h.Set("GS1-EPCIS-Capture-Limit", fmt.Sprint(epcisCaptureMost))
			h.Set("GS1-EPCIS-Capture-File-Size-Limit", fmt.Sprint(s.limits.Capture))
			h.Set("GS1-Capture-Error-Behaviour", "all")
		}
		return c.NoContent(http.StatusNoContent)
	}
}

// getEPCIS answers GET /epcis: what there is below it.
func (s *Server) getEPCIS(c echo.Context) error {
	return s.epcisSet(c, "capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions")
}

// getEventTypes answers GET /epcis/eventTypes.
func (s *Server) getEventTypes(c echo.Context) error {
	return s.epcisSet(c, "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
}

// epcisSet answers with a set of names.
func (s *Server) epcisSet(c echo.Context, members ...string) error {
	if err := negotiate(c); err != nil {
		return err
	}
	if _, err := s.query(c, "perPage"); err != nil {
		return err
	}
	b := []byte(`{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","@set":[`)
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, m) // valid UTF-8: it is written above
	}
	return c.Blob(http.StatusOK, typeJSON, append(b, "]}"...))
}

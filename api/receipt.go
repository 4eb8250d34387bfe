package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/ledger"
	"waymark/ledger/seal"
)

// typeReceipt is a .tlog-proof file: text of UTF-8.
const typeReceipt = typeText

// receiptPath returns where the receipt of a capture is, once it is sealed.
func receiptPath(id string) string { return "/v1/captures/" + url.PathEscape(id) + "/receipt" }

// getReceipt answers GET /v1/captures/{id}/receipt with the proof that the log
// holds the capture's last event (C2SP tlog-proof). Who cannot read everything
// gets those of captures that the same key recorded; others are not found.
func (s *Server) getReceipt(c echo.Context) error {
	sl, err := s.sealed()
	if err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	last, found, err := s.lastOf(c, captureStream(id))
	if err != nil {
		return err
	}
	who := caller(c)
	all := who.Partner == "" && who.Scopes.Allows(auth.Read)
	if !found || !all && string(last.Meta) != string(who.Meta) {
		return refuse(errNotFound, "no such capture was recorded with this key")
	}
	r, err := sl.Sealer.Receipt(last.Position)
	if errors.Is(err, seal.ErrUnsealed) {
		return refuse(errUnsealed, fmt.Sprintf("the capture is recorded at position %d; sealed is what was recorded up to position %d", last.Position, sl.Sealer.Position()))
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="receipt.tlog-proof"`)
	return c.Blob(http.StatusOK, typeReceipt, r.Encode())
}

// lastOf returns the last event of a stream.
func (s *Server) lastOf(c echo.Context, stream string) (last ledger.Recorded, found bool, err error) {
	for r, err := range s.log.Stream(c.Request().Context(), stream, -1, true) {
		return r, err == nil, err
	}
	return last, false, nil
}

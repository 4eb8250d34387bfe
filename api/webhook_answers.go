package api

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"waymark/internal/partner"
	"waymark/internal/webhook"
	"waymark/ledger"
	"waymark/ledger/event"
)

// A webhookStatus is what a caller is told of a webhook.
type webhookStatus struct {
	webhook.Subscription
	Status        string           `json:"status"` // active, failing or disabled
	Registered    time.Time        `json:"registered"`
	Delivered     int64            `json:"delivered"` // alerts
	LastDelivered time.Time        `json:"last_delivered,omitzero"`
	FailingSince  time.Time        `json:"failing_since,omitzero"`
	NextAttempt   time.Time        `json:"next_attempt,omitzero"`
	LastFailure   *webhook.Failure `json:"last_failure,omitempty"`
	Disabled      webhook.Reason   `json:"disabled,omitzero"`
	DisabledAt    time.Time        `json:"disabled_at,omitzero"`
	OtherKey      bool             `json:"other_key,omitzero"` // registered under another key than this server's: register it again
	Through       string           `json:"through,omitzero"`   // token of the last alert that was dealt with
}

// status tells of a webhook to a caller bound to top. The tokens of alerts
// would tell a partner what happens to others.
func (s *Server) status(w *webhook.State, top partner.ID) webhookStatus {
	out := webhookStatus{
		Subscription: w.Subscription, Status: "active", Registered: w.Registered,
		Delivered: w.Delivered, LastDelivered: w.Last, FailingSince: w.Since, LastFailure: w.Failure,
		Disabled: w.Disabled, DisabledAt: w.DisabledAt, OtherKey: w.Key != s.webhooks.Key.Name(), Through: w.Through,
	}
	if w.Failure != nil {
		out.Status = "failing"
	}
	if w.Disabled != "" {
		out.Status = "disabled"
	} else if w.Failure != nil {
		out.NextAttempt = w.Failure.Next
	}
	if top != "" {
		out.Through = ""
	}
	return out
}

// getWebhook answers GET /v1/webhooks/{id}.
func (s *Server) getWebhook(c echo.Context) error {
	return s.document(c, func(id string) (any, bool, error) {
		w, ok, err := s.views.Webhook(id)
		top := caller(c).Partner
		if err != nil || !ok || !w.Exists() || !s.ownWebhook(top, &w) {
			return nil, false, err
		}
		return s.status(&w, top), true, nil
	})
}

// getWebhooks answers GET /v1/webhooks, ordered by id. There are few enough for
// one page.
func (s *Server) getWebhooks(c echo.Context) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	list, asOf, err := s.views.Webhooks()
	if err != nil {
		return err
	}
	out := []webhookStatus{}
	for i := range list {
		if top := caller(c).Partner; list[i].Exists() && s.ownWebhook(top, &list[i]) {
			out = append(out, s.status(&list[i], top))
		}
	}
	return answer(c, http.StatusOK, map[string]any{"webhooks": out, "as_of": asOf})
}

// endWebhook answers DELETE /v1/webhooks/{id}.
func (s *Server) endWebhook(c echo.Context) error {
	if _, err := s.query(c); err != nil {
		return err
	}
	id, err := pathValue(c, 2)
	if err != nil {
		return err
	}
	rc, err := s.changeWebhook(c, id, func(before webhook.State) ([]event.Event, error) {
		if !before.Exists() || !s.ownWebhook(caller(c).Partner, &before) {
			return nil, refuse(errNotFound, "")
		}
		return one(webhook.EndRecorded.New(webhookEvent(id, before, nil), webhook.Ended{ID: id}, nil))
	})
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, receipt{id: id, position: rc.Position, duplicate: rc.Duplicate}.appendTo(nil, 0))
}

// webhookEvent returns the id of the event that follows on a state.
func webhookEvent(id string, before webhook.State, data []byte) uuid.UUID {
	next := int(before.Revision)
	if before.ID != "" {
		next++
	}
	return ledger.EventID(ledger.CaptureID(webhook.Stream(id)), next, data)
}

func one(e event.Event, err error) ([]event.Event, error) { return []event.Event{e}, err }

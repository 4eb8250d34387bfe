package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/api/web"
	"waymark/internal/partner"
	"waymark/internal/webhook"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// Webhooks say how alerts are delivered to receivers that were registered; see
// [Server.DeliverAlerts]. The zero value has no key, and offers none.
type Webhooks struct {
	// Key makes the secrets of receivers. All nodes on one log have the same.
	Key webhook.Key
	// Private lets receivers have addresses that are not public, without TLS.
	Private bool
	// Lease is how long a node that delivers is waited for; 0: 60 s.
	Lease time.Duration
}

// How many webhooks there may be, in all and of one partner.
const (
	maxWebhooks        = 100
	maxPartnerWebhooks = 10
)

// changes are the kinds of alerts.
var changes = []string{string(projections.Raised), string(projections.Withdrawn), string(projections.Escalated), string(projections.Digest)}

// A webhookReceipt is the answer to whoever registers a webhook. Nothing else
// shows the secret.
type webhookReceipt struct {
	ID        string          `json:"id"`
	Position  ledger.Position `json:"position"`
	Duplicate bool            `json:"duplicate"`
	Version   int             `json:"secret_version"`
	Secret    string          `json:"secret"`
}

// putWebhook answers PUT /v1/webhooks/{id}. A webhook that was disabled goes on
// where it was, whether anything is changed or not.
func (s *Server) putWebhook(c echo.Context) error {
	if _, err := mediaType(c.Request(), typeJSON); err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	if s.webhooks.Key.IsZero() {
		return refuse(errAbsent, "this server has no key for webhooks; it is started with --webhook-key")
	}
	w, err := s.readWebhook(c)
	if err != nil {
		return err
	}
	created := false
	out := webhookReceipt{ID: w.ID}
	rc, err := s.changeWebhook(c, w.ID, func(before webhook.State) ([]event.Event, error) {
		created = !before.Exists()
		r, err := s.nextWebhook(caller(c), w, before)
		out.Version, out.Secret = r.Version, s.webhooks.Key.Secret(w.ID, r.Version)
		if err != nil || before.Active() && sameWebhook(r, before.Registration) {
			return nil, err
		}
		data, err := json.Marshal(r, json.Deterministic(true))
		if err != nil {
			return nil, fmt.Errorf("encode webhook %s: %w", w.ID, err)
		}
		return one(webhook.Registered.New(webhookEvent(w.ID, before, data), r, data))
	})
	if err != nil {
		return err
	}
	out.Position, out.Duplicate = rc.Position, rc.Duplicate
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return answer(c, status, out)
}

// readWebhook reads what a caller asks for, and judges it by itself. A caller
// bound to a partner gets what is that partner's, without saying so.
func (s *Server) readWebhook(c echo.Context) (w webhook.Subscription, err error) {
	id, err := pathValue(c, 2)
	if err != nil {
		return w, err
	}
	if id, err = plainID(id); err != nil {
		return w, refuseField("/id", "in the path: "+err.Error())
	}
	body, err := readBody(c, s.limits.Body)
	if err != nil {
		return w, err
	}
	defer release(body)
	if err := decode(body.Bytes(), &w); err != nil {
		return w, err
	}
	if w.ID != "" && w.ID != id {
		return w, refuseField("/id", "differs from the id in the path")
	}
	w.ID = id
	top := caller(c).Partner
	if w.Partner == "" {
		w.Partner = top
	}
	if err := refuseFaults(w.Validate(changes, web.Languages, s.webhooks.Private)); err != nil {
		return w, err
	}
	if w.Partner == top {
		return w, nil
	}
	if err := s.catchUp(c.Request().Context()); err != nil {
		return w, err
	}
	m := missing{dir: s.views.Directory()}
	if m.partner("/partner", w.Partner); len(m.list) == 0 && !belongs(m.dir, w.Partner, top) {
		m.add("/partner", "%q is not registered as a partner", w.Partner) // a foreign one is as good as none
	}
	if len(m.list) > 0 {
		return w, refuse(errRefused, "", m.list...)
	}
	return w, nil
}

// nextWebhook returns what is to be registered in the place of what was before.
func (s *Server) nextWebhook(who *auth.Caller, w webhook.Subscription, before webhook.State) (webhook.Registration, error) {
	r := webhook.Registration{Subscription: w, Key: s.webhooks.Key.Name()}
	standard, most := before.Version, before.Version+1
	if !before.Exists() { // whoever has it now has another secret than whoever had it
		standard = most
		if err := s.roomForWebhook(w.Partner); err != nil {
			return r, err
		}
	} else if !s.ownWebhook(who.Partner, &before) {
		return r, refuse(errConflict, "this id is taken")
	} else if w.Partner != before.Partner { // its receiver would learn what happens to others
		return r, refuseField("/partner", fmt.Sprintf("is %q; want %q, which cannot be changed: end the webhook, then put it", w.Partner, before.Partner))
	}
	if r.Version == 0 {
		r.Version = standard
	}
	if r.Version < standard || r.Version > most {
		return r, refuseField("/secret_version", fmt.Sprintf("is %d; leave it out, or want %d for a new secret", standard, most))
	}
	return r, nil
}

func (s *Server) roomForWebhook(of partner.ID) error {
	list, _, err := s.views.Webhooks()
	if err != nil {
		return err
	}
	all, own := 0, 0
	for i := range list {
		if list[i].Exists() {
			all++
			if list[i].Partner == of {
				own++
			}
		}
	}
	if all >= maxWebhooks || of != "" && own >= maxPartnerWebhooks {
		return refuse(errRefused, fmt.Sprintf("there may be %d webhooks, %d of one partner; end one first", maxWebhooks, maxPartnerWebhooks))
	}
	return nil
}

func sameWebhook(a, b webhook.Registration) bool {
	x, err := json.Marshal(a, json.Deterministic(true))
	y, err2 := json.Marshal(b, json.Deterministic(true))
	return err == nil && err2 == nil && string(x) == string(y)
}

// ownWebhook reports whether a webhook is one of a caller bound to top.
func (s *Server) ownWebhook(top partner.ID, w *webhook.State) bool {
	return top == "" || w.Partner != "" && belongs(s.views.Directory(), w.Partner, top)
}

// changeWebhook appends to a webhook's stream what decide returns, given what
// is the latest of it.
func (s *Server) changeWebhook(c echo.Context, id string, decide func(webhook.State) ([]event.Event, error)) (ledger.Receipt, error) {
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	for {
		if err := s.catchUp(ctx); err != nil {
			return ledger.Receipt{}, err
		}
		before, known, err := s.views.Webhook(id)
		if err != nil {
			return ledger.Receipt{}, err
		}
		at := ledger.NoStream
		if known {
			at = ledger.Expected(before.Revision)
		}
		events, err := decide(before)
		if err != nil || len(events) == 0 {
			return ledger.Receipt{Position: s.views.AsOf().Position, Duplicate: true}, err
		}
		for i := range events {
			events[i].Meta = caller(c).Meta
		}
		rc, err := s.log.Append(ctx, webhook.Stream(id), at, events...)
		if !errors.Is(err, ledger.ErrConflict) || ctx.Err() != nil {
			return rc, err
		}
	}
}

package api

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"waymark/internal/webhook"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// Of one claim.
const (
	maxRun    = 100              // alerts that are delivered under one claim
	settleFor = 10 * time.Second // to record how far it came

	// What is left when the server stops, both counted from then: less than
	// calls are given to end.
	sendGrace   = 5 * time.Second // to a message under way
	settleGrace = 8 * time.Second // to the record
)

// concerns tells whether an alert is for a webhook, and takes out of it what its
// partner may not know.
func (s *Server) concerns(w *webhook.State, a *projections.Alert) (bool, error) {
	if !w.Wants(string(a.Change)) {
		return false, nil
	}
	return s.keepTo(w.Partner, a)
}

// A delivery is what a node does under one claim.
type delivery struct {
	*courier
	state    webhook.State
	claim    uuid.UUID
	lease    webhook.Lease
	receipt  ledger.Receipt // of the claim
	through  string
	sent     int
	failure  *webhook.Failure
	disabled webhook.Reason
}

// deliver claims a webhook, delivers what there is for it, and records how far
// that came.
func (c *courier) deliver(ctx context.Context, w *sight, s webhook.State) {
	defer func() { c.over <- s.ID }()
	d := &delivery{courier: c, state: s, claim: uuid.New(), through: s.Through}
	err := d.begin(ctx)
	if errors.Is(err, ledger.ErrConflict) {
		w.stale = s.Revision
		return
	}
	if err == nil {
		err = d.run(ctx)
		err = errors.Join(err, d.settle())
	}
	if err != nil {
		w.rest = c.moment() + troubleWait
		c.server.logger.Error("a delivery to a webhook broke off", "webhook", s.ID, "error", err)
	}
}

// begin appends the claim. The lease counts from before that.
func (d *delivery) begin(ctx context.Context) error {
	ttl := d.server.webhooks.Lease
	e, err := webhook.ClaimRecorded.New(d.claim, webhook.Claimed{
		ID: d.state.ID, Claim: d.claim.String(), Node: d.node, After: d.through, TTL: ttl.Milliseconds(),
	}, nil)
	if err != nil {
		return err
	}
	d.lease = webhook.LeaseFrom(d.claim.String(), d.moment(), ttl)
	ctx, cancel := context.WithTimeout(ctx, d.lease.Until-d.moment())
	defer cancel()
	d.receipt, err = d.server.log.Append(ctx, webhook.Stream(d.state.ID), ledger.Expected(d.state.Revision), e)
	return err
}

// run delivers alerts, one after the other, until there are no more, one does
// not arrive, or the lease leaves no time for another.
func (d *delivery) run(ctx context.Context) error {
	hard, cancel := context.WithTimeout(d.sends, d.lease.Until-d.moment())
	defer cancel()
	for {
		list, err := d.server.views.Alerts(d.through, alertBatch, d.state.Lang)
		if err != nil {
			return err
		}
		for i := range list {
			a := &list[i]
			if ok, err := d.server.concerns(&d.state, a); err != nil {
				return err
			} else if !ok {
				d.through = a.Token
				continue
			}
			if ctx.Err() != nil || d.sent == maxRun || !d.lease.Holds(d.moment()+d.sender.timeout) {
				return nil
			}
			if changed, err := d.changed(); changed || err != nil {
				return err
			}
			if ok, err := d.send(hard, a); !ok {
				return err
			}
		}
		if len(list) < alertBatch {
			return nil
		}
	}
}

// changed tells whether the webhook was ended or put again since the claim:
// what it was is not what its subscriber wants now.
func (d *delivery) changed() (bool, error) {
	s, _, err := d.server.views.Webhook(d.state.ID)
	return s.Revision > d.receipt.Revision, err
}

// send delivers one alert, and returns false where it did not arrive.
func (d *delivery) send(ctx context.Context, a *projections.Alert) (bool, error) {
	token, now := a.Token, d.server.now()
	body, err := newNotice(a, now)
	if err != nil {
		return false, err
	}
	began := time.Now()
	cause, status := d.sender.send(ctx, &d.state, webhook.MessageID(token), body, now)
	if cause != "" && ctx.Err() != nil {
		return false, nil // broken off from here: it says nothing of the receiver
	}
	d.server.figures.webhooks.sent(cause, time.Since(began))
	if cause == "" {
		d.through = token
		d.sent++
		return true, nil
	}
	attempt := 1
	if d.sent == 0 && d.state.Failure != nil {
		attempt += d.state.Failure.Attempt
	}
	f, why := webhook.Failed(d.state.ID, cause, status, attempt, now)
	d.failure, d.disabled = &f, why
	d.server.logger.Warn("an alert did not reach a webhook", "webhook", d.state.ID, "cause", cause, "status", status, "attempt", attempt, "disabled", why)
	return false, nil
}

// settle records how far the delivery came, which ends the claim, whatever was
// recorded of the webhook meanwhile. Where another node has claimed the webhook
// by then, that is for it to say. A failure at an address says nothing of the one
// that was put in its place.
func (d *delivery) settle() error {
	ctx, cancel := context.WithTimeout(d.settles, settleFor)
	defer cancel()
	at := ledger.Expected(d.receipt.Revision)
	for {
		events, err := d.outcome()
		if err != nil {
			return err
		}
		rc, err := d.server.log.Append(ctx, webhook.Stream(d.state.ID), at, events...)
		if err == nil {
			return d.server.views.Wait(ctx, rc.Position)
		}
		if !errors.Is(err, ledger.ErrConflict) {
			return err
		}
		if err := d.server.catchUp(ctx); err != nil {
			return err
		}
		s, _, err := d.server.views.Webhook(d.state.ID)
		if err != nil {
			return err
		}
		if s.Claim == nil || s.Claim.ID != d.lease.Claim {
			d.server.figures.webhooks.lost.Inc()
			return nil
		}
		if !sameWebhook(s.Registration, d.state.Registration) {
			d.failure, d.disabled = nil, ""
		}
		at = ledger.Expected(s.Revision)
	}
}

// outcome returns the events that say how far the delivery came.
func (d *delivery) outcome() ([]event.Event, error) {
	id := func(name string) uuid.UUID { return uuid.NewSHA1(d.claim, []byte(name)) }
	e, err := webhook.AttemptRecorded.New(id("attempted"), webhook.Attempted{
		ID: d.state.ID, Claim: d.lease.Claim, Position: d.receipt.Position, Through: d.through, Delivered: d.sent, Failure: d.failure,
	}, nil)
	if err != nil || d.disabled == "" {
		return []event.Event{e}, err
	}
	e2, err := webhook.DisabledRecorded.New(id("disabled"), webhook.Disabled{ID: d.state.ID, Why: d.disabled}, nil)
	return []event.Event{e, e2}, err
}

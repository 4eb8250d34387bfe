package api

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"waymark/internal/webhook"
)

// Of the courier.
const (
	maxDeliveries = maxWebhooks           // webhooks that one node delivers to at once: none waits for another's receiver
	lookPause     = 20 * time.Millisecond // between looks, however fast the views move on
	troubleWait   = time.Second           // after something failed that has no schedule of its own
)

// A courier delivers alerts to webhooks. One loop looks at every webhook
// whenever the views move on, as a stream of alerts does, or a wait is over; each
// claim that is due is carried out beside it.
type courier struct {
	server  *Server
	sender  *sender
	node    string
	began   time.Time // of the node's monotonic clock
	seen    map[string]*sight
	over    chan string     // webhooks whose delivery is over
	sends   context.Context // of messages under way: goes on a little where the server stops
	settles context.Context // of records of how far they came: likewise
	running sync.WaitGroup
}

// A sight is what the loop remembers of a webhook.
type sight struct {
	vigil   webhook.Vigil
	busy    bool
	refused bool          // the webhook's key is not ours, and that was logged
	rest    time.Duration // not to claim before
	stale   int64         // another was faster than a claim on this revision; -1: none

	from    string // the state's token,
	at      int64  // its revision, and
	through string // that of the last alert behind it that does not concern the webhook
	pending bool   // one behind that does
}

// DeliverAlerts delivers alerts to the webhooks that are registered until ctx is
// done; then it ends what it is at, and returns. It returns at once where there
// is no key for webhooks. Several servers may do so on one log, and do each
// delivery once: see package internal/webhook.
func (s *Server) DeliverAlerts(ctx context.Context) {
	if s.webhooks.Key.IsZero() {
		return
	}
	c := &courier{
		server: s, sender: newSender(s.webhooks, s.version), node: uuid.NewString(), began: time.Now(),
		seen: map[string]*sight{}, over: make(chan string, maxDeliveries),
	}
	var end func()
	c.sends, end = outlasting(ctx, sendGrace)
	defer end()
	c.settles, end = outlasting(ctx, settleGrace)
	defer end()
	defer c.sender.close()
	defer c.running.Wait()
	for ctx.Err() == nil {
		changed := s.views.Changed() // before looking: what comes after is not missed
		timer := time.NewTimer(c.look(ctx))
		select {
		case <-changed:
			c.pause(ctx)
		case <-timer.C:
		case id := <-c.over:
			c.seen[id].busy = false
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// outlasting returns a context that ends d after another does.
func outlasting(ctx context.Context, d time.Duration) (context.Context, func()) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(d):
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel() }
}

func (c *courier) pause(ctx context.Context) {
	select {
	case <-time.After(lookPause):
	case <-ctx.Done():
	}
}

// moment is the node's monotonic clock.
func (c *courier) moment() time.Duration { return time.Since(c.began) }

// look claims what is due, and returns after how long to look again where nothing
// changes.
func (c *courier) look(ctx context.Context) time.Duration {
	list, _, err := c.server.views.Webhooks()
	if err != nil {
		c.server.logger.Error("webhooks cannot be read", "error", err)
		return troubleWait
	}
	busy := 0
	for _, w := range c.seen {
		if w.busy {
			busy++
		}
	}
	wait := webhook.Forever
	for i := range list {
		s := &list[i]
		w := c.seen[s.ID]
		if w == nil {
			w = &sight{stale: -1}
			c.seen[s.ID] = w
		}
		if w.busy || !c.ours(w, s) {
			continue
		}
		due, after := c.due(ctx, w, s)
		if due && busy == maxDeliveries {
			continue // one of these will be over
		}
		if due {
			busy++
			w.busy = true
			c.running.Go(func() { c.deliver(ctx, w, *s) })
			continue
		}
		wait = min(wait, after)
	}
	return wait
}

// ours tells whether this node can sign for a webhook. Where it cannot, other
// nodes may.
func (c *courier) ours(w *sight, s *webhook.State) bool {
	ok := s.Key == c.server.webhooks.Key.Name()
	if !ok && !w.refused && s.Active() {
		c.server.logger.Warn("a webhook is registered under another key; nothing is delivered to it from here", "webhook", s.ID)
	}
	w.refused = !ok
	return ok
}

// due tells whether to claim a webhook now, or after how long that may be.
func (c *courier) due(ctx context.Context, w *sight, s *webhook.State) (bool, time.Duration) {
	pending := false
	if s.Active() {
		var err error
		if pending, err = c.pending(ctx, w, s); err != nil {
			c.server.logger.Error("alerts for a webhook cannot be read", "webhook", s.ID, "error", err)
			return false, troubleWait
		}
	}
	now := c.moment()
	ok, wait := w.vigil.See(s, c.node, pending, now, c.server.now())
	switch {
	case ok && w.stale == s.Revision:
		return false, webhook.Forever // until the views show what the other did
	case ok && now < w.rest:
		return false, w.rest - now
	}
	return ok, wait
}

// pending tells whether there is an alert for a webhook. What does not concern it
// is read once.
func (c *courier) pending(ctx context.Context, w *sight, s *webhook.State) (bool, error) {
	if w.from != s.Through || w.at != s.Revision { // or it asks for something else now
		w.from, w.at, w.through, w.pending = s.Through, s.Revision, s.Through, false
	}
	for !w.pending && ctx.Err() == nil {
		list, err := c.server.views.Alerts(w.through, alertBatch, s.Lang)
		if err != nil {
			return false, err
		}
		for i := range list {
			if ok, err := c.server.concerns(s, &list[i]); err != nil {
				return false, err
			} else if ok {
				w.pending = true
				break
			}
			w.through = list[i].Token
		}
		if len(list) < alertBatch {
			break
		}
	}
	return w.pending, nil
}

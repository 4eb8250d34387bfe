package projections

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"waymark/internal/webhook"
)

// applyWebhook keeps the state of every webhook.
func applyWebhook(t *tx, e *entry) error {
	id := ""
	switch v := e.value.(type) {
	case webhook.Registration:
		id = v.ID
	case webhook.Claimed:
		id = v.ID
	case webhook.Attempted:
		id = v.ID
	case webhook.Disabled:
		id = v.ID
	case webhook.Ended:
		id = v.ID
	default:
		return nil
	}
	var s webhook.State
	if _, err := t.load(name(tableWebhook, id), &s); err != nil {
		return err
	}
	data, err := json.Marshal(s.Fold(e.value, e.Position, e.Revision, e.Created), json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("keep webhook %s: %w", id, err)
	}
	return t.set(name(tableWebhook, id), data)
}

// Webhooks returns every webhook that was ever registered, ordered by id, and
// up to where that is so.
func (v *Views) Webhooks() ([]webhook.State, AsOf, error) {
	q, s, done := v.read()
	defer done()
	var out []webhook.State
	for kv, err := range q.scan([]byte{tableWebhook}, nil) {
		var w webhook.State
		if err := orDamaged(err, kv, &w); err != nil {
			return nil, s.asOf(), err
		}
		out = append(out, w)
	}
	return out, s.asOf(), nil
}

// Webhook returns a webhook, false where none of that id was ever registered.
func (v *Views) Webhook(id string) (webhook.State, bool, error) {
	q, _, done := v.read()
	defer done()
	var w webhook.State
	found, err := q.load(name(tableWebhook, id), &w)
	return w, found, err
}

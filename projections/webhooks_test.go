package projections_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"waymark/internal/webhook"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// TestWebhooks keeps what a webhook's stream says, and draws it anew.
func TestWebhooks(t *testing.T) {
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	at := ledger.NoStream
	add := func(e event.Event, err error) ledger.Receipt {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		r, err := log.Append(t.Context(), webhook.Stream("hq"), at, e)
		if err != nil {
			t.Fatal(err)
		}
		at = ledger.Expected(r.Revision)
		return r
	}
	add(webhook.Registered.New(uuid.New(), webhook.Registration{Subscription: webhook.Subscription{ID: "hq", URL: "https://example.com", Version: 1}, Key: "k"}, nil))
	claim := add(webhook.ClaimRecorded.New(uuid.New(), webhook.Claimed{ID: "hq", Claim: "c", Node: "n", TTL: 60_000}, nil))
	add(webhook.AttemptRecorded.New(uuid.New(), webhook.Attempted{ID: "hq", Claim: "c", Position: claim.Position, Through: "1-1", Delivered: 2}, nil))
	for range 2 {
		views, err := projections.Open(log, projections.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := views.CatchUp(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		s, ok, err := views.Webhook("hq")
		if err != nil || !ok || s.Revision != 2 || s.Delivered != 2 || s.Through != "1-1" || s.Holder != "n" || time.Since(s.Last) > time.Hour {
			t.Errorf("the webhook is %+v, %t, %v", s, ok, err)
		}
		list, asOf, err := views.Webhooks()
		if err != nil || len(list) != 1 || list[0].ID != "hq" || asOf.Position != log.Last() {
			t.Errorf("the webhooks are %+v as of %v, %v", list, asOf, err)
		}
		if _, ok, err := views.Webhook("absent"); ok || err != nil {
			t.Errorf("one that is absent is there: %t, %v", ok, err)
		}
		if err := views.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

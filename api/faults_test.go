package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/api"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
)

// A failing log is a log whose appends fail once fault is set.
type failing struct {
	ledger.Log
	fault error
}

func (f *failing) Append(ctx context.Context, stream string, expected ledger.Expected, events ...event.Event) (ledger.Receipt, error) {
	if f.fault != nil {
		return ledger.Receipt{}, fmt.Errorf("append to %s: %w", stream, f.fault)
	}
	return f.Log.Append(ctx, stream, expected, events...)
}

// Health implements what readiness asks for.
func (f *failing) Health() error { return f.fault }

func TestFaultsOfTheLedger(t *testing.T) {
	log := &failing{}
	h := furnished(t, func(c *api.Config) { log.Log, c.Log = c.Log, log })
	for _, tt := range []struct {
		fault  error
		status int
		detail string
		retry  bool
	}{
		{ledger.ErrNoSpace, http.StatusInsufficientStorage, "nothing was recorded", true},
		{ledger.ErrBusy, http.StatusServiceUnavailable, "nothing was recorded", true},
		{ledger.ErrClosed, http.StatusServiceUnavailable, "nothing was recorded", true},
		{fmt.Errorf("%w: %w", ledger.ErrUnknown, context.DeadlineExceeded), http.StatusServiceUnavailable, "outcome unknown, repeat with the same id", true},
		{ledger.ErrTooLarge, http.StatusRequestEntityTooLarge, "262144 bytes", false},
		{ledger.ErrDamaged, http.StatusInternalServerError, "internal error", false},
		{errors.New("open /secret/place: permission denied"), http.StatusInternalServerError, "internal error", false},
	} {
		log.fault = tt.fault
		for path, body := range map[string]string{
			"/v1/hops":       good,
			"/epcis/capture": object(""),
		} {
			r := h.post(path, body)
			var p api.Problem
			_ = json.Unmarshal([]byte(r.body), &p)
			if r.status != tt.status || !strings.Contains(p.Detail, tt.detail) || (r.header.Get("Retry-After") != "") != tt.retry || strings.Contains(r.body, "secret") {
				t.Errorf("%v on %s answers %d %v %s, want %d", tt.fault, path, r.status, r.header, r.body, tt.status)
			}
		}
		if r := h.put("/v1/partners/P77", `{"name":"X","country":"TH","currency":"THB","timezone":"Asia/Bangkok"}`); r.status != tt.status {
			t.Errorf("%v on PUT answers %d %s, want %d", tt.fault, r.status, r.body, tt.status)
		}
		if r := h.get("/readyz"); r.status != http.StatusServiceUnavailable || strings.Contains(r.body, "secret") {
			t.Errorf("%v on readiness answers %d %s, want 503", tt.fault, r.status, r.body)
		}
	}
	log.fault = nil
	h.must("/v1/hops", good)
}

func TestAtLeast(t *testing.T) {
	h := furnished(t, func(c *api.Config) { c.Limits.Wait = 50 * time.Millisecond })
	h.must("/v1/hops", good)
	if r := h.get(fmt.Sprintf("%s?at_least=%d", itemPath(unit("G1")), h.size())); r.status != http.StatusOK {
		t.Errorf("at_least what was recorded answers %d %s", r.status, r.body)
	}
	r := h.get(fmt.Sprintf("%s?at_least=%d", itemPath(unit("G1")), h.size()+1))
	checkProblem(t, r, http.StatusServiceUnavailable, "")
	if r.header.Get("Retry-After") == "" {
		t.Error("the answer does not say when to try again")
	}
}

func TestMasterData(t *testing.T) {
	h := furnished(t)
	const grant = `{"partner":"P01","products":["DRILLS"],"regions":["MY"]}`
	created := h.put("/v1/grants/G3", grant)
	before := h.size()
	same := h.put("/v1/grants/G3", " "+grant)
	if created.status != http.StatusCreated || same.status != http.StatusOK || h.size() != before || !strings.Contains(same.body, `"duplicate":true`) {
		t.Errorf("PUT twice answers %d and %d %s, and adds %d events, want 201, 200 and none", created.status, same.status, same.body, h.size()-before)
	}
	changed := h.put("/v1/grants/G3", strings.Replace(grant, "MY", "SG", 1))
	if changed.status != http.StatusOK || h.size() != before+1 {
		t.Errorf("PUT of a change answers %d, want 200 and one event", changed.status)
	}
	h.current()
	var g partner.Grant
	h.get("/v1/grants/G3").decode(t, &g)
	if g.ID != "G3" || g.From != "2026-03-10" || len(g.Regions) != 1 || g.Regions[0] != "SG" {
		t.Errorf("the grant is %+v, want one for SG from the day it was recorded", g)
	}
	var names []string
	for path := "/v1/partners?limit=2"; path != ""; {
		var page struct {
			Partners []partner.Partner `json:"partners"`
			Next     string            `json:"next"`
		}
		h.get(path).decode(t, &page)
		for _, p := range page.Partners {
			names = append(names, string(p.ID))
		}
		path = ""
		if page.Next != "" {
			path = "/v1/partners?limit=2&after=" + page.Next
		}
	}
	if strings.Join(names, " ") != "P00 P01 P02" {
		t.Errorf("partners are %q", names)
	}
	var site partner.Site
	if h.get("/v1/sites/"+bangkok).decode(t, &site); site.Name != "Bangkok DC" {
		t.Errorf("the site is %+v", site)
	}
}

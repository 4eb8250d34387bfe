package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waymark/api"
	"waymark/projections"
)

// TestDigests: beyond the alert budget changes are told together, once, on the
// stream and in lists; a caller bound to a partner is told of its own.
func TestDigests(t *testing.T) {
	h := furnished(t, withKeys(t), func(c *api.Config) { c.Dev = true })
	h.declare("/v1/policies/frugal", `{"from":"2026-01-01","alert_budget":{"alerts":1,"per":10000}}`)
	for i := range 4 {
		h.diverted(fmt.Sprint("D", i))
	}
	// Goods of P02 go to Bangkok.
	h.must("/v1/hops", hop("c", "2026-03-01T08:00:00+08:00", "commissioning", factory, "", unit("K1")))
	h.must("/v1/hops", hop("r", "2026-03-03T08:00:00+01:00", "receiving", koeln, "", unit("K1")))
	h.must("/v1/hops", hop("x", "2026-03-06T01:30:00Z", "shipping", koeln, `"to":"`+bangkok+`"`, unit("K1")))
	h.must("/v1/hops", hop("later", "2026-03-08T08:00:00Z", "commissioning", factory, "", unit("U1")))
	h.current()
	get := func(path string, header ...string) (page struct {
		Alerts []projections.Alert `json:"alerts"`
		Next   string              `json:"next"`
	}) {
		t.Helper()
		h.get(path, append(header, "Accept", "application/json")...).decode(t, &page)
		return page
	}
	all := get("/v1/alerts").Alerts
	if len(all) != 2 || all[0].Change != projections.Raised || all[1].Digest == nil {
		t.Fatalf("the alerts are %+v, want one and a digest", all)
	}
	if d := all[1].Digest; d.Changes != 4 || d.Counts["raised R02"] != 4 || len(d.Findings) != 4 {
		t.Errorf("the digest is %+v, want four findings", d)
	}
	own := get("/v1/alerts", "Authorization", "Bearer p").Alerts
	if len(own) != 2 || own[1].Token != all[1].Token || own[1].Digest.Changes != 3 || len(own[1].Digest.Findings) != 3 {
		t.Errorf("to P01: %+v, want a digest of three", own)
	}
	if raw := h.get("/v1/alerts", "Accept", "application/json").body; strings.Contains(raw, `"finding":{"id":""`) {
		t.Errorf("a digest names an empty finding: %s", raw)
	}

	// Whoever resumes after the first alert, or at the digest, misses and repeats nothing.
	for _, key := range []string{"", "Bearer p"} {
		l := h.listen("/v1/alerts", "Last-Event-ID", all[0].Token, "Authorization", key)
		if id, name := l.next(); id != all[1].Token || name != "digest" {
			t.Errorf("after the first alert comes %s %s, want the digest %s", name, id, all[1].Token)
		}
		l.cancel()
	}
	if rest := get("/v1/alerts?after=" + all[1].Token).Alerts; len(rest) != 0 {
		t.Errorf("after the digest: %+v, want nothing", rest)
	}
	first := get("/v1/alerts?limit=1")
	if second := get("/v1/alerts?limit=1&after=" + first.Next); cmp.Diff(all[1:], second.Alerts) != "" {
		t.Errorf("the second page is %+v, want the digest", second.Alerts)
	}

	// A digest of others alone is not told at all.
	h.must("/v1/hops", hop("y", "2026-03-08T08:30:00Z", "commissioning", factory, "", unit("K2")))
	h.must("/v1/hops", hop("ya", "2026-03-08T08:40:00Z", "receiving", koeln, "", unit("K2")))
	h.must("/v1/hops", hop("yb", "2026-03-08T09:00:00Z", "shipping", koeln, `"to":"`+bangkok+`"`, unit("K2")))
	h.must("/v1/hops", hop("yc", "2026-03-08T11:00:00Z", "commissioning", factory, "", unit("U2")))
	h.current()
	after := "/v1/alerts?after=" + all[1].Token
	if n, own := len(get(after).Alerts), len(get(after, "Authorization", "Bearer p").Alerts); n != 1 || own != 0 {
		t.Errorf("of another's digest %d are told, %d to P01; want 1 and 0", n, own)
	}
}

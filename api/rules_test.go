package api_test

import (
	"net/http"
	"testing"

	"waymark/api"
	"waymark/internal/diversion"
)

type rulesAnswer struct {
	Rules []struct {
		ID         string `json:"id"`
		Title      string `json:"title"`
		LooksAt    string `json:"looks_at"`
		On         bool   `json:"on"`
		Blocks     bool   `json:"blocks_shipment"`
		Parameters []struct {
			Name    string  `json:"name"`
			Meaning string  `json:"meaning"`
			Default float64 `json:"default"`
			Value   float64 `json:"value"`
		} `json:"parameters"`
	} `json:"rules"`
	Policy struct {
		Version string `json:"version"`
	} `json:"policy"`
}

func TestRulesAreTold(t *testing.T) {
	h := furnished(t, withKeys(t), func(c *api.Config) { c.Dev = true })
	h.declare("/v1/policies/strict", `{"from":"2026-03-01","rules":{"R15":{"set":{"units":10,"window_hours":24}},"R20":{"off":true}}}`)
	var a rulesAnswer
	h.get("/v1/rules?lang=zh").decode(t, &a)
	if a.Policy.Version != "strict" || len(a.Rules) != len(diversion.Rules) {
		t.Fatalf("%d rules by %q, want %d by strict", len(a.Rules), a.Policy.Version, len(diversion.Rules))
	}
	for i, r := range a.Rules {
		rule := diversion.Rules[i]
		if r.ID != rule.ID || r.Title != rule.Title.ZH || r.LooksAt == "" || r.On != (r.ID != "R20") || len(r.Parameters) != len(rule.Params.List)+1 {
			t.Errorf("%+v is not what %s says of itself", r, rule.ID)
		}
		if r.Blocks != (r.ID == "R02" || r.ID == "R17" || r.ID == "R19") {
			t.Errorf("%s blocks shipments: %t", r.ID, r.Blocks)
		}
		for _, p := range r.Parameters {
			want := p.Default
			if r.ID == "R15" {
				want = map[string]float64{"units": 10, "window_hours": 24}[p.Name]
			}
			if p.Meaning == "" || p.Value != want {
				t.Errorf("%s: %+v, want the value %v", r.ID, p, want)
			}
		}
	}
	if r := h.get("/v1/rules", "Authorization", "Bearer p"); r.status != http.StatusForbidden {
		t.Errorf("a caller bound to a partner is answered %d", r.status)
	}
	if r := h.get("/v1/rules?lang=fr"); r.status != http.StatusBadRequest {
		t.Errorf("an unknown language is answered %d", r.status)
	}
}

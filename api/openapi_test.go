package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"waymark/api"
	"waymark/projections"
)

// A description is what /openapi.json says, as far as these tests ask.
type description struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name, In, Description string
			Schema                map[string]any
		}
		RequestBody struct {
			Content map[string]struct{ Schema map[string]any }
		}
		Responses map[string]struct {
			Content map[string]struct{ Schema map[string]any }
		}
	}
	Components struct{ Schemas map[string]map[string]any }
}

func describe(t *testing.T, h *house) description {
	t.Helper()
	var d description
	r := h.get("/openapi.json")
	if err := json.Unmarshal([]byte(r.body), &d, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatalf("%s: %v", r.body, err)
	}
	return d
}

// TestDescriptionIsComplete: every path of ours says what it takes, what it
// answers and which parameters it knows.
func TestDescriptionIsComplete(t *testing.T) {
	h := furnished(t)
	d := describe(t, h)
	for _, r := range api.Routes() {
		if !strings.HasPrefix(r.Path, "/v1/") {
			continue
		}
		path := r.Path
		for _, name := range []string{"id", "gln", "gtin", "item"} {
			path = strings.ReplaceAll(path, ":"+name, "{"+name+"}")
		}
		op, ok := d.Paths[path][strings.ToLower(r.Method)]
		if !ok {
			t.Errorf("%s %s is not described", r.Method, path)
			continue
		}
		if r.Method != http.MethodGet && r.Method != http.MethodDelete && op.RequestBody.Content["application/json"].Schema == nil {
			t.Errorf("%s %s does not say what it takes", r.Method, path)
		}
		good := op.Responses["200"].Content
		if good["application/json"].Schema == nil && good["text/plain; charset=utf-8"].Schema == nil {
			t.Errorf("%s %s does not say what it answers", r.Method, path)
		}
		for _, p := range op.Parameters {
			if p.Schema == nil || p.Description == "" {
				t.Errorf("%s %s says nothing of its parameter %s", r.Method, path, p.Name)
			}
			if p.In == "query" && r.Method == http.MethodGet {
				at := strings.NewReplacer("{id}", "P01", "{gln}", factory, "{gtin}", gtin, "{item}", itemPath(unit("A"))[len("/v1/items/"):]).Replace(path)
				if got := h.get(at+"?"+p.Name+"=-", "Accept", "application/json"); strings.Contains(got.body, "no such parameter") {
					t.Errorf("GET %s does not know its parameter %s", path, p.Name)
				}
			}
		}
	}
}

// TestDocumentsFitTheDescription holds what is posted and answered against the
// schemas.
func TestDocumentsFitTheDescription(t *testing.T) {
	h := furnished(t)
	h.diverted("O1")
	h.must("/v1/orders", `{"id":"O-1","seller":"P00","buyer":"P01","ship_to":"`+bangkok+`","lines":[{"gtin":"`+gtin+`","quantity":5}],"date":"2026-03-01"}`)
	h.must("/v1/observations", `{"id":"o1","time":"2026-03-09T08:00:00Z","item":"`+unit("O1")+`","kind":"consumer","country":"DE","source":"gps","lat":50.9,"lon":6.9}`)
	h.current()
	d := describe(t, h)
	var page projections.Page
	h.get("/v1/findings").decode(t, &page)
	if len(page.Findings) == 0 {
		t.Fatal("nothing was found")
	}
	for path, at := range map[string]string{
		"/v1/partners/{id}": "/v1/partners/P01", "/v1/sites/{gln}": "/v1/sites/" + bangkok, "/v1/products/{gtin}": "/v1/products/" + gtin,
		"/v1/grants/{id}": "/v1/grants/G01", "/v1/partners": "/v1/partners?limit=2", "/v1/orders/{id}": "/v1/orders/O-1", "/v1/asns/{id}": "/v1/asns/A-O1",
		"/v1/items/{item}": itemPath(unit("O1")), "/v1/items/{item}/provenance": itemPath(unit("O1")) + "/provenance",
		"/v1/findings": "/v1/findings", "/v1/findings/{id}": "/v1/findings/" + page.Findings[0].ID, "/v1/regions": "/v1/regions", "/v1/blind-spots": "/v1/blind-spots?limit=3", "/v1/alerts": "/v1/alerts",
	} {
		r := h.get(at, "Accept", "application/json")
		var v any
		r.decode(t, &v)
		s := d.Paths[path]["get"].Responses["200"].Content["application/json"].Schema
		for _, fault := range d.check(s, v, "") {
			t.Errorf("GET %s: %s\n%s", at, fault, r.body)
		}
	}
	for path, body := range map[string]string{
		"/v1/hops":         hop("h", "2026-03-01T08:00:00Z", "shipping", factory, `"to":"`+bangkok+`"`, unit("A1")),
		"/v1/ship-checks":  `{"from":"` + bangkok + `","to":"` + koeln + `","items":["` + unit("O1") + `"]}`,
		"/v1/observations": `{"id":"o2","time":"2026-03-09T08:00:00Z","item":"` + unit("O1") + `","kind":"inspection","country":"DE","source":"declared"}`,
	} {
		r := h.post(path, body)
		op := d.Paths[path]["post"]
		for what, s := range map[string]map[string]any{body: op.RequestBody.Content["application/json"].Schema, r.body: op.Responses["200"].Content["application/json"].Schema} {
			var v any
			if err := json.Unmarshal([]byte(what), &v); err != nil {
				t.Fatal(err)
			}
			for _, fault := range d.check(s, v, "") {
				t.Errorf("POST %s: %s\n%s", path, fault, what)
			}
		}
	}
	grants := d.Components.Schemas["partner.Grant"]
	if faults := d.check(grants, map[string]any{"partner": 7., "colour": "red", "regions": []any{"DE"}}, ""); len(faults) != 3 {
		t.Errorf("a grant with three faults has %q by the description", faults)
	}
}

// check returns where a value does not fit a schema.
func (d description) check(s map[string]any, v any, at string) (faults []string) {
	if ref, ok := s["$ref"].(string); ok {
		s, ok = d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
		if !ok {
			return []string{ref + " is not there"}
		}
	}
	is := map[string]bool{}
	switch v := v.(type) {
	case map[string]any:
		is["object"] = true
		properties, _ := s["properties"].(map[string]any)
		for name, value := range v {
			p, ok := properties[name].(map[string]any)
			if more, given := s["additionalProperties"].(map[string]any); !ok && given {
				p, ok = more, true
			}
			if !ok {
				faults = append(faults, at+"/"+name+" is not described")
				continue
			}
			faults = append(faults, d.check(p, value, at+"/"+name)...)
		}
		required, _ := s["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				faults = append(faults, fmt.Sprintf("%s/%s is wanting", at, name))
			}
		}
	case []any:
		is["array"] = true
		items, _ := s["items"].(map[string]any)
		for i, value := range v {
			faults = append(faults, d.check(items, value, fmt.Sprintf("%s/%d", at, i))...)
		}
	case string:
		is["string"] = true
	case float64:
		is["number"], is["integer"] = true, v == float64(int64(v))
	case bool:
		is["boolean"] = true
	}
	if want, ok := s["type"].(string); ok && !is[want] {
		faults = append(faults, fmt.Sprintf("%s is %v, not of type %s", at, v, want))
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, v) {
		faults = append(faults, fmt.Sprintf("%s is %v, not one of %v", at, v, enum))
	}
	return faults
}

package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"waymark/api/auth"
)

// getOpenAPI answers GET /openapi.json, made of the routes.
func (s *Server) getOpenAPI(c echo.Context) error {
	paths := map[string]map[string]any{}
	for _, r := range routes() {
		path, params := openPath(r.path)
		op := map[string]any{
			"summary":   r.summary,
			"responses": openResponses(r),
		}
		if len(params) > 0 {
			op["parameters"] = params
		}
		if r.scope != auth.Everybody {
			op["security"] = []any{map[string][]string{"key": {}}}
			op["x-scope"] = r.scope.String()
		}
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(r.method)] = op
	}
	return answer(c, http.StatusOK, map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]string{"title": "Waymark", "version": s.version, "description": "A ledger of serial numbers that finds goods outside the territory they were sold for. Paths under /epcis are those of GS1 EPCIS 2.0."},
		"paths":   paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"key": map[string]string{"type": "http", "scheme": "bearer"}},
			"schemas":         map[string]any{"Problem": problemSchema},
		},
	})
}

// openPath writes a route's path as OpenAPI does, with its parameters.
func openPath(path string) (string, []any) {
	segments := strings.Split(path, "/")
	var params []any
	for i, seg := range segments {
		name, ok := strings.CutPrefix(seg, ":")
		if !ok {
			continue
		}
		segments[i] = "{" + name + "}"
		params = append(params, map[string]any{
			"name": name, "in": "path", "required": true, "description": "percent-encoded once", "schema": map[string]string{"type": "string"},
		})
	}
	return strings.Join(segments, "/"), params
}

func openResponses(r route) map[string]any {
	problem := map[string]any{
		"description": "a problem, RFC 9457",
		"content":     map[string]any{problemType: map[string]any{"schema": map[string]string{"$ref": "#/components/schemas/Problem"}}},
	}
	out := map[string]any{"default": problem}
	switch {
	case r.method == http.MethodPut || r.method == http.MethodPost && strings.HasPrefix(r.path, "/v1/") && r.path != "/v1/ship-checks":
		out["201"] = map[string]string{"description": "recorded"}
		out["200"] = map[string]string{"description": "recorded before, or an answer a line"}
	case strings.HasSuffix(r.path, "/capture") && r.method == http.MethodPost:
		out["202"] = map[string]string{"description": "taken; Location names the capture job"}
	case r.method == http.MethodOptions:
		out["204"] = map[string]string{"description": "what the path offers"}
	default:
		out["200"] = map[string]string{"description": "the answer"}
	}
	return out
}

var problemSchema = map[string]any{
	"type":     "object",
	"required": []string{"type", "title", "status"},
	"properties": map[string]any{
		"type":     map[string]string{"type": "string"},
		"title":    map[string]string{"type": "string"},
		"status":   map[string]string{"type": "integer"},
		"detail":   map[string]string{"type": "string"},
		"instance": map[string]string{"type": "string"},
		"errors": map[string]any{"type": "array", "items": map[string]any{"type": "object", "properties": map[string]any{
			"line":   map[string]string{"type": "integer"},
			"field":  map[string]string{"type": "string"},
			"detail": map[string]string{"type": "string"},
		}}},
	},
}

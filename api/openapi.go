package api

import (
	"cmp"
	"maps"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"waymark/api/auth"
)

// getOpenAPI answers GET /openapi.json, made of the routes and their forms.
func (s *Server) getOpenAPI(c echo.Context) error {
	components := schemas{"Problem": problemSchema}
	known := forms(components)
	paths := map[string]map[string]any{}
	for _, r := range routes() {
		path, params := openPath(r.path)
		f := known[r.method+" "+r.path]
		op := schema{"summary": r.summary}
		if f.body != nil {
			op["requestBody"] = openBody(components.of(f.body), f.lines)
		}
		op["responses"] = openResponses(r, f)
		for _, name := range f.params {
			p := maps.Clone(parameters[name])
			p["name"] = name
			params = append(params, p)
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
	return answer(c, http.StatusOK, schema{
		"openapi": "3.1.0",
		"info":    map[string]string{"title": "Waymark", "version": s.version, "description": "A ledger of serial numbers that finds goods outside the territory they were sold for. Paths under /epcis are those of GS1 EPCIS 2.0."},
		"paths":   paths,
		"components": schema{
			"securitySchemes": schema{"key": map[string]string{"type": "http", "scheme": "bearer"}},
			"schemas":         components,
		},
	})
}

// openBody describes a body of one document or, with lines, of many.
func openBody(document schema, lines bool) schema {
	content := schema{typeJSON: schema{"schema": document}}
	if lines {
		content[typeNDJSON] = schema{"schema": schema{"type": "string", "description": "such documents, one a line; the answer has a line for each, a receipt or a problem"}}
	}
	return schema{"required": true, "content": content}
}

// openPath writes a route's path as OpenAPI does, with its parameters.
func openPath(path string) (string, []any) {
	segments := strings.Split(path, "/")
	var params []any
	for i, seg := range segments {
		name, ok := strings.CutPrefix(seg, ":")
		if seg == "*" {
			name, ok = "path", true
		}
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

func openResponses(r route, f form) schema {
	out := schema{"default": schema{
		"description": "a problem, RFC 9457",
		"content":     schema{problemType: schema{"schema": map[string]string{"$ref": "#/components/schemas/Problem"}}},
	}}
	good := func(status, description string) {
		answer := schema{"description": description}
		if f.answer != nil {
			content := schema{cmp.Or(f.media, typeJSON): schema{"schema": f.answer}}
			if f.stream {
				content["text/event-stream"] = schema{"schema": schema{"type": "string", "description": "an entry of the list as the data of each event, without end; id is the token to resume after"}}
			}
			answer["content"] = content
		}
		out[status] = answer
	}
	switch {
	case f.status == http.StatusCreated:
		good("201", "recorded")
		good("200", "recorded before, or an answer a line")
	case strings.HasSuffix(r.path, "/capture") && r.method == http.MethodPost:
		good("202", "taken; Location names the capture job")
	case r.method == http.MethodOptions:
		good("204", "what the path offers")
	default:
		good("200", "the answer")
	}
	return out
}

var problemSchema = schema{
	"type":     "object",
	"required": []string{"type", "title", "status"},
	"properties": map[string]any{
		"type":     map[string]string{"type": "string"},
		"title":    map[string]string{"type": "string"},
		"status":   map[string]string{"type": "integer"},
		"detail":   map[string]string{"type": "string"},
		"instance": map[string]string{"type": "string"},
		"guard":    map[string]string{"type": "string", "description": "the legal guard that refused, G1 to G17"},
		"errors": map[string]any{"type": "array", "items": map[string]any{"type": "object", "properties": map[string]any{
			"line":   map[string]string{"type": "integer"},
			"field":  map[string]string{"type": "string"},
			"detail": map[string]string{"type": "string"},
		}}},
	},
}

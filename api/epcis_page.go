package api

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"

	"github.com/go-json-experiment/json"

	"waymark/internal/epcis"
)

// A pageToken says where the next page of an answer begins.
type pageToken struct {
	After  string `json:"a,omitzero"` // id of the last event, in the order of the views
	Offset int    `json:"o,omitzero"` // in an answer that is sorted
	Given  int    `json:"n,omitzero"` // events given so far
	Query  uint64 `json:"q"`          // hash of the query that it belongs to
}

func (t *pageToken) String() string {
	data, err := json.Marshal(t)
	if err != nil {
		return "" // unreachable: every field marshals
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// An eventPage is a query, where its page begins, and where the next does.
type eventPage struct {
	query epcis.Query
	from  pageToken
	size  int
	next  *pageToken
}

func newEventPage(q epcis.Query, values url.Values) (*eventPage, error) {
	p := &eventPage{query: q, size: perPage}
	if q.PerPage > 0 {
		p.size = min(q.PerPage, maxLimit)
	}
	h := fnv.New64a()
	for _, name := range slices.Sorted(slices.Values(keysOf(values))) {
		if name != "nextPageToken" && name != "perPage" {
			fmt.Fprintf(h, "%q=%q;", name, values[name])
		}
	}
	p.from.Query = h.Sum64() >> 11 // a JSON number holds it
	if q.NextPageToken == "" {
		return p, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(q.NextPageToken)
	var t pageToken
	if err != nil || json.Unmarshal(data, &t, json.RejectUnknownMembers(true)) != nil || t.Query != p.from.Query || t.Offset < 0 || t.Given < 0 {
		return nil, refuse(errQuery, "", FieldError{Field: "nextPageToken", Detail: "want a token of an earlier answer to the same query"})
	}
	p.from = t
	return p, nil
}

// room returns how many events this page may hold.
func (p *eventPage) room() int {
	if p.query.EventCountLimit > 0 {
		return max(0, min(p.size, p.query.EventCountLimit-p.from.Given))
	}
	return p.size
}

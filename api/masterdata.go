package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// A resource is a kind of master data: one thing, one stream, the last event
// of which says what it is from now on.
type resource[T any] struct {
	kind string // of the streams, and the name of the list in an answer
	many string
	typ  event.Type[T]
	// name reads the id in a path; the canonical spelling names the stream.
	name     func(path string) (string, error)
	id       func(T) string                    // "" where a body leaves it out
	setID    func(v *T, id string)             // id is what name returned
	complete func(v *T, before *T, now string) // fills in what a body may leave out
	validate func(T) []partner.Fault
	missing  func(*missing, T)
	// ties tells whether v hangs on things of its own kind. Such things are put
	// one at a time, each judged by all that is recorded before it: two that are
	// fine alone could tie a ring together.
	ties func(v T) bool
	find func(*projections.Views, string) (T, bool)
	all  func(*projections.Views) []T // ordered by id
}

// put answers PUT: 201 where the thing is new, 200 where it is changed or the
// same. The id in the path says which it is.
func (k *resource[T]) put(s *Server, c echo.Context) error {
	if _, err := mediaType(c.Request(), typeJSON); err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	id, v, err := k.read(s, c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), appendWait)
	defer cancel()
	if k.ties != nil && k.ties(v) {
		s.tying.Lock()
		defer s.tying.Unlock()
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
	if err := k.known(ctx, s, v); err != nil {
		return err
	}
	created := false
	rc, err := ledger.Decide(ctx, s.log, ledger.AggregateStream(k.kind, id), k.fold, func(before *versions[T]) ([]event.Event, error) {
		created = before == nil
		return k.next(s, caller(c), id, v, before)
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return c.JSONBlob(status, receipt{id, rc.Position, rc.Duplicate, ""}.appendTo(nil, 0))
}

// read reads the body, which may repeat the id of the path but not differ.
func (k *resource[T]) read(s *Server, c echo.Context) (id string, v T, err error) {
	spelt, err := pathValue(c, 2)
	if err != nil {
		return "", v, err
	}
	field := "/" + idField(k.kind)
	if id, err = k.name(spelt); err != nil {
		return "", v, refuseField(field, "in the path: "+plain(err))
	}
	body, err := readBody(c, s.limits.Body)
	if err != nil {
		return "", v, err
	}
	defer release(body)
	if err := decode(body.Bytes(), &v); err != nil {
		return "", v, err
	}
	if given := k.id(v); given != "" && given != id {
		return "", v, refuseField(field, "differs from the id in the path")
	}
	k.setID(&v, id)
	return id, v, nil
}

// known refuses what names things that are not registered.
func (k *resource[T]) known(ctx context.Context, s *Server, v T) error {
	for try := 0; ; try++ {
		m := missing{dir: s.views.Directory()}
		k.missing(&m, v)
		if len(m.list) == 0 {
			return nil
		}
		if try > 0 {
			return refuse(errRefused, "", m.list...)
		}
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
}

// versions is what a stream says of its thing.
type versions[T any] struct {
	last T
	next int64 // revision
}

func (k *resource[T]) fold(_ *versions[T], r ledger.Recorded) (*versions[T], error) {
	v, err := event.NewCatalog(k.typ).Decode(r.Event)
	if err != nil {
		return nil, err
	}
	last, ok := v.(T)
	if !ok {
		return nil, fmt.Errorf("stream %s holds a %T, want a %T", r.Stream, v, last)
	}
	return &versions[T]{last, r.Revision + 1}, nil
}

// next returns the event that makes v what holds from now on, or none where it
// holds already.
func (k *resource[T]) next(s *Server, who *auth.Caller, id string, v T, before *versions[T]) ([]event.Event, error) {
	revision := int64(0)
	var last *T
	if before != nil {
		revision, last = before.next, &before.last
	}
	if k.complete != nil {
		k.complete(&v, last, s.now().UTC().Format("2006-01-02"))
	}
	if err := refuseFaults(k.validate(v)); err != nil {
		return nil, err
	}
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", k.kind, id, err)
	}
	if last != nil {
		was, err := json.Marshal(*last, json.Deterministic(true))
		if err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", k.kind, id, err)
		}
		if bytes.Equal(was, data) {
			return nil, nil
		}
	}
	stream := ledger.CaptureID(ledger.AggregateStream(k.kind, id))
	e, err := k.typ.New(ledger.EventID(stream, int(revision), data), v, data)
	if err != nil {
		return nil, err
	}
	e.Meta = who.Meta
	s.figures.recorded(e.Type, 1, false)
	return []event.Event{e}, nil
}

// get answers GET of one thing.
func (k *resource[T]) get(s *Server, c echo.Context) error {
	return s.document(c, func(spelt string) (any, bool, error) {
		id, err := k.name(spelt)
		if err != nil {
			return nil, false, nil
		}
		v, ok := k.find(s.views, id)
		return v, ok, nil
	})
}

// list answers GET of all things, a page at a time, ordered by id.
func (k *resource[T]) list(s *Server, c echo.Context) error {
	q, err := s.query(c, "limit", "after")
	if err != nil {
		return err
	}
	limit, after := q.limit("limit"), q.text("after")
	if err := q.err(); err != nil {
		return err
	}
	asOf := s.views.AsOf()
	page := make([]T, 0, limit)
	next := ""
	for _, v := range k.all(s.views) {
		if after != "" && strings.Compare(k.id(v), after) <= 0 {
			continue
		}
		if len(page) == limit {
			next = k.id(page[limit-1])
			break
		}
		page = append(page, v)
	}
	out := map[string]any{k.many: page, "as_of": asOf}
	if next != "" {
		out["next"] = next
	}
	return answer(c, http.StatusOK, out)
}

// idField returns the name of the id in a document of a kind.
func idField(kind string) string {
	switch kind {
	case "site":
		return "gln"
	case "product":
		return "gtin"
	case "policy":
		return "version"
	}
	return "id"
}

// plain returns what is wrong with an id, without repeating it where it is a
// GS1 key.
func plain(err error) string {
	var key *gs1.Error
	if errors.As(err, &key) {
		return key.Reason
	}
	return err.Error()
}

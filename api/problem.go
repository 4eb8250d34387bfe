package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"waymark/internal/compliance"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/seal"
)

// A Problem is the answer to a request that did not succeed, RFC 9457.
type Problem struct {
	Type     string       `json:"type"`
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail,omitzero"`
	Instance string       `json:"instance,omitzero"`
	Guard    string       `json:"guard,omitzero"` // that refused, such as G2
	Errors   []FieldError `json:"errors,omitempty"`

	retryAfter int // seconds; 0 says nothing
}

// A FieldError is one thing wrong with a request.
type FieldError struct {
	Line   int    `json:"line,omitzero"` // of a body of many lines, from 1
	Field  string `json:"field"`         // JSON Pointer into the document, or the name of a parameter
	Detail string `json:"detail"`
}

// What can be wrong with a request, beside what the packages below say.
var (
	errSyntax        = errors.New("not the document asked for")
	errQuery         = errors.New("query not understood")
	errUnknownKey    = errors.New("key missing or not known")
	errForbidden     = errors.New("not allowed to this key")
	errCrossOrigin   = errors.New("sent by a page of another origin")
	errNotFound      = errors.New("not found")
	errMethod        = errors.New("method not allowed")
	errNotAccepted   = errors.New("no such form of the answer")
	errGuarded       = errors.New("refused by a guard")
	errState         = errors.New("not as things stand")
	errConflict      = errors.New("recorded before with other content")
	errTooLarge      = errors.New("larger than is taken")
	errQueryTooLarge = errors.New("answer larger than is given")
	errTooLong       = errors.New("address longer than is taken")
	errMediaType     = errors.New("media type not taken")
	errRefused       = errors.New("content refused")
	errStands        = errors.New("does not fit how things stand")
	errBusy          = errors.New("too many requests at once")
	errBehind        = errors.New("views are behind")
	errNotReady      = errors.New("not ready")
	errAbsent        = errors.New("not offered")
)

// problems is what a client may learn about an error. What is not found here
// is an internal error, of which it learns nothing.
var problems = []struct {
	err        error
	status     int
	slug       string // of the type, under typeStem
	epcis      string // of the type, on the paths of EPCIS; EPCIS 2.0 §12
	title      string
	detail     string
	retryAfter int
}{
	{errSyntax, 400, "malformed", "ValidationException", "The body is not the document asked for", "", 0},
	{errQuery, 400, "query", "QueryParameterException", "The question is not understood", "", 0},
	{errUnknownKey, 401, "unauthenticated", "SecurityException", "A known key is needed", "send Authorization: Bearer and a key", 0},
	{errForbidden, 403, "forbidden", "SecurityException", "The key does not allow this", "", 0},
	{errCrossOrigin, 403, "cross-origin", "SecurityException", "Pages of other origins may not post here", "", 0},
	{errNotFound, 404, "not-found", "NoSuchResourceException", "Not found", "", 0},
	{errMethod, 405, "method", "ImplementationException", "The method is not allowed here", "", 0},
	{errNotAccepted, 406, "not-acceptable", "NotAcceptableException", "There is no such form of the answer", "", 0},
	{errGuarded, 409, "guard", "ValidationException", "A guard holds this back", "", 0},
	{errState, 409, "state", "ImplementationException", "Not as things stand", "", 0},
	{errConflict, 409, "conflict", "ResourceAlreadyExistsException", "The id is taken by other content", "", 0},
	{ledger.ErrConflict, 409, "conflict", "ResourceAlreadyExistsException", "The id is taken by other content", "this id was recorded before with other content; nothing was recorded now", 0},
	{errStands, 409, "state", "ValidationException", "It does not fit how things stand", "", 0},
	{errTooLarge, 413, "too-large", "CaptureLimitExceededException", "Larger than is taken", "", 0},
	{ledger.ErrTooLarge, 413, "too-large", "CaptureLimitExceededException", "Larger than is taken", "one event takes at most 262144 bytes, one capture 1000000", 0},
	{errQueryTooLarge, 413, "query-too-large", "QueryTooLargeException", "The answer is larger than is given", "", 0},
	{errTooLong, 414, "uri-too-long", "URITooLongException", "The address is longer than is taken", "", 0},
	{errMediaType, 415, "media-type", "UnsupportedMediaTypeException", "The media type is not taken", "", 0},
	{errRefused, 422, "invalid", "ValidationException", "The content is refused", "", 0},
	{ledger.ErrInvalid, 422, "invalid", "ValidationException", "The content is refused", "the ledger cannot take this", 0},
	{errBusy, 429, "busy", "ImplementationException", "Too many requests at once", "", 1},
	{errUnsealed, 503, "unsealed", "ImplementationException", "Not sealed yet", "", 1},
	{seal.ErrUnsealed, 503, "unsealed", "ImplementationException", "Not sealed yet", "no checkpoint covers it yet", 1},
	{errAbsent, 501, "not-offered", "ImplementationException", "This server does not offer it", "", 0},
	{ledger.ErrNoSpace, 507, "no-space", "ImplementationException", "The ledger has no room", "nothing was recorded; keep what you have and repeat with the same id", 60},
	{ledger.ErrUnknown, 503, "outcome-unknown", "ImplementationException", "Outcome unknown", "outcome unknown, repeat with the same id", 1},
	{ledger.ErrBusy, 503, "busy", "ImplementationException", "The ledger is busy", "nothing was recorded; repeat with the same id", 1},
	{ledger.ErrClosed, 503, "closing", "ImplementationException", "The server is stopping", "nothing was recorded; repeat with the same id", 5},
	{errNotReady, 503, "not-ready", "ImplementationException", "Not ready", "the ledger takes no events", 5},
	{errBehind, 503, "behind", "ImplementationException", "The views have not come that far", "", 1},
}

const (
	typeStem      = "urn:waymark:problem:"
	epcisTypeStem = "epcisException:"
)

// A refusal is an error whose words are meant for the client.
type refusal struct {
	kind   error // a row of problems
	detail string
	errors []FieldError
	guard  string
}

func (r *refusal) Error() string {
	s := r.kind.Error()
	if r.detail != "" {
		s += ": " + r.detail
	}
	for _, e := range r.errors {
		s += "; " + e.Field + ": " + e.Detail
	}
	return s
}

func (r *refusal) Unwrap() error { return r.kind }

func refuse(kind error, detail string, errs ...FieldError) error {
	return &refusal{kind: kind, detail: detail, errors: errs}
}

// refuseGuarded refuses a request on a guard's account.
func refuseGuarded(b *compliance.Breach) error {
	return &refusal{kind: errGuarded, detail: b.Detail, guard: string(b.Guard)}
}

// refuseField refuses a request for one field.
func refuseField(field, detail string) error {
	return &refusal{kind: errRefused, errors: []FieldError{{Field: field, Detail: detail}}}
}

// refuseFaults refuses a document for what its type says is wrong with it.
func refuseFaults(faults []partner.Fault) error {
	if len(faults) == 0 {
		return nil
	}
	errs := make([]FieldError, 0, min(len(faults), maxErrors))
	for _, f := range faults {
		if len(errs) == maxErrors {
			break
		}
		errs = append(errs, FieldError{Field: f.Field, Detail: f.Detail})
	}
	return &refusal{kind: errRefused, errors: errs}
}

// maxErrors bounds the errors of one problem.
const maxErrors = 100

// problemOf returns what a client may learn about err, and false where that is
// nothing because the fault is ours.
func problemOf(err error, epcis bool) (Problem, bool) {
	if errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ledger.ErrUnknown) {
		err = refuse(errBehind, "it took too long; try again")
	}
	for _, row := range problems {
		if !errors.Is(err, row.err) {
			continue
		}
		p := Problem{Type: typeStem + row.slug, Title: row.title, Status: row.status, Detail: row.detail, retryAfter: row.retryAfter}
		if epcis {
			p.Type = epcisTypeStem + row.epcis
		}
		var r *refusal
		if errors.As(err, &r) {
			if r.detail != "" {
				p.Detail = r.detail
			}
			p.Errors, p.Guard = r.errors, r.guard
		}
		return p, true
	}
	p := Problem{Type: typeStem + "internal", Title: "Internal error", Status: http.StatusInternalServerError, Detail: "internal error"}
	if epcis {
		p.Type = epcisTypeStem + "ImplementationException"
	}
	return p, false
}

const problemType = "application/problem+json"

// writeProblem answers with p.
func writeProblem(c echo.Context, p Problem) error {
	p.Instance = shorten(c.Request().URL.EscapedPath())
	data, err := json.Marshal(p, json.Deterministic(true))
	if err != nil {
		return err // unreachable: every field marshals
	}
	h := c.Response().Header()
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return c.Blob(p.Status, problemType, data)
}

// shorten cuts what a client sent to what a log line or an answer may repeat.
func shorten(s string) string {
	if len(s) > 256 {
		return s[:256]
	}
	return s
}

package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"waymark/api/auth"
	"waymark/internal/partner"
	"waymark/ledger"
	"waymark/ledger/event"
	"waymark/projections"
)

// A capture is a kind of document that is recorded once, under an id that its
// sender gives: the same again, in whatever spelling, returns the first receipt;
// other content under the id is a conflict.
type capture[T any] struct {
	typ      event.Type[T]
	id       func(*T) string
	stream   func(id string) string
	validate func(*T, time.Time) []partner.Fault
	// missing returns what the document names that is not registered, or is
	// not the caller's to speak for.
	missing func(*partner.Directory, *auth.Caller, *T) []FieldError
	// unknown, where it is not nil, returns what the document names that the views
	// do not know.
	unknown func(*projections.Views, *T) ([]FieldError, error)
	// count says how many items the document speaks of.
	count func(*T) int
	// coarsen, where it is not nil, takes away what may not be kept, and tells
	// whether there was anything: then the bytes received are not kept either.
	coarsen func(*T) bool
}

// A receipt is the answer to a document that was recorded.
type receipt struct {
	id        string
	position  ledger.Position
	duplicate bool
	proof     string // where its proof will be, "" where there will be none
}

// appendTo writes the receipt as JSON; line is 0 outside a batch.
func (r receipt) appendTo(b []byte, line int) []byte {
	b = append(b, '{')
	if line > 0 {
		b = strconv.AppendInt(append(b, `"line":`...), int64(line), 10)
		b = append(b, ',')
	}
	b = append(b, `"id":`...)
	b, _ = jsontext.AppendQuote(b, r.id) // valid UTF-8: it was decoded from JSON
	b = strconv.AppendUint(append(b, `,"position":`...), uint64(r.position), 10)
	b = strconv.AppendBool(append(b, `,"duplicate":`...), r.duplicate)
	if r.proof != "" {
		b = append(b, `,"receipt":`...)
		b, _ = jsontext.AppendQuote(b, r.proof)
	}
	return append(b, '}')
}

// post answers a POST of one document, or of one a line.
func (k *capture[T]) post(s *Server, c echo.Context) error {
	form, err := mediaType(c.Request(), typeJSON, typeNDJSON)
	if err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	if form == typeNDJSON {
		return k.postLines(s, c)
	}
	body, err := readBody(c, s.limits.Body)
	if err != nil {
		return err
	}
	defer release(body)
	r, err := k.record(c.Request().Context(), s, caller(c), body.Bytes(), func() {})
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if r.duplicate {
		status = http.StatusOK
	}
	out := bodies.Get().(*bytes.Buffer)
	out.Reset()
	defer release(out)
	out.Write(r.appendTo(out.AvailableBuffer(), 0))
	return c.Blob(status, typeJSON, out.Bytes())
}

// appendWait bounds how long a request waits for the ledger.
const appendWait = 30 * time.Second

// record judges one document and, once turn returns, appends it. raw is what is
// kept; the ledger copies it.
func (k *capture[T]) record(ctx context.Context, s *Server, who *auth.Caller, raw []byte, turn func()) (receipt, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > ledger.MaxEvent-256 {
		return receipt{}, refuse(errTooLarge, fmt.Sprintf("one document takes at most %d bytes", ledger.MaxEvent-256))
	}
	var v T
	if err := decode(raw, &v); err != nil {
		return receipt{}, err
	}
	if err := k.judge(ctx, s, who, &v); err != nil {
		return receipt{}, err
	}
	id := k.id(&v)
	e, err := k.event(id, &v, raw)
	if err != nil {
		return receipt{}, err
	}
	e.Meta = who.Meta
	turn()
	ctx, cancel := context.WithTimeout(ctx, appendWait)
	defer cancel()
	rc, err := s.log.Append(ctx, k.stream(id), ledger.NoStream, e)
	if errors.Is(err, ledger.ErrConflict) {
		rc, err = k.respelt(ctx, s, id, &v, err)
	}
	if err != nil {
		return receipt{}, err
	}
	s.figures.recorded(e.Type, k.count(&v), rc.Duplicate)
	proof := ""
	if s.seal != nil {
		proof = receiptPath(id)
	}
	return receipt{id, rc.Position, rc.Duplicate, proof}, nil
}

// respelt returns the receipt of what is recorded under the id, where v says the
// same in another spelling: of an item, of a time, of a default left out. Where
// it says something else it returns the conflict.
func (k *capture[T]) respelt(ctx context.Context, s *Server, id string, v *T, conflict error) (ledger.Receipt, error) {
	for r, err := range s.log.Stream(ctx, k.stream(id), 0, false) {
		if err != nil {
			return ledger.Receipt{}, err
		}
		before, err := event.NewCatalog(k.typ).Decode(r.Event)
		if err != nil {
			return ledger.Receipt{}, err
		}
		was, err := json.Marshal(before, meaningOnly)
		if err != nil {
			return ledger.Receipt{}, err
		}
		is, err := json.Marshal(v, meaningOnly)
		if err != nil {
			return ledger.Receipt{}, err
		}
		if bytes.Equal(was, is) {
			return ledger.Receipt{Position: r.Position, Revision: r.Revision, Duplicate: true}, nil
		}
		break
	}
	return ledger.Receipt{}, conflict
}

// meaningOnly writes one form of all documents that mean the same: items are
// written in their canonical spelling anyway, times are in UTC.
var meaningOnly = json.JoinOptions(json.Deterministic(true), json.WithMarshalers(json.MarshalToFunc(
	func(e *jsontext.Encoder, t time.Time) error {
		return e.WriteToken(jsontext.String(t.UTC().Format(time.RFC3339Nano)))
	})))

// judge refuses what is wrong with the document by itself, and what names
// things that are not registered. What breaks the rules of the trade is not
// refused: it is what the ledger is for.
func (k *capture[T]) judge(ctx context.Context, s *Server, who *auth.Caller, v *T) error {
	if n := k.count(v); n > maxItems {
		return refuse(errTooLarge, fmt.Sprintf("%d items, at most %d", n, maxItems))
	}
	if err := refuseFaults(k.validate(v, s.now())); err != nil {
		return err
	}
	missing, err := k.absent(s, who, v)
	if len(missing) == 0 || err != nil {
		return err
	}
	if err := s.catchUp(ctx); err != nil { // it may be on its way to the views
		return err
	}
	if missing, err = k.absent(s, who, v); err != nil {
		return err
	}
	if len(missing) > 0 {
		return refuse(errRefused, "", missing[:min(len(missing), maxErrors)]...)
	}
	return nil
}

// absent returns what the document names that there is not.
func (k *capture[T]) absent(s *Server, who *auth.Caller, v *T) ([]FieldError, error) {
	missing := k.missing(s.views.Directory(), who, v)
	if len(missing) > 0 || k.unknown == nil {
		return missing, nil
	}
	return k.unknown(s.views, v)
}

// event returns the event that records the document. Its id covers the
// canonical form (RFC 8785), so that white space and the order of names do not
// make another document.
func (k *capture[T]) event(id string, v *T, raw []byte) (event.Event, error) {
	buf := bodies.Get().(*bytes.Buffer)
	defer release(buf)
	buf.Reset()
	buf.Write(raw)
	canonical := jsontext.Value(buf.Bytes())
	if err := canonical.Canonicalize(); err != nil {
		return event.Event{}, refuse(errSyntax, "a number or string has no canonical form")
	}
	if k.coarsen != nil && k.coarsen(v) {
		raw = nil
	}
	return k.typ.New(ledger.EventID(ledger.CaptureID(id), 0, canonical), *v, raw)
}

// captureStream is the stream of what arrives as a capture.
func captureStream(id string) string { return ledger.CaptureStream(ledger.CaptureID(id)) }

// logEnd returns the position of the last durable event of the log.
func (s *Server) logEnd(ctx context.Context) (ledger.Position, error) {
	if l, ok := s.log.(interface{ Last() ledger.Position }); ok {
		return l.Last(), nil
	}
	for r, err := range s.log.All(ctx, 0, true) {
		return r.Position, err
	}
	return 0, nil
}

// catchUp waits until the views know all that the log holds now.
func (s *Server) catchUp(ctx context.Context) error {
	end, err := s.logEnd(ctx)
	if err != nil {
		return err
	}
	return s.reach(ctx, end)
}

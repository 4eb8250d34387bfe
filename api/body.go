package api

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// bodies are buffers for request bodies. A body is done with when its request
// is: whatever keeps part of it keeps a copy.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled bounds the buffers kept for the next request, in bytes.
const maxPooled = 1 << 20

func release(b *bytes.Buffer) {
	if b.Cap() <= maxPooled {
		b.Reset()
		bodies.Put(b)
	}
}

// readBody reads the body of a request, at most limit bytes of it once it is
// unpacked. The caller releases the buffer.
func readBody(c echo.Context, limit int64) (*bytes.Buffer, error) {
	req := c.Request()
	if req.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	var r io.Reader = req.Body
	switch encoding := strings.ToLower(req.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(req.Body)
		if err != nil {
			return nil, refuse(errSyntax, "the body is not gzip, though Content-Encoding says so")
		}
		r = z
	default:
		c.Response().Header().Set("Accept-Encoding", "gzip")
		return nil, refuse(errMediaType, "Content-Encoding may be gzip")
	}
	b := bodies.Get().(*bytes.Buffer)
	b.Reset()
	if n := req.ContentLength; n > 0 && n <= maxPooled {
		b.Grow(int(n) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(r, limit+1)); err != nil {
		release(b)
		return nil, bodyError(err)
	}
	if int64(b.Len()) > limit {
		release(b)
		return nil, tooLarge(limit)
	}
	if b.Len() == 0 {
		release(b)
		return nil, refuse(errSyntax, "the body is empty")
	}
	return b, nil
}

func tooLarge(limit int64) error {
	return refuse(errTooLarge, fmt.Sprintf("the body has more than %d bytes, unpacked", limit))
}

// bodyError says what a broken body lacks, without repeating it.
func bodyError(err error) error {
	var tooMany *http.MaxBytesError
	switch {
	case errors.As(err, &tooMany):
		return tooLarge(tooMany.Limit)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return refuse(errSyntax, "the body is damaged gzip")
	}
	return refuse(errSyntax, "the body ends early or cannot be read")
}

// Media types that bodies come in.
const (
	typeJSON   = "application/json"
	typeNDJSON = "application/x-ndjson"
	typeJSONLD = "application/ld+json"
)

// mediaType returns the type of the request's body, one of want. A request
// without a type has the first one.
func mediaType(req *http.Request, want ...string) (string, error) {
	header := req.Header.Get("Content-Type")
	if header == "" || header == want[0] {
		return want[0], nil
	}
	t, params, err := mime.ParseMediaType(header)
	charset := params["charset"]
	if err == nil && (charset == "" || strings.EqualFold(charset, "utf-8")) {
		for _, w := range want {
			if t == w {
				return w, nil
			}
		}
	}
	return "", refuse(errMediaType, "Content-Type may be "+strings.Join(want, " or ")+", in UTF-8")
}

// readDocument reads a body of one JSON document, of a request without
// parameters, into v.
func (s *Server) readDocument(c echo.Context, v any) error {
	if _, err := mediaType(c.Request(), typeJSON); err != nil {
		return err
	}
	if _, err := s.query(c); err != nil {
		return err
	}
	body, err := readBody(c, s.limits.Body)
	if err != nil {
		return err
	}
	defer release(body)
	return decode(body.Bytes(), v)
}

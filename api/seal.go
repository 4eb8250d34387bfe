package api

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/internal/evidence"
	"waymark/internal/gs1"
	"waymark/ledger"
	"waymark/ledger/seal"
)

// A Seal is what proves a server's ledger. The facts that it seals must be those
// of [evidence.Facts].
//
// The checkpoint and the tiles of hashes are for everybody: what a hash is made
// of has a salt in it, and nobody can be caught telling two stories who does not
// tell one in public. Entries tell when and how often things were recorded,
// copies and salts all there is: they are for keys that may read everything. So
// are proofs, as the way of a unit leads through the hands of others. A receipt
// is for whoever recorded the capture.
type Seal struct {
	Sealer *seal.Sealer
	Store  seal.Store // where it publishes
}

var errUnsealed = errors.New("not sealed yet")

const (
	typeText   = "text/plain; charset=utf-8"
	typeOctets = "application/octet-stream"
)

// cachedFor names who may keep what never changes.
const (
	cachedPublic  = "public, max-age=31536000, immutable"
	cachedPrivate = "private, max-age=31536000, immutable"
)

// sealed returns the seal, or that there is none.
func (s *Server) sealed() (*Seal, error) {
	if s.seal == nil {
		return nil, refuse(errAbsent, "this ledger is not sealed")
	}
	return s.seal, nil
}

// getCheckpoint answers GET /log/checkpoint (C2SP tlog-tiles).
func (s *Server) getCheckpoint(c echo.Context) error {
	sl, err := s.sealed()
	if err != nil {
		return err
	}
	b, _, err := sl.published()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, typeText, b)
}

// published returns the newest checkpoint and its size. It does not wait for
// the sealer, who may be waiting for witnesses.
func (sl *Seal) published() (signed []byte, size int64, err error) {
	b, err := sl.Store.Read("checkpoint")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, refuse(errUnsealed, "there is no checkpoint before the first event is sealed")
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read the checkpoint: %w", err)
	}
	lines := bytes.SplitN(b, []byte("\n"), 3)
	if len(lines) == 3 {
		size, err = strconv.ParseInt(string(lines[1]), 10, 64)
	}
	if err != nil || size <= 0 {
		return nil, 0, errors.New("the checkpoint is damaged")
	}
	return b, size, nil
}

// getTile answers GET /log/tile/<L>/<N>[.p/<W>].
func (s *Server) getTile(c echo.Context) error {
	return s.logFile(c, "/log/tile/", cachedPublic, func(sl *Seal, t tlog.Tile) ([]byte, error) {
		return sl.Store.Read("tile/" + strings.TrimPrefix(t.Path(), "tile/8/"))
	})
}

// getEntries answers GET /log/tile/entries/<N>[.p/<W>].
func (s *Server) getEntries(c echo.Context) error {
	return s.logFile(c, "/log/tile/entries/", cachedPrivate, func(sl *Seal, t tlog.Tile) ([]byte, error) {
		return sl.Store.Read("tile/entries/" + strings.TrimPrefix(t.Path(), "tile/8/0/"))
	})
}

// getCopies answers GET /log/copy/<N>[.p/<W>], the events behind entries.
func (s *Server) getCopies(c echo.Context) error {
	return s.logFile(c, "/log/copy/", cachedPrivate, func(sl *Seal, t tlog.Tile) ([]byte, error) {
		return sl.Sealer.Copies(t.N, t.W)
	})
}

// getSalts answers GET /log/salts/<N>[.p/<W>], with which an auditor hashes facts
// anew.
func (s *Server) getSalts(c echo.Context) error {
	return s.logFile(c, "/log/salts/", cachedPrivate, func(sl *Seal, t tlog.Tile) ([]byte, error) {
		return sl.Sealer.Salts(t.N, t.W)
	})
}

// logFile answers with a file of the log that the published checkpoint covers.
// What it does not cover may still change.
func (s *Server) logFile(c echo.Context, under, cache string, read func(*Seal, tlog.Tile) ([]byte, error)) error {
	sl, err := s.sealed()
	if err != nil {
		return err
	}
	name := strings.TrimPrefix(c.Request().URL.EscapedPath(), under)
	if under != "/log/tile/" {
		name = "0/" + name
	}
	t, err := tlog.ParseTilePath("tile/8/" + name)
	if err != nil || t.L < 0 || t.L > 63 {
		return refuse(errNotFound, "want the path of a tile of C2SP tlog-tiles")
	}
	_, size, err := sl.published()
	if err != nil {
		return err
	}
	if covered := size >> min(63, 8*t.L); t.N > covered/256 || t.N*256+int64(t.W) > covered {
		return refuse(errNotFound, fmt.Sprintf("the log has %d entries", size))
	}
	b, err := read(sl, t)
	if errors.Is(err, fs.ErrNotExist) {
		return refuse(errNotFound, "")
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	c.Response().Header().Set("Cache-Control", cache)
	return c.Blob(http.StatusOK, typeOctets, b)
}

// Bounds of one proof.
const (
	maxProofStreams = 64
	maxProofFacts   = 20_000
)

// getProof answers with the bundle that proves an item's whole way, or that
// nothing was recorded of it. The streams of all containers that the item was
// in are shown whole: a late scan may tell of any time.
func (s *Server) getProof(c echo.Context, it gs1.Item, atLeast ledger.Position) error {
	sl, err := s.sealed()
	if err != nil {
		return err
	}
	if at := sl.Sealer.Position(); at < atLeast {
		return refuse(errUnsealed, fmt.Sprintf("sealed is what was recorded up to position %d, not yet %d", at, atLeast))
	}
	b, err := sl.prove(it)
	if err != nil {
		return err
	}
	data, err := b.Encode()
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, typeJSON, data)
}

// prove adds the streams that the way of the item turns out to lead through,
// until nothing is missing.
func (sl *Seal) prove(it gs1.Item) (seal.Bundle, error) {
	of := []seal.Interval{{Stream: evidence.Stream(it)}}
	for {
		b, err := sl.Sealer.Prove(nil, of...)
		if err != nil {
			return b, err
		}
		shown, err := evidence.Shown(b)
		if err != nil {
			return b, err
		}
		facts := 0
		for _, p := range shown.Streams {
			facts += len(p.Facts)
		}
		w, err := evidence.Fold(shown, it)
		if err != nil || w.Complete() {
			return b, err
		}
		if len(of)+len(w.Missing) > maxProofStreams || facts > maxProofFacts {
			return b, refuse(errQueryTooLarge, fmt.Sprintf("one proof shows at most %d facts of %d items", maxProofFacts, maxProofStreams))
		}
		for _, m := range w.Missing {
			of = append(of, seal.Interval{Stream: evidence.Stream(m)})
		}
	}
}

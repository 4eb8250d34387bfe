package pebblelog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"

	"waymark/ledger"
)

// A judge tells whether appends fit the log as the writer knows it: what was
// applied, durable or not, and what is staged in the current group.
type judge struct {
	log *Log
	mem view
	it  *pebble.Iterator // opened after mem was taken
	dec decoder
}

// newJudge returns a judge. It is good until the next group.
func (l *Log) newJudge() *judge { return &judge{log: l, mem: l.index.view()} }

func (j *judge) close() {
	if j.it != nil {
		_ = j.it.Close() // its error was met by find
		j.it = nil
	}
}

// find returns the position of a stream's revision.
func (j *judge) find(h streamHash, revision int64) (ledger.Position, bool, error) {
	if p, found, known := j.mem.find(h, revision); known {
		return p, found, nil
	}
	if j.it == nil {
		it, err := indexIterator(j.log.db)
		if err != nil {
			return 0, false, j.log.readError(err)
		}
		j.it = it
	}
	p, found, err := findIndexed(j.it, h, revision)
	return p, found, j.log.readError(err)
}

// judge returns whether r's events go on the end of its stream as expected. If
// not, err tells, unless they are there already and r has its receipt.
func (j *judge) judge(r *request) (fits bool, err error) {
	next := int64(r.expected) + 1
	if _, ahead, err := j.find(r.hash, next); err != nil {
		return false, appendError(r, err)
	} else if ahead {
		return false, j.repeated(r)
	}
	if r.expected == ledger.NoStream {
		return true, nil
	}
	p, found, err := j.find(r.hash, int64(r.expected))
	if err != nil {
		return false, appendError(r, err)
	}
	if !found {
		return false, fmt.Errorf("append to %s at revision %d: %w", r.stream, r.expected, ledger.ErrConflict)
	}
	if _, _, known := j.mem.find(r.hash, int64(r.expected)); known {
		return true, nil
	}
	_, err = j.record(r, p)
	return err == nil, err
}

// repeated returns nil where r's events are what the stream already holds from
// there on: all of what follows, or its beginning.
func (j *judge) repeated(r *request) error {
	for i := range r.events {
		p, found, err := j.find(r.hash, r.events[i].Revision)
		if err != nil {
			return appendError(r, err)
		}
		if !found {
			return fmt.Errorf("append to %s at revision %d: %w: it holds the first %d of %d events",
				r.stream, r.expected, ledger.ErrConflict, i, len(r.events))
		}
		old, err := j.record(r, p)
		if err != nil {
			return err
		}
		if old.ID != r.events[i].ID {
			return fmt.Errorf("append to %s at revision %d: %w: revision %d is event %s, not %s",
				r.stream, r.expected, ledger.ErrConflict, old.Revision, old.ID, r.events[i].ID)
		}
		r.receipt = ledger.Receipt{Position: p, Revision: old.Revision, Duplicate: true}
	}
	return nil
}

// errStaged: the answer depends on an event that is not in the database yet.
var errStaged = errors.New("event is staged")

// record reads the record that the index gives for r's stream.
func (j *judge) record(r *request, p ledger.Position) (ledger.Recorded, error) {
	if p > j.log.applied {
		return ledger.Recorded{}, errStaged
	}
	rec, err := j.log.get(&j.dec, p)
	if err != nil {
		return rec, appendError(r, err)
	}
	if rec.Stream != r.stream {
		return rec, fmt.Errorf("append to %s: %w: its hash is that of %s", r.stream, ledger.ErrInvalid, rec.Stream)
	}
	return rec, nil
}

func appendError(r *request, err error) error {
	return fmt.Errorf("append to %s: %w", r.stream, err)
}

// get reads the record at p.
func (l *Log) get(dec *decoder, p ledger.Position) (ledger.Recorded, error) {
	var key [eventKeyLen]byte
	v, closer, err := l.db.Get(appendEventKey(key[:0], p))
	if errors.Is(err, pebble.ErrNotFound) {
		return ledger.Recorded{}, l.damage(fmt.Errorf("position %d: %w: the index names it, but it is not there", p, ledger.ErrDamaged))
	}
	if err != nil {
		return ledger.Recorded{}, l.readError(err)
	}
	defer closer.Close()
	rec, err := dec.record(bytes.Clone(v), p)
	if err != nil {
		return rec, l.damage(err)
	}
	return rec, nil
}

// readError marks the log damaged where Pebble's error says so.
func (l *Log) readError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ledger.ErrDamaged):
		return l.damage(err)
	case pebble.IsCorruptionError(err):
		return l.damage(fmt.Errorf("%w: %w", ledger.ErrDamaged, legible{err}))
	}
	return err
}

// A legible error leaves out of an error of Pebble the lines after the first,
// which carry details for programs.
type legible struct{ error }

func (e legible) Error() string {
	first, _, _ := strings.Cut(e.error.Error(), "\n")
	return first
}

func (e legible) Unwrap() error { return e.error }

// damage notes that err was met, and returns it.
func (l *Log) damage(err error) error {
	if l.damaged.CompareAndSwap(nil, &err) {
		l.opts.Logger.Error("log is damaged; it takes no appends", "dir", l.opts.Dir, "error", err)
	}
	return err
}

func ignoreNotFound(err error) error {
	if errors.Is(err, pebble.ErrNotFound) {
		return nil
	}
	return err
}

package pebblelog

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/cockroachdb/pebble/v2"

	"waymark/ledger"
)

// Reads go in chunks that grow from the first to the last size. Between two
// chunks nothing in the database is held, however long the reader takes.
const (
	firstChunk = 16
	lastChunk  = 1024
	chunkBytes = 1 << 20
)

// All implements [ledger.Log]. A position beyond the end is ErrPosition.
func (l *Log) All(ctx context.Context, at ledger.Position, backward bool) iter.Seq2[ledger.Recorded, error] {
	end := l.Last()
	if backward {
		from := at - 1
		if at == 0 {
			from = end
		}
		return l.read(ctx, at, end, func(dec *decoder, buf []ledger.Recorded, n int) ([]ledger.Recorded, bool, error) {
			buf, err := l.before(dec, buf, from, n)
			if len(buf) > 0 {
				from = buf[len(buf)-1].Position - 1
			}
			return buf, from > 0, err
		})
	}
	after := at
	return l.read(ctx, at, end, func(dec *decoder, buf []ledger.Recorded, n int) ([]ledger.Recorded, bool, error) {
		buf, err := l.after(dec, buf, after, end, n)
		if len(buf) > 0 {
			after = buf[len(buf)-1].Position
		}
		return buf, after < end, err
	})
}

// Stream implements [ledger.Log].
func (l *Log) Stream(ctx context.Context, stream string, from int64, backward bool) iter.Seq2[ledger.Recorded, error] {
	s := streamRead{stream: stream, hash: hashStream(stream), next: from, backward: backward, end: l.Last()}
	if from < 0 {
		s.next = 0
		if backward {
			s.next = math.MaxInt64
		}
	}
	return l.read(ctx, 0, s.end, func(dec *decoder, buf []ledger.Recorded, n int) ([]ledger.Recorded, bool, error) {
		return l.chunk(&s, dec, buf, n)
	})
}

// A reading appends up to n events to buf and says whether more may follow.
type reading func(dec *decoder, buf []ledger.Recorded, n int) ([]ledger.Recorded, bool, error)

// read yields what next finds, chunk by chunk.
func (l *Log) read(ctx context.Context, at, end ledger.Position, next reading) iter.Seq2[ledger.Recorded, error] {
	return func(yield func(ledger.Recorded, error) bool) {
		if at > end {
			yield(ledger.Recorded{}, fmt.Errorf("read at %d, the log ends at %d: %w", at, end, ledger.ErrPosition))
			return
		}
		var dec decoder
		var buf []ledger.Recorded
		for n, more := firstChunk, true; more; n = min(4*n, lastChunk) {
			var err error
			if err = ctx.Err(); err == nil {
				buf, more, err = l.guarded(&dec, buf[:0], n, next)
			} else {
				buf = buf[:0]
			}
			for _, r := range buf {
				if !yield(r, nil) {
					return
				}
			}
			if err != nil {
				yield(ledger.Recorded{}, err)
				return
			}
		}
	}
}

// guarded runs next while the database stays open.
func (l *Log) guarded(dec *decoder, buf []ledger.Recorded, n int, next reading) ([]ledger.Recorded, bool, error) {
	l.reads.RLock()
	defer l.reads.RUnlock()
	select {
	case <-l.quit:
		return buf, false, ledger.ErrClosed
	default:
	}
	return next(dec, buf, n)
}

// after appends up to n events after a position and not beyond end.
func (l *Log) after(dec *decoder, buf []ledger.Recorded, after, end ledger.Position, n int) ([]ledger.Recorded, error) {
	if after >= end {
		return buf, nil
	}
	it, err := l.events(after+1, end)
	if err != nil {
		return buf, err
	}
	want, size := after+1, 0
	for ok := it.First(); ok && n > 0 && size < chunkBytes; ok = it.Next() {
		if buf, err = l.take(dec, buf, it, want); err != nil {
			_ = it.Close()
			return buf, err
		}
		size += len(it.Value())
		n--
		want++
	}
	if err = l.readError(it.Close()); err == nil && n > 0 && size < chunkBytes && want <= end {
		err = l.missing(want)
	}
	return buf, err
}

// before appends up to n events, downwards from a position.
func (l *Log) before(dec *decoder, buf []ledger.Recorded, from ledger.Position, n int) ([]ledger.Recorded, error) {
	if from == 0 {
		return buf, nil
	}
	it, err := l.events(1, from)
	if err != nil {
		return buf, err
	}
	want, size := from, 0
	for ok := it.Last(); ok && n > 0 && size < chunkBytes; ok = it.Prev() {
		if buf, err = l.take(dec, buf, it, want); err != nil {
			_ = it.Close()
			return buf, err
		}
		size += len(it.Value())
		n--
		want--
	}
	if err = l.readError(it.Close()); err == nil && n > 0 && size < chunkBytes && want >= 1 {
		err = l.missing(want)
	}
	return buf, err
}

// events returns an iterator over the events from a position to another.
func (l *Log) events(from, to ledger.Position) (*pebble.Iterator, error) {
	it, err := l.db.NewIter(&pebble.IterOptions{LowerBound: appendEventKey(nil, from), UpperBound: append(appendEventKey(nil, to), 0)})
	return it, l.readError(err)
}

// take appends the event at the iterator, which must be the one at want:
// positions are dense.
func (l *Log) take(dec *decoder, buf []ledger.Recorded, it *pebble.Iterator, want ledger.Position) ([]ledger.Recorded, error) {
	p, ok := eventPosition(it.Key())
	if !ok || p != want {
		return buf, l.missing(want)
	}
	v, err := it.ValueAndErr()
	if err != nil {
		return buf, l.readError(err)
	}
	r, err := dec.record(bytes.Clone(v), p)
	if err != nil {
		return buf, l.damage(err)
	}
	return append(buf, r), nil
}

func (l *Log) missing(p ledger.Position) error {
	return l.damage(fmt.Errorf("position %d: %w: the event is missing", p, ledger.ErrDamaged))
}

// A streamRead is how far a stream has been read.
type streamRead struct {
	stream   string
	hash     streamHash
	next     int64 // revision
	backward bool
	end      ledger.Position // nothing beyond is shown
}

// chunk appends the stream's next events to buf.
func (l *Log) chunk(s *streamRead, dec *decoder, buf []ledger.Recorded, n int) ([]ledger.Recorded, bool, error) {
	places, err := l.places(s, n)
	if err != nil {
		return buf, false, err
	}
	size := 0
	for i, at := range places {
		r, err := l.get(dec, at.position)
		if err != nil {
			return buf, false, err
		}
		if r.Stream != s.stream {
			return buf, false, nil // another stream's hash: this one is empty
		}
		if r.Revision != at.revision {
			return buf, false, l.damage(fmt.Errorf("position %d: %w: it is revision %d of %s, the index says %d",
				at.position, ledger.ErrDamaged, r.Revision, s.stream, at.revision))
		}
		buf = append(buf, r)
		s.next = r.Revision + 1
		if s.backward {
			s.next = r.Revision - 1
		}
		if size += len(r.Data) + len(r.Meta); size > chunkBytes && i < len(places)-1 {
			return buf, true, nil
		}
	}
	return buf, len(places) == n && s.next >= 0, nil
}

// A place is where a revision lies.
type place struct {
	revision int64
	position ledger.Position
}

// places returns up to n entries of the stream's index: from the database, and
// from memory those that it does not have.
func (l *Log) places(s *streamRead, n int) ([]place, error) {
	inMemory := l.index.places(l.index.view(), s.hash, s.end)
	limit := int64(math.MaxInt64)
	if len(inMemory) > 0 {
		limit = inMemory[0].revision - 1
	}
	if s.backward {
		var found []place
		for i := len(inMemory) - 1; i >= 0 && len(found) < n; i-- {
			if inMemory[i].revision <= s.next {
				found = append(found, inMemory[i])
			}
		}
		return l.indexed(s, found, 0, min(s.next, limit), n)
	}
	found, err := l.probed(s, limit)
	if err == nil && len(found) == probes {
		found, err = l.indexed(s, found, s.next+probes, limit, n)
	}
	for _, at := range inMemory {
		if at.revision >= s.next && len(found) < n {
			found = append(found, at)
		}
	}
	return found, err
}

// probes is how many of a stream's next revisions are asked for one by one,
// with the help of the filters. Most streams have one event, and end there.
const probes = 2

// probed returns the database's entries for the next revisions, up to the first
// that is not there.
func (l *Log) probed(s *streamRead, limit int64) ([]place, error) {
	if s.next > limit {
		return nil, nil
	}
	it, err := indexIterator(l.db)
	if err != nil {
		return nil, l.readError(err)
	}
	defer it.Close()
	var found []place
	for revision := s.next; revision <= limit && len(found) < probes; revision++ {
		p, ok, err := findIndexed(it, s.hash, revision)
		if err != nil {
			return nil, l.readError(err)
		}
		if !ok || p > s.end {
			break
		}
		found = append(found, place{revision, p})
	}
	return found, nil
}

// indexed appends to found, up to n, the database's entries for the revisions
// from one to another.
func (l *Log) indexed(s *streamRead, found []place, from, to int64, n int) ([]place, error) {
	if from > to || len(found) >= n {
		return found, nil
	}
	lower, upper := streamBounds(s.hash, from, to)
	it, err := l.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return nil, l.readError(err)
	}
	first, next := it.First, it.Next
	if s.backward {
		first, next = it.Last, it.Prev
	}
	for ok := first(); ok && len(found) < n; ok = next() {
		revision, ok1 := indexRevision(it.Key())
		position, ok2 := readPosition(it.Value())
		if !ok1 || !ok2 {
			err = l.damage(fmt.Errorf("%w: index entry %x is malformed", ledger.ErrDamaged, it.Key()))
			break
		}
		if position <= s.end {
			found = append(found, place{revision, position})
		} else if !s.backward {
			break
		}
	}
	if cerr := l.readError(it.Close()); err == nil {
		err = cerr
	}
	return found, err
}

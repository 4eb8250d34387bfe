package pebblelog

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

	"waymark/ledger"
)

// indexedKey holds the position up to which the database has the index. It is
// written in one table with the entries that make it true.
var indexedKey = []byte{kindMeta, 'i', 'x'}

// indexTable is the name, in the log's directory, of an index table that the
// database has not taken yet. Whatever a crash left there is overwritten.
const indexTable = "index.tmp"

// behindLimit is for how many events the memory may hold the index where the
// database takes none. Then appends are refused.
const behindLimit = 1 << 20

// indexer writes generations into the database as they are frozen.
func (l *Log) indexer() {
	defer l.others.Done()
	for {
		select {
		case <-l.quit:
			return
		case <-l.frozen:
		}
		for wait := 100 * time.Millisecond; ; wait = min(2*wait, 10*time.Second) {
			err := l.writeIndex()
			if err == nil {
				break
			}
			l.opts.Logger.Error("cannot write index; trying again", "dir", l.opts.Dir, "error", err)
			select {
			case <-l.quit:
				return
			case <-time.After(wait):
			}
		}
	}
}

// rotate is the writer's: it freezes a generation that is full, and reports
// whether the index is so far behind that no more can be taken.
func (l *Log) rotate() (behind bool) {
	if l.index.freeze(l.opts.IndexBuffer) {
		l.frozen <- struct{}{} // has room: one generation is frozen at a time
	}
	return l.index.current.events >= behindLimit
}

// flushIndex writes what is in memory when the log closes, so that the next
// start need not bring it back. Where it fails, the next start does.
func (l *Log) flushIndex() {
	if l.opts.ReadOnly || l.failed.Load() != nil {
		return
	}
	for range 2 { // a frozen generation and the current one
		if l.index.view()[1] == nil && !l.index.freeze(1) {
			return
		}
		if err := l.writeIndex(); err != nil {
			l.opts.Logger.Warn("cannot write index; the next start will make it again", "dir", l.opts.Dir, "error", err)
			return
		}
	}
}

// writeIndex puts the frozen generation into the database, once its events are
// durable: an entry must never name an event that a crash could take.
func (l *Log) writeIndex() error {
	g := l.index.view()[1]
	if err := l.waitDurable(g.last); err != nil {
		return err
	}
	path := l.opts.FS.PathJoin(l.opts.Dir, indexTable)
	if err := l.writeTable(path, g); err != nil {
		return fmt.Errorf("write index up to position %d: %w", g.last, err)
	}
	if err := l.db.Ingest(context.Background(), []string{path}); err != nil {
		return fmt.Errorf("take in index up to position %d: %w", g.last, err)
	}
	l.index.written()
	return nil
}

func (l *Log) waitDurable(p ledger.Position) error {
	for l.Last() < p {
		if failed := l.failed.Load(); failed != nil {
			return *failed
		}
		_, grew, _ := l.live.read(nil, l.Last(), 0)
		if grew == nil {
			continue
		}
		select {
		case <-grew:
		case <-l.halted:
			return ledger.ErrClosed
		}
	}
	return nil
}

// writeTable writes the generation as a sorted table.
func (l *Log) writeTable(path string, g *generation) error {
	_ = l.opts.FS.Remove(path)
	f, err := l.opts.FS.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	p := l.opts.tuning()
	p.EnsureDefaults()
	w := sstable.NewWriter(objstorageprovider.NewFileWritable(f), p.MakeWriterOptions(0, l.db.TableFormat()))
	var key [maxIndexKey]byte
	var value [binary.MaxVarintLen64]byte
	err = w.Set(indexedKey, appendPosition(value[:0], g.last))
	if err == nil {
		err = g.sorted(func(h streamHash, revision int64, p ledger.Position) error {
			return w.Set(appendIndexKey(key[:0], h, revision), appendPosition(value[:0], p))
		})
	}
	if cerr := w.Close(); err == nil { // syncs
		err = cerr
	}
	return err
}

// indexedPosition returns the position up to which db has the index.
func indexedPosition(db pebble.Reader) (ledger.Position, error) {
	v, closer, err := db.Get(indexedKey)
	if err != nil {
		return 0, ignoreNotFound(err)
	}
	defer closer.Close()
	p, ok := readPosition(v)
	if !ok {
		return 0, fmt.Errorf("%w: the index's position is malformed: %x", ledger.ErrDamaged, v)
	}
	return p, nil
}

// recoverIndex brings back the part of the index that was in memory, from the
// events up to last that the database's part does not cover.
func (l *Log) recoverIndex(last ledger.Position) error {
	indexed, err := indexedPosition(l.db)
	if err != nil {
		return l.readError(err)
	}
	l.index.indexed = indexed
	l.index.current = newGeneration(indexed)
	if indexed > last {
		return l.damage(fmt.Errorf("%w: the index goes to position %d, the events to %d", ledger.ErrDamaged, indexed, last))
	}
	if indexed == last {
		return nil
	}
	it, err := l.events(indexed+1, last)
	if err != nil {
		return err
	}
	var dec decoder
	want := indexed + 1
	for ok := it.First(); ok; ok = it.Next() {
		p, valid := eventPosition(it.Key())
		if !valid || p != want {
			_ = it.Close()
			return l.missing(want)
		}
		r, err := dec.record(it.Value(), p)
		if err != nil {
			_ = it.Close()
			return l.damage(err)
		}
		l.index.current.add(hashStream(r.Stream), span{r.Revision, p, 1})
		want++
	}
	return l.readError(it.Close())
}

// findIndexed looks a revision up in the database's part of the index. Where
// there is none, the filters answer and no block is read; on the last level
// too, for which DB.Get has no filters.
func findIndexed(it *pebble.Iterator, h streamHash, revision int64) (ledger.Position, bool, error) {
	var buf [maxIndexKey]byte
	key := appendIndexKey(buf[:0], h, revision)
	if !it.SeekPrefixGE(key) || !bytes.Equal(it.Key(), key) {
		return 0, false, it.Error()
	}
	p, ok := readPosition(it.Value())
	if !ok {
		return 0, false, fmt.Errorf("%w: index entry %x is malformed", ledger.ErrDamaged, key)
	}
	return p, true, nil
}

// indexIterator returns an iterator for findIndexed. Index entries are only ever
// in tables, so that the memtables need not be searched.
func indexIterator(db pebble.Reader) (*pebble.Iterator, error) {
	_, live := db.(*pebble.DB) // a snapshot does not allow it
	return db.NewIter(&pebble.IterOptions{
		LowerBound: []byte{kindIndex}, UpperBound: []byte{kindIndex + 1},
		UseL6Filters: true, OnlyReadGuaranteedDurable: live,
	})
}

package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// Config says what a sealer seals, and with what.
type Config struct {
	Log   ledger.Log
	Store Store
	Lock  Lock
	// Signer signs checkpoints; its name is the log's origin. Verifier is its
	// other half.
	Signer   note.Signer
	Verifier note.Verifier
	// Key is the secret from which salts follow. It must stay the same.
	Key []byte
	// Facts returns what an event says of items, the same whenever it is
	// asked; nil means nothing.
	Facts func(schema byte, r ledger.Recorded) ([]Fact, error)
	// Schema is what Facts is asked for of new events. A leaf keeps the schema
	// that it was made under, so that Facts must say under an old one for ever
	// what it said first.
	Schema byte
	// After is a signed checkpoint of the log that this one goes on from where
	// that one was lost; nil where there was none. The first entry names it.
	After []byte
	// Cosign returns a signed checkpoint with the cosignatures that witnesses
	// gave; prove returns the consistency proof from a smaller size. What it
	// returns is published, also beside an error, which is told to Told. Where
	// the error is [ErrForked] nothing more is sealed. nil means no witnesses.
	Cosign func(ctx context.Context, signed []byte, size int64, prove func(old int64) ([]tlog.Hash, error)) ([]byte, error)
	// Told is told after each checkpoint what it took; nil means nobody is.
	Told func(Sealed)
	// Depth of the head map; 0 means 16. It must stay the same.
	Depth int
	// Interval between checkpoints; 0 means 1 s. Under load it grows up to
	// five times as long, so that sealing does not take what ingest needs.
	Interval time.Duration
	// Batch bounds the events between checkpoints, of which all data together
	// have at most 64 MiB, or one event more; 0 means 65,536.
	Batch int
	// Now tells the time of an epoch; nil means time.Now.
	Now func() time.Time
}

// A Sealer follows a ledger and publishes what proves it. Its methods may be
// called concurrently; Run once.
type Sealer struct {
	cfg Config

	mu      sync.Mutex
	tree    *tree
	signed  []byte // newest checkpoint, as the lock holds it
	public  []byte // the same with cosignatures
	witness error  // what befell the witnesses of the newest checkpoint
	snapped int64  // facts in the newest state
	failed  error  // nothing more is sealed after it

	unwritten []File // put, and not yet in the store
	waiting   int    // their bytes
}

// Open returns the sealer of what its lock and store hold. The lock's
// checkpoint must follow from the store's files, or it is [ledger.ErrDamaged].
func Open(ctx context.Context, cfg Config) (*Sealer, error) {
	if cfg.Depth == 0 {
		cfg.Depth = 16
	}
	if cfg.Interval == 0 {
		cfg.Interval = time.Second
	}
	if cfg.Batch == 0 {
		cfg.Batch = 1 << 16
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Depth < 0 || cfg.Depth > maxDepth || len(cfg.Key) < 16 {
		return nil, fmt.Errorf("open seal: depth %d, at most %d; key of %d B, at least 16", cfg.Depth, maxDepth, len(cfg.Key))
	}
	s := &Sealer{cfg: cfg, tree: newTree(cfg.Depth, cfg.Key, cfg.Facts)}
	var err error
	if s.signed, err = cfg.Lock.Load(); err != nil {
		return nil, fmt.Errorf("open seal: read lock: %w", err)
	}
	if s.signed == nil {
		if err := s.unlocked(); err != nil {
			return nil, err
		}
		return s, s.continued()
	}
	c, _, err := Policy{Log: cfg.Verifier}.Open(s.signed)
	if err != nil {
		return nil, fmt.Errorf("open seal: lock: %w: %w", ledger.ErrDamaged, err)
	}
	if err := s.load(ctx, c); err != nil {
		return nil, fmt.Errorf("open seal at checkpoint of %d entries: %w", c.Size, err)
	}
	s.public = s.signed
	if b, err := cfg.Store.Read("checkpoint"); err == nil {
		if p, _, err := (Policy{Log: cfg.Verifier}).Open(b); err == nil && p == c {
			s.public = b // with its cosignatures
			return s, nil
		}
	}
	return s, cfg.Store.Write("checkpoint", s.signed)
}

// unlocked refuses a store that was published from while the lock is empty.
func (s *Sealer) unlocked() error {
	_, err := s.cfg.Store.Read("checkpoint")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, fmt.Errorf("open seal: a checkpoint was published, but the lock is empty: %w", ledger.ErrDamaged))
}

// load reads the entries up to c, from where the state ends together with their
// copies, from which every entry must follow; the root at last.
func (s *Sealer) load(ctx context.Context, c Checkpoint) error {
	s.resume(c)
	for s.tree.size < c.Size {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := s.tree.size / tileWidth
		width := int(min(tileWidth, c.Size-n*tileWidth))
		entries, events, err := s.files(n, width)
		if err != nil {
			return err
		}
		for i := int(s.tree.size - n*tileWidth); i < width; i++ {
			if err := s.replay(entries[i], events[i]); err != nil {
				return err
			}
		}
	}
	root, err := s.tree.root()
	if err == nil && root != c.Root {
		err = fmt.Errorf("the entries do not lead to the signed root: %w", ledger.ErrDamaged)
	}
	return err
}

// files reads the entries and copies of a file of each.
func (s *Sealer) files(n int64, width int) ([][]byte, []*ledger.Recorded, error) {
	return readFiles(s.cfg.Store, n, width)
}

func readFiles(store Store, n int64, width int) ([][]byte, []*ledger.Recorded, error) {
	read := func(kind string) ([]byte, error) {
		name := filePath(kind, n, width)
		b, err := store.Read(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is missing, though a checkpoint covers it; the files are an old backup's, or damaged: %w", name, ledger.ErrDamaged)
		}
		return b, err
	}
	eb, err := read("tile/entries")
	if err != nil {
		return nil, nil, err
	}
	cb, err := read("copy")
	if err != nil {
		return nil, nil, err
	}
	entries, err1 := ParseEntries(eb)
	events, err2 := ParseCopies(cb)
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, fmt.Errorf("file %d: %w: %w", n, ledger.ErrDamaged, err)
	}
	if len(entries) != width || len(events) != width {
		return nil, nil, fmt.Errorf("file %d: %d entries, %d copies, want %d: %w", n, len(entries), len(events), width, ledger.ErrDamaged)
	}
	return entries, events, nil
}

// replay adds an entry that was sealed before.
func (s *Sealer) replay(want []byte, r *ledger.Recorded) error {
	at := s.tree.size
	var err error
	if r != nil {
		var l Leaf
		if l, err = ParseLeaf(want); err == nil {
			err = s.tree.addEvent(l.Schema, *r)
		}
	} else if a, aerr := ParseAfter(want); aerr == nil && at == 0 {
		err = s.tree.add(entry{a.Marshal(), nil})
	} else {
		var e Epoch
		if e, err = ParseEpoch(want); err == nil {
			err = s.tree.addEpoch(e.Time)
		}
	}
	if err == nil && !bytes.Equal(s.tree.tail[len(s.tree.tail)-1].record, want) {
		err = ledger.ErrDamaged
	}
	if err != nil {
		return fmt.Errorf("entry %d does not follow from its copy: %w", at, err)
	}
	return nil
}

package seal

import (
	"context"
	"fmt"
	"iter"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger"
)

// Copies yields the events of the second copy, in order, up to the checkpoint
// that the lock holds: each held against its checksum and its leaf, and after
// the last all leaves against the signed root. What was yielded counts for
// nothing where an error follows; it is [ledger.ErrDamaged].
func Copies(ctx context.Context, store Store, lock Lock, log note.Verifier) iter.Seq2[ledger.Recorded, error] {
	return func(yield func(ledger.Recorded, error) bool) {
		c, err := locked(lock, log)
		if err == nil {
			err = copies(ctx, store, c, yield)
		}
		if err != nil && err != errEnough {
			yield(ledger.Recorded{}, err)
		}
	}
}

var errEnough = fmt.Errorf("enough")

// locked returns the checkpoint that a lock holds, of size 0 where it has none.
func locked(lock Lock, log note.Verifier) (Checkpoint, error) {
	signed, err := lock.Load()
	if err != nil || signed == nil {
		return Checkpoint{}, err
	}
	c, _, err := Policy{Log: log}.Open(signed)
	if err != nil {
		return c, fmt.Errorf("lock: %w: %w", ledger.ErrDamaged, err)
	}
	return c, nil
}

func copies(ctx context.Context, store Store, c Checkpoint, yield func(ledger.Recorded, error) bool) error {
	var tree hashes
	for at := int64(0); at < c.Size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		entries, events, err := readFiles(store, at/tileWidth, int(min(tileWidth, c.Size-at)))
		if err != nil {
			return err
		}
		for i, e := range entries {
			if err := tree.add(at, tlog.RecordHash(e)); err != nil {
				return err
			}
			at++
			if events[i] == nil {
				continue
			}
			if err := matches(e, events[i]); err != nil {
				return fmt.Errorf("entry %d: %w", at-1, err)
			}
			if !yield(*events[i], nil) {
				return errEnough
			}
		}
	}
	if c.Size == 0 {
		return nil
	}
	root, err := tlog.TreeHash(c.Size, tree)
	if err == nil && root != c.Root {
		err = fmt.Errorf("the copies do not lead to the signed root: %w", ledger.ErrDamaged)
	}
	return err
}

// matches refuses a copy that is not of the event that its leaf is of.
func matches(entry []byte, r *ledger.Recorded) error {
	l, err := ParseLeaf(entry)
	if err != nil {
		return fmt.Errorf("%w: %w", ledger.ErrDamaged, err)
	}
	if l.Position != r.Position || l.Event != r.ID || l.Stream != ID(r.Stream) || l.Revision != uint64(r.Revision) ||
		l.Recorded != uint64(r.Created.UnixMilli()) || l.Payload != payloadHash(r.Event) {
		return fmt.Errorf("the copy is not of the event that was sealed: %w", ledger.ErrDamaged)
	}
	return nil
}

// Holds refuses a ledger that lacks the newest sealed event: it is an old
// backup, or damaged. The error is [ledger.ErrDamaged].
func (s *Sealer) Holds(ctx context.Context) error { return s.present(ctx) }

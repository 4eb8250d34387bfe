package pebblelog

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"

	"waymark/ledger"
)

// Open opens the log in o.Dir, which is created where absent.
// It returns ErrDamaged where what is there fails its checks; nothing has been
// changed then.
func Open(o Options) (*Log, error) {
	if o.Dir == "" && !o.InMemory {
		return nil, errors.New("open log: no directory")
	}
	l := &Log{
		opts:    o.withDefaults(),
		syncing: make(chan *group, 1),
		frozen:  make(chan struct{}, 1),
		quit:    make(chan struct{}),
		halted:  make(chan struct{}),
	}
	l.queue.init(l.opts.QueueLimit)
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("open log in %s: %w", l.opts.Dir, err)
	}
	return l, nil
}

func (l *Log) open() (err error) {
	if !l.opts.ReadOnly {
		if err := makeDir(l.opts.FS, l.opts.Dir); err != nil {
			return err
		}
	}
	if l.lock, err = pebble.LockDirectory(l.opts.Dir, l.opts.FS); err != nil {
		return fmt.Errorf("another process, or this one, has it open: %w", err)
	}
	defer func() {
		if err != nil {
			_ = l.lock.Close()
		}
	}()
	p := l.opts.tuning()
	p.Lock = l.lock
	p.ReadOnly = l.opts.ReadOnly
	p.Logger = databaseLogger{l}
	p.EventListener = l.listener()
	if l.db, err = pebble.Open(l.opts.Dir, p); err != nil {
		return l.readError(err)
	}
	if err = l.start(); err != nil {
		_ = l.db.Close()
	}
	return err
}

// start reads where the log ends and sets its goroutines going.
func (l *Log) start() error {
	if err := l.identify(); err != nil {
		return err
	}
	last, err := lastPosition(l.db)
	if err != nil {
		return l.readError(err)
	}
	if err := l.recoverIndex(last); err != nil {
		return err
	}
	l.head, l.applied = last, last
	l.durable.Store(uint64(last))
	l.live.start(last)
	if l.opts.ReadOnly {
		close(l.syncing)
		return nil
	}
	l.workers.Add(2)
	go l.write()
	go l.sync()
	l.others.Add(1)
	go l.indexer()
	return nil
}

// identify reads the log's identity, or gives it one where it is new.
func (l *Log) identify() error {
	id, err := readID(l.db)
	if err != nil {
		return l.readError(err)
	}
	if id == uuid.Nil {
		if l.opts.ReadOnly {
			return errors.New("there is no log")
		}
		if id, err = uuid.NewRandom(); err != nil {
			return err
		}
		if err := l.db.Set(metaKey, append([]byte{recordVersion}, id[:]...), pebble.Sync); err != nil {
			return err
		}
	}
	l.id = id
	return nil
}

// readID returns the identity of the log in db, uuid.Nil where db is empty.
func readID(db *pebble.DB) (uuid.UUID, error) {
	v, closer, err := db.Get(metaKey)
	if errors.Is(err, pebble.ErrNotFound) {
		return uuid.Nil, nil
	}
	if err != nil {
		return uuid.Nil, err
	}
	defer closer.Close()
	if len(v) != 1+16 || v[0] != recordVersion {
		return uuid.Nil, fmt.Errorf("%w: its identity is malformed: %x", ledger.ErrDamaged, v)
	}
	return uuid.UUID(v[1:]), nil
}

// lastPosition returns the position of the last event in db.
func lastPosition(db *pebble.DB) (ledger.Position, error) {
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: []byte{kindEvent}, UpperBound: []byte{kindEvent + 1}})
	if err != nil {
		return 0, err
	}
	var last ledger.Position
	if it.Last() {
		last, _ = eventPosition(it.Key())
	}
	return last, it.Close()
}

// makeDir creates dir and the directories above it, and syncs the directory
// that holds each new one: Pebble syncs only its own, and a power cut could
// take the whole database otherwise.
func makeDir(fs vfs.FS, dir string) error {
	if _, err := fs.Stat(dir); err == nil {
		return syncDir(fs, fs.PathDir(dir))
	}
	parent := fs.PathDir(dir)
	if parent != dir && parent != "." {
		if err := makeDir(fs, parent); err != nil {
			return err
		}
	}
	if err := fs.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	return syncDir(fs, parent)
}

func syncDir(fs vfs.FS, dir string) error {
	if dir == "" || dir == "." {
		if _, mem := fs.(*vfs.MemFS); mem {
			dir = "/"
		}
	}
	d, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}

package pebblelog

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"

	"waymark/ledger"
)

// Open opens the log in o.Dir, which is created where absent. It inspects what
// is there before it changes anything, and returns ErrDamaged where a check
// fails; ErrNoSpace where the disk is too full to open it; and ErrInUse where
// it is open already.
func Open(o Options) (*Log, error) {
	if o.Dir == "" && !o.InMemory {
		return nil, errors.New("open log: no directory")
	}
	if o.Fresh && o.ReadOnly {
		return nil, errors.New("open log: it cannot be both fresh and read-only")
	}
	l := newLog(o)
	defer l.opening()()
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("open log in %s: %w", l.opts.Dir, err)
	}
	return l, nil
}

func newLog(o Options) *Log {
	l := &Log{
		opts:    o.withDefaults(),
		syncing: make(chan *group, 1),
		frozen:  make(chan struct{}, 1),
		quit:    make(chan struct{}),
		halted:  make(chan struct{}),
	}
	l.queue.init(l.opts.QueueLimit)
	return l
}

func (l *Log) open() (err error) {
	if l.opts.ReadOnly {
		_, err = l.opts.FS.Stat(l.opts.Dir)
	} else {
		err = makeDir(l.opts.FS, l.opts.Dir)
	}
	if err != nil {
		return err
	}
	if l.lock, err = lockDir(l.opts); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = l.lock.Close()
		}
	}()
	if err = l.settle(); err != nil {
		return err
	}
	if !l.opts.ReadOnly {
		if l.opts.Fresh {
			err = l.erase()
		}
		if err == nil {
			err = l.roomToOpen()
		}
		if err != nil {
			return err
		}
	}
	p := l.database(l.lock)
	p.Cache = pebble.NewCache(l.opts.CacheSize)
	defer p.Cache.Unref() // the database holds it on
	exists, err := l.guard(*p)
	if err != nil {
		return err
	}
	if l.opts.ReadOnly && !exists {
		return errors.New("there is no log")
	}
	if !l.opts.ReadOnly && l.opts.Ballast > 0 {
		p.FS = vfs.OnDiskFull(l.opts.FS, l.diskFull)
	}
	if l.opts.FS == vfs.Default {
		p.WithFSDefaults()
	}
	if l.db, err = pebble.Open(l.opts.Dir, p); err != nil {
		if errors.Is(err, pebble.ErrDBNotPristine) {
			return damagedOpen(err)
		}
		return l.readError(err)
	}
	if err = l.start(); err != nil {
		_ = l.db.Close()
	}
	return err
}

// database returns the options to open the database with.
func (l *Log) database(lock *pebble.Lock) *pebble.Options {
	p := l.opts.tuning()
	p.Lock = lock
	p.ReadOnly = l.opts.ReadOnly
	p.Logger = databaseLogger{l}
	p.EventListener = l.listener()
	return p
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
	l.checkSpace()
	l.workers.Add(2)
	go l.write()
	go l.sync()
	l.others.Add(2)
	go l.indexer()
	go l.watch()
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
func readID(db pebble.Reader) (uuid.UUID, error) {
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
func lastPosition(db pebble.Reader) (ledger.Position, error) {
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

package pebblelog

import (
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options say where a log lies and how it runs. The zero value of every field
// is a sound choice, but Dir or InMemory must be set.
type Options struct {
	// Dir is the directory of the log's database. It is created where absent.
	Dir string
	// InMemory keeps the log in memory: for tests and trials.
	InMemory bool
	// FS is the file system; nil means the operating system's, or a new one
	// in memory with InMemory.
	FS vfs.FS
	// ReadOnly opens an existing log without changing it. Appends fail.
	ReadOnly bool
	// Fresh deletes what the directory holds, once nobody else has it open,
	// and begins another log there.
	Fresh bool
	// HighWater is the path of the file in which the log notes, apart from
	// its database, how far it had come; empty means Dir + ".position".
	HighWater string

	// Now tells the time at which events are accepted; nil means time.Now.
	Now func() time.Time
	// Logger receives what an operator should know; nil means nothing does.
	Logger *slog.Logger
	// Exit ends the process where going on would break a promise, with
	// [ExitIO]; nil means os.Exit.
	Exit func(code int)

	// QueueLimit bounds the appends that wait, and with them memory. One more
	// gets ErrBusy. 0 means 8,192; the events under way never exceed 64 MiB.
	QueueLimit int
	// Ballast is the size in bytes of a file that is given up when the disk
	// is full, so that the log can finish what it began. 0 means 256 MiB, or
	// none in memory; negative means none.
	Ballast int64
	// LowSpace is the free space in bytes below which appends are refused
	// with ErrNoSpace. 0 means 2 GiB or 5 % of the disk, whichever is more;
	// negative means never.
	LowSpace int64
	// CacheSize is the memory for blocks read, in bytes. 0 means 256 MiB, or
	// 16 MiB in memory.
	CacheSize int64
	// IndexBuffer is how many events' places in their streams are kept in
	// memory before they are written, sorted. 0 means 131,072.
	IndexBuffer int
	// MemTableSize is the size in bytes of the tables in which events wait to
	// be sorted to disk. 0 means 64 MiB.
	MemTableSize uint64
}

// ExitIO is the exit code of a process whose log could not write: EX_IOERR of
// sysexits.h.
const ExitIO = 74

const (
	defaultQueue    = 8192
	defaultBallast  = 256 << 20
	defaultCache    = 256 << 20
	defaultMemTable = 64 << 20
	defaultIndex    = 128 << 10
)

// withDefaults returns the options with every default written out.
func (o Options) withDefaults() Options {
	if o.InMemory {
		o.Ballast = -1
		if o.FS == nil {
			o.FS = vfs.NewMem()
		}
		if o.Dir == "" {
			o.Dir = "ledger"
		}
		if o.CacheSize == 0 {
			o.CacheSize = 16 << 20
		}
	}
	if o.FS == nil {
		o.FS = vfs.Default
		o.Dir = filepath.Clean(o.Dir)
	}
	if o.HighWater == "" {
		o.HighWater = o.Dir + ".position"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Exit == nil {
		o.Exit = os.Exit
	}
	o.QueueLimit = orDefault(o.QueueLimit, defaultQueue)
	o.Ballast = orDefault(o.Ballast, defaultBallast)
	o.CacheSize = orDefault(o.CacheSize, defaultCache)
	o.IndexBuffer = orDefault(o.IndexBuffer, defaultIndex)
	o.MemTableSize = orDefault(o.MemTableSize, defaultMemTable)
	return o
}

func orDefault[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}

// tuning returns Pebble's options for an append-only log: events arrive in the
// order of their keys, so that their tables are moved between levels, not
// rewritten; index entries come in sorted tables of their own; a look-up that
// finds nothing must not touch a block.
func (o Options) tuning() *pebble.Options {
	p := &pebble.Options{
		FS: o.FS,
		// Written out, since the default is the oldest. Only the newest format
		// tells a damaged write-ahead log from one that ends there.
		FormatMajorVersion:          pebble.FormatNewest,
		CacheSize:                   o.CacheSize,
		MemTableSize:                o.MemTableSize,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       200,
		LBaseMaxBytes:               256 << 20,
		BytesPerSync:                1 << 20,
		MaxOpenFiles:                1000,
		CompactionConcurrencyRange:  func() (int, int) { return 1, 2 },
	}
	p.TargetFileSizes[0] = 8 << 20
	for i := range p.Levels {
		p.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
		p.Levels[i].FilterType = pebble.TableFilter
		p.Levels[i].BlockSize = 16 << 10
	}
	return p
}

// Package projections keeps the answers to questions about the ledger.
//
// A view folds events into rows. All views share one cursor and one Pebble
// batch, so their answers are all as of the same position, and a view may read
// what the views before it wrote for the same event. Views hold nothing that
// cannot be drawn anew from the ledger: their rows are written without a
// write-ahead log, and a crash only loses a tail that is read again.
//
// What the views say does not depend on the order in which events arrive.
// Facts are kept by event time; whenever one arrives, every item that it
// concerns is judged anew on its whole way. Only what tells of arrival itself
// does depend on it: positions, record times, withdrawn findings, alerts.
package projections

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"

	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/ledger"
)

// A view folds events into rows of its own.
type view struct {
	name  string
	apply func(tx *tx, e *entry) error
}

// views lists every view, in the order in which they see an event.
var views = []view{
	{"events", applyEvent},
	{"masters", applyMaster},
	{"deals", applyDeal},
	{"quotes", applyQuote},
	{"documents", applyDocument},
	{"items", applyItems},
	{"sums", applySums},
	{"findings", applyFindings},
	{"places", applyPlace},
	{"blocked", applyBlocked},
	{"webhooks", applyWebhook},
	{"accounts", applyAccount},
	{"terms", applyTerms},
	{"cases", applyCase},
}

// Options says how to open views. The zero value keeps them in memory.
type Options struct {
	Dir    string // "" keeps the views in memory
	Logger *slog.Logger
	Cache  int64  // bytes of Pebble's block cache; 0: 256 MiB
	FS     vfs.FS // nil: the operating system's, or a new one in memory
	// Policy, where it is set, judges instead of every pack that was adopted: to
	// ask what would be found. Such views are for no other use.
	Policy *diversion.Policy
	// ReadOnly opens views that are there for queries, and changes nothing.
	ReadOnly bool
}

// ErrForeign: the views were built from another log, from a longer one, or by
// other rules. They are to be deleted and built anew.
var ErrForeign = errors.New("views do not belong to this log and these rules")

// layout is the version of the rows. It counts up whenever rows that an older
// program wrote would be read wrongly.
const layout = 10

// stamp names what rows depend on beside the log: their layout and the rules.
var stamp = sync.OnceValue(func() string {
	s := "layout " + strconv.Itoa(layout)
	for _, r := range diversion.Rules {
		s += fmt.Sprintf(" %s@%d", r.ID, r.Version)
	}
	return s
})

// Views are the answers, current up to one position of one log. Queries may
// run concurrently with each other and with the feed.
type Views struct {
	log      ledger.Log
	db       *pebble.DB
	logger   *slog.Logger
	fixed    bool // opened read-only
	override *diversion.Policy

	damaged atomic.Bool
	blind   atomic.Pointer[blind] // what CannotSee worked out last

	// feeding is held by Run and CatchUp: there is one feed.
	feeding   sync.Mutex
	counts    map[place]*counts // the feed's, as are these
	sums      sums
	budget    budget
	documents *documents
	unwritten int // events since the rows were last written to disk

	state atomic.Pointer[state]

	mu      sync.Mutex
	changed chan struct{} // closed, and made anew, at every commit
}

// state is what the feed publishes at every commit. It is never changed
// afterwards.
type state struct {
	position ledger.Position
	eventID  uuid.UUID
	clock    int64 // latest event time, milliseconds; see AsOf
	nextDue  int64 // when the next finding ceases to be provisional
	looked   int64 // what the clock was when sums were last looked at
	nextLook int64 // when they are next
	created  time.Time
	dir      *partner.Directory
	deals    *deal.Book
	policies *diversion.Policies
	dealing  dealing
}

// Open opens the views of a log. Nothing is fed yet; see [Views.Run].
func Open(log ledger.Log, o Options) (*Views, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Cache == 0 {
		o.Cache = 256 << 20
	}
	v := &Views{log: log, logger: o.Logger, fixed: o.ReadOnly, override: o.Policy, changed: make(chan struct{}), documents: newDocuments()}
	var err error
	if v.db, err = v.open(o); err != nil {
		return nil, fmt.Errorf("open views: %w", err)
	}
	if err := v.restore(); err != nil {
		return nil, errors.Join(err, v.db.Close())
	}
	return v, nil
}

func (v *Views) open(o Options) (*pebble.DB, error) {
	cache := pebble.NewCache(o.Cache)
	defer cache.Unref()
	opts := &pebble.Options{
		Cache:                       cache,
		ReadOnly:                    o.ReadOnly,
		DisableWAL:                  true, // the log is the truth; a lost tail is read again
		FormatMajorVersion:          pebble.FormatNewest,
		MemTableSize:                64 << 20,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       32, // a feed that outruns compaction waits
		LBaseMaxBytes:               256 << 20,
		CompactionConcurrencyRange:  func() (int, int) { return 1, 2 },
		Logger:                      quiet{o.Logger},
		EventListener:               &pebble.EventListener{DataCorruption: v.damage},
	}
	for i := range opts.Levels {
		opts.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
		opts.Levels[i].BlockSize = 16 << 10
	}
	if opts.FS = o.FS; o.Dir == "" && o.FS == nil {
		opts.FS = vfs.NewMem()
	}
	return pebble.Open(o.Dir, opts)
}

// quiet passes Pebble's errors on and drops its chatter.
type quiet struct{ l *slog.Logger }

func (q quiet) Infof(string, ...any) {}
func (q quiet) Errorf(format string, args ...any) {
	q.l.Error("views", "pebble", fmt.Sprintf(format, args...))
}

// Fatalf must not return: Pebble would go on without having written. The code
// is EX_IOERR of sysexits.h.
func (q quiet) Fatalf(format string, args ...any) {
	q.l.Error("views", "pebble", fmt.Sprintf(format, args...))
	os.Exit(74)
}

// damage notes that a block of the rows cannot be read. Left to itself, Pebble
// would end the process.
func (v *Views) damage(info pebble.DataCorruptionInfo) {
	if v.damaged.CompareAndSwap(false, true) {
		v.logger.Error("views are damaged", "path", info.Path, "error", info.Details)
	}
}

// ErrDamaged: rows cannot be read. The views are to be deleted and drawn anew.
var ErrDamaged = errors.New("views are damaged; deleted, they are drawn anew from the log")

// Health returns ErrDamaged once a row could not be read.
func (v *Views) Health() error {
	if v.damaged.Load() {
		return ErrDamaged
	}
	return nil
}

// restore reads what the rows are current to, and checks that the log still
// holds that event.
func (v *Views) restore() error {
	q := rows{v.db}
	s := &state{dir: partner.NewDirectory(), deals: &deal.Book{}, policies: &diversion.Policies{Override: v.override}, dealing: newDealing()}
	b, err := q.get([]byte{tableCursor})
	if err != nil {
		return err
	}
	if b != nil {
		var c cursor
		if !c.read(b) || c.stamp != stamp() {
			return fmt.Errorf("views were drawn by %q, this program has %q: %w", c.stamp, stamp(), ErrForeign)
		}
		s.position, s.eventID, s.clock, s.looked = c.position, c.eventID, c.clock, c.clock
		if err := v.belongs(s); err != nil {
			return err
		}
	}
	if err = q.masters(s); err != nil {
		return err
	}
	if s.nextDue, err = q.firstDue(); err != nil {
		return err
	}
	v.state.Store(s)
	return nil
}

// A cursor says what the rows are current to, and what drew them.
type cursor struct {
	position ledger.Position
	eventID  uuid.UUID
	clock    int64
	stamp    string
}

func (c cursor) append(b []byte) []byte {
	b = append(binary.BigEndian.AppendUint64(b, uint64(c.position)), c.eventID[:]...)
	return append(binary.BigEndian.AppendUint64(b, uint64(c.clock)), c.stamp...)
}

func (c *cursor) read(b []byte) bool {
	if len(b) < 32 {
		return false
	}
	c.position, c.eventID = ledger.Position(binary.BigEndian.Uint64(b)), uuid.UUID(b[8:24])
	c.clock, c.stamp = int64(binary.BigEndian.Uint64(b[24:])), string(b[32:])
	return true
}

func (v *Views) belongs(s *state) error {
	for r, err := range v.log.All(context.Background(), s.position-1, false) {
		switch {
		case err != nil && !errors.Is(err, ledger.ErrPosition):
			return fmt.Errorf("read the log at %d: %w", s.position, err)
		case err == nil && r.Position == s.position && r.ID == s.eventID:
			return nil
		}
		break
	}
	return fmt.Errorf("the log has another event at %d, or none: %w", s.position, ErrForeign)
}

// Close writes what is only in memory and closes the views. No feed and no
// query may be running.
func (v *Views) Close() error {
	v.feeding.Lock()
	defer v.feeding.Unlock()
	if v.fixed || v.damaged.Load() { // what is damaged is not worth writing
		return v.db.Close()
	}
	return errors.Join(v.db.Flush(), v.db.Close())
}

// AsOf returns up to where the views are current.
func (v *Views) AsOf() AsOf { return v.state.Load().asOf() }

func (s *state) asOf() AsOf {
	a := AsOf{Position: s.position}
	if s.clock != 0 {
		a.Time = custody.Key{Time: s.clock}.At()
	}
	return a
}

// Directory returns the master data. It must not be changed.
func (v *Views) Directory() *partner.Directory { return v.state.Load().dir }

// Changed returns a channel that is closed when the views next move on.
func (v *Views) Changed() <-chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.changed
}

// Wait returns once the views have reached p, or with ctx's error.
func (v *Views) Wait(ctx context.Context, p ledger.Position) error {
	for {
		changed := v.Changed()
		if v.state.Load().position >= p {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// publish makes a committed state the one that queries see.
func (v *Views) publish(s *state) {
	v.state.Store(s)
	v.mu.Lock()
	defer v.mu.Unlock()
	close(v.changed)
	v.changed = make(chan struct{})
}

// Metrics returns Pebble's own figures of the views.
func (v *Views) Metrics() *pebble.Metrics { return v.db.Metrics() }

package pebblelog

import (
	"runtime"
	"sync"

	"waymark/ledger"
)

// A request is an append on its way to the writer. Its records are complete
// but for what depends on the place in the log.
type request struct {
	stream   string
	hash     streamHash
	expected ledger.Expected
	records  [][]byte          // one for each event
	events   []ledger.Recorded // the same, as followers get them
	size     int               // of the records, in bytes

	before  *request // what was imported right before it; nil where it is no import
	refused bool     // the writer's: it is not in the log

	oneRecord [1][]byte // most appends have one event
	oneEvent  [1]ledger.Recorded

	receipt ledger.Receipt
	err     error
	done    chan struct{} // receives once, when receipt and err are final
}

func (r *request) answer(err error) {
	if err != nil {
		r.receipt, r.err = ledger.Receipt{}, err
	}
	r.done <- struct{}{}
}

// maxQueued bounds the bytes of the appends under way.
const maxQueued = 64 << 20

// A queue holds appends for the writer, in order. Its bounds cover all that is
// not acknowledged yet, whether the writer has it or not.
type queue struct {
	limit int

	mu      sync.Mutex
	filled  sync.Cond // waited on by the writer
	waiting []*request
	spare   []*request
	count   int // appends under way
	bytes   int
	fresh   int // bytes of those that wait
	closed  bool
}

func (q *queue) init(limit int) {
	q.limit = limit
	q.filled.L = &q.mu
}

// push adds r, or says why it cannot: ErrBusy or ErrClosed.
func (q *queue) push(r *request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ledger.ErrClosed
	}
	if q.count >= q.limit || q.bytes+r.size > maxQueued && q.count > 0 {
		return ledger.ErrBusy
	}
	q.count++
	q.bytes += r.size
	q.fresh += r.size
	q.waiting = append(q.waiting, r)
	if q.worthwhile() {
		q.filled.Signal()
	}
	return nil
}

// worthwhile returns whether the writer should build a group of what waits.
// Where nothing is being synced, always. Otherwise a group that is small beside
// the one being synced would only split those that could share the next sync.
func (q *queue) worthwhile() bool {
	syncing := q.count - len(q.waiting)
	return len(q.waiting) > 0 && (len(q.waiting) >= syncing || q.fresh >= maxGroup/4)
}

// take returns all that waits, once that is worthwhile, and false once the
// queue is closed. The slice is good until the next call.
func (q *queue) take() ([]*request, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.worthwhile() {
		if q.closed {
			return nil, false
		}
		q.filled.Wait()
		q.mu.Unlock()
		runtime.Gosched() // those just answered may have more to append
		q.mu.Lock()
	}
	clear(q.spare)
	taken := q.waiting
	q.waiting, q.spare, q.fresh = q.spare[:0], taken, 0
	return taken, true
}

// release makes room where n appends of that many bytes have been answered.
func (q *queue) release(n, bytes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.count -= n
	q.bytes -= bytes
	if q.worthwhile() || q.closed {
		q.filled.Signal()
	}
}

// close lets nothing more in and returns what nobody will take.
func (q *queue) close() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	left := q.waiting
	q.waiting = nil
	q.filled.Signal()
	return left
}

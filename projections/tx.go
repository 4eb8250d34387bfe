package projections

import (
	"bytes"
	"errors"
	"fmt"
	"iter"

	"github.com/cockroachdb/pebble/v2"
	"github.com/go-json-experiment/json"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
)

// rows reads rows: a batch that sees its own writes while the feed writes, a
// snapshot while a query reads.
type rows struct{ r pebble.Reader }

// get returns a row's value, or nil.
func (q rows) get(k []byte) ([]byte, error) {
	v, closer, err := q.r.Get(k)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read row of table %q: %w", k[:1], err)
	}
	v = append(make([]byte, 0, len(v)), v...)
	return v, closer.Close()
}

// load decodes a row of JSON into v and tells whether there is one.
func (q rows) load(k []byte, v any) (bool, error) {
	b, err := q.get(k)
	if err != nil || b == nil {
		return false, err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return false, fmt.Errorf("row of table %q is damaged: %w", k[:1], err)
	}
	return true, nil
}

// scan yields the rows whose keys begin with prefix, from the key from on
// (nil: from the first). Keys and values hold until the next step only.
func (q rows) scan(prefix, from []byte) iter.Seq2[[2][]byte, error] {
	return func(yield func([2][]byte, error) bool) {
		if from == nil {
			from = prefix
		}
		it, err := q.r.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: after(prefix)})
		if err != nil {
			yield([2][]byte{}, err)
			return
		}
		defer it.Close()
		for ok := it.First(); ok; ok = it.Next() {
			v, err := it.ValueAndErr()
			if err != nil {
				yield([2][]byte{}, err)
				return
			}
			if !yield([2][]byte{it.Key(), v}, nil) {
				return
			}
		}
		if err := it.Error(); err != nil {
			yield([2][]byte{}, err)
		}
	}
}

// A page is all that is kept of one item.
type page struct {
	facts    []custody.Fact
	findings []diversion.ID // that the item is a member of
	tallies  []tally        // in order
}

// pages reads items' pages through one iterator. Where items are asked for in
// order, as a shipment's are, neighbours are found without a new search.
type pages struct {
	it     *pebble.Iterator
	intern custody.Intern
	prefix []byte // of the page read last; the iterator stands behind it
	ahead  bool   // and on a row
}

func (q rows) pages() (*pages, error) {
	it, err := q.r.NewIter(&pebble.IterOptions{LowerBound: []byte{tableItem}, UpperBound: []byte{tableItem + 1}})
	if err != nil {
		return nil, err
	}
	return &pages{it: it, intern: custody.Intern{}}, nil
}

func (p *pages) close() error { return p.it.Close() }

// read adds what is kept of an item to into, whose slices it reuses.
func (p *pages) read(item gs1.Item, into *page) error {
	into.facts, into.findings, into.tallies = into.facts[:0], into.findings[:0], nil
	ok := p.find(item)
	n := len(p.prefix)
	for ; ok; ok = p.it.Next() {
		k := p.it.Key()
		if len(k) <= n || string(k[:n]) != string(p.prefix) {
			break
		}
		switch k[n] {
		case pageFact:
			v, err := p.it.ValueAndErr()
			if err != nil {
				return err
			}
			f, err := custody.ReadFact(custody.ReadKey(k[n+1:]), v, p.intern)
			if err != nil {
				return fmt.Errorf("page of %s: %w", item, err)
			}
			into.facts = append(into.facts, f)
		case pageMember:
			into.findings = append(into.findings, diversion.ID(k[n+1:]))
		case pageTally:
			v, err := p.it.ValueAndErr()
			if err != nil {
				return err
			}
			into.tallies = readTallies(v)
		}
	}
	p.ahead = ok
	return p.it.Error()
}

// find goes to the first row of an item's page, if there is one. Where the
// iterator stands behind an earlier page, on or behind the row that is looked
// for, it is there already.
func (p *pages) find(item gs1.Item) bool {
	var buf [64]byte
	prefix := pagePrefix(buf[:0], item)
	forward := p.ahead && bytes.Compare(p.prefix, prefix) < 0
	p.prefix = append(p.prefix[:0], prefix...)
	if forward && bytes.Compare(p.it.Key(), prefix) >= 0 {
		return true
	}
	return p.it.SeekGE(p.prefix)
}

// facts is a custody.Loader.
func (p *pages) facts(item gs1.Item) ([]custody.Fact, error) {
	var pg page
	err := p.read(item, &pg)
	return pg.facts, err
}

// documents keeps the documents that were read last: an order comes again with
// every shipment on it. A document never changes once it is recorded.
type documents struct {
	orders  map[string]*custody.Order
	notices map[string]*custody.ASN
	err     error // the first reading that failed
}

// maxDocuments bounds how many documents of a kind are kept.
const maxDocuments = 4096

func newDocuments() *documents {
	return &documents{orders: map[string]*custody.Order{}, notices: map[string]*custody.ASN{}}
}

// trade returns what the fold knows beside the facts, as q sees it.
func (q rows) trade(s *state, d *documents) custody.Trade {
	return custody.Trade{
		Directory: s.dir, Deals: s.deals,
		Order:  func(id string) (*custody.Order, bool) { return remember(q, d.orders, &d.err, tableOrder, id) },
		Notice: func(id string) (*custody.ASN, bool) { return remember(q, d.notices, &d.err, tableNotice, id) },
	}
}

// remember reads a document once. The fold has no place for errors, and goes on
// without a document that cannot be read: failed keeps the first, and ends a
// feed before it writes anything of it.
func remember[T any](q rows, known map[string]*T, failed *error, table byte, id string) (*T, bool) {
	if d, ok := known[id]; ok {
		return d, true
	}
	doc := new(T)
	found, err := q.load(name(table, id), doc)
	if err != nil && *failed == nil {
		*failed = err
	}
	if err != nil || !found {
		return doc, false
	}
	if len(known) >= maxDocuments {
		clear(known)
	}
	known[id] = doc
	return doc, true
}

// backward calls f with the rows in [lower, upper), last first, until it
// returns false.
func (q rows) backward(lower, upper []byte, f func(k, v []byte) (bool, error)) error {
	it, err := q.r.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return err
	}
	defer it.Close()
	for ok := it.Last(); ok; ok = it.Prev() {
		v, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		if more, err := f(it.Key(), v); err != nil || !more {
			return err
		}
	}
	return it.Error()
}

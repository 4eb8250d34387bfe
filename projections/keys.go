package projections

import (
	"encoding/binary"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
)

// The rows of the views. A row's first byte names its table; numbers are
// big-endian, so that rows sort by them. item is a gs1.Item's bytes and a NUL;
// key is a custody.Key.
//
//	cursor  ()                                → position 8, event id 16, clock 8, stamp
//	master  (kind 1, id)                      → record time 8, JSON
//	order   (id)                              → JSON
//	notice  (id)                              → JSON, without the items
//	listing (notice id)                       → position 8   where the log holds its items
//	mention (table 1, document id, NUL, key)  → ()   events that name an order or a notice
//	event   (hash 8)                          → time 8, position 8, record time 8, state 1, id
//	moment  (key)                             → ()   events by event time
//	visit   (GLN 6, key)                      → ()   events by the sites they name
//	item    (item, 1, key)                    → fact
//	item    (item, 2, finding)                → ()   findings that the item is a member of
//	item    (item, 3)                         → what it adds to the sums
//	seen    (item, child)                     → ()   children seen on their own
//	finding (finding)                         → JSON
//	member  (finding, item)                   → units uvarint, evidence: key and role, 17 each
//	latest  (inverted time 8, finding)        → ()   findings, latest first
//	due     (time 8, finding)                 → ()   when a finding ceases to be provisional
//	alert   (position 8, n 4)                 → JSON
//	mark    (kind 1, mark 8, key)             → ()   observations by reporter; activations by country
//	place   (GLN of 13 digits, or region)     → counts, 3 × 8
//	sum     (rule, quarter, look, out, of, to) → count varint; see sumKey
//	once    (as sum, once 8)                  → items that say so, uvarint
//	verdict (rule, quarter, group)            → JSON
//	budget  ()                                → JSON
//	about   (partner, NUL, country, NUL, rule 3, finding) → ()   findings that stand, by whom and where
//	blocked (shipper, NUL, region)            → JSON
//	bought  (buyer, NUL, time 8, order)       → ()   orders, by buyer and date
//	deal    (id)                              → JSON   of deals that are kept here
//	quote   (id)                              → JSON
//	copy    (copy 8)                          → quote id
//	leak    (copy 8, region, NUL, time 8, id) → JSON   copies that turned up
//	webhook (id)                              → JSON
//	balance (partner, NUL, kind of account, NUL, currency) → minor units 8
//	posting (id)                              → JSON
//	history (partner, NUL, date 10, position 8) → id of a posting that touches the partner
//	scheme  (programme, NUL, partner, NUL, period, NUL, posting) → ()   accruals and clawbacks
//	rests   (finding or "case:" case, NUL, posting) → ()   postings by what they rest on
//	head    (partner)                         → revision 8 of the stream of its account
//	claim   (id)                              → JSON
//	programme, schedule (id)                  → JSON
//	case    (id)                              → JSON
//	docket  (partner, NUL, case)              → JSON   what lists say of a case
const (
	tableCursor  byte = 'c'
	tableMaster  byte = 'm'
	tableOrder   byte = 'o'
	tableNotice  byte = 'n'
	tableListing byte = 'p'
	tableMention byte = 'w'
	tableEvent   byte = 'e'
	tableMoment  byte = 't'
	tableVisit   byte = 'v'
	tableItem    byte = 'i'
	tableSeen    byte = 's'
	tableFinding byte = 'f'
	tableMember  byte = 'g'
	tableLatest  byte = 'l'
	tableDue     byte = 'd'
	tableAlert   byte = 'a'
	tableMark    byte = 'x'
	tablePlace   byte = 'r'
	tableSum     byte = 'u'
	tableOnce    byte = 'k'
	tableVerdict byte = 'j'
	tableBudget  byte = 'b'
	tableAbout   byte = 'h'
	tableBlocked byte = 'z'
	tableBought  byte = 'q'
	tableWebhook byte = 'y'
	tableCase    byte = 'E'
	tableDocket  byte = 'F'
	tableDeal    byte = 'D'
	tableQuote   byte = 'Q'
	tableCopy    byte = 'C'
	tableLeak    byte = 'U'

	tableBalance   byte = 'B'
	tablePosting   byte = 'P'
	tableHistory   byte = 'H'
	tableScheme    byte = 'S'
	tableRests     byte = 'R'
	tableHead      byte = 'A'
	tableClaim     byte = 'L'
	tableProgramme byte = 'G'
	tableSchedule  byte = 'K'
)

// Rows of an item's page.
const (
	pageFact   byte = 1
	pageMember byte = 2
	pageTally  byte = 3
)

func key(table byte, parts ...[]byte) []byte {
	k := append(make([]byte, 0, 64), table)
	for _, p := range parts {
		k = append(k, p...)
	}
	return k
}

func name(table byte, id string) []byte { return append([]byte{table}, id...) }

func u64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

func pagePrefix(b []byte, it gs1.Item) []byte {
	return append(append(append(b, tableItem), it...), 0)
}

func factKey(b []byte, it gs1.Item, k custody.Key) []byte {
	return k.Append(append(pagePrefix(b, it), pageFact))
}

func seenPrefix(parent gs1.Item) []byte { return key(tableSeen, []byte(parent), []byte{0}) }

func seenKey(parent, child gs1.Item) []byte { return append(seenPrefix(parent), child...) }

func memberOfKey(it gs1.Item, id diversion.ID) []byte {
	return append(append(pagePrefix(nil, it), pageMember), id[:]...)
}

func memberKey(id diversion.ID, it gs1.Item) []byte { return key(tableMember, id[:], []byte(it)) }

func eventKey(hash uint64) []byte { return key(tableEvent, u64(hash)) }

func visitKey(gln gs1.GLN, k custody.Key) []byte {
	return k.Append(append([]byte{tableVisit}, u64(uint64(gln))[2:]...))
}

func latestKey(t int64, id diversion.ID) []byte { return key(tableLatest, u64(^uint64(t)), id[:]) }

func dueKey(t int64, id diversion.ID) []byte { return key(tableDue, u64(uint64(t)), id[:]) }

// after returns the first key behind every key that begins with prefix.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

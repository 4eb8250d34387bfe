package projections

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/go-json-experiment/json"
)

// Digest returns the SHA-256 of what the views say, in hexadecimal. It leaves
// out what tells of arrival: positions, record times, withdrawn findings,
// alerts, and what only speeds the feed up. So it is the same however the same
// events came: in whatever order, batches and number of times.
func (v *Views) Digest() (string, error) {
	q, s, done := v.read()
	defer done()
	h := sha256.New()
	write := func(parts ...[]byte) {
		for _, p := range parts {
			h.Write(binary.AppendUvarint(nil, uint64(len(p))))
			h.Write(p)
		}
	}
	write(u64(uint64(s.clock)))
	masters, err := json.Marshal([]any{s.dir.Partners(), s.dir.Sites(), s.dir.Products(), s.dir.Grants(), s.dir.Waivers(), s.deals.All(), s.policies.All(), s.dealing.prices.All(), s.dealing.calendars.All(), s.dealing.terms}, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("digest of the master data: %w", err)
	}
	write(masters)
	for _, table := range digested {
		for kv, err := range q.scan([]byte{table}, nil) {
			if err != nil {
				return "", err
			}
			k, val, ok, err := lasting(kv[0], kv[1])
			if err != nil {
				return "", err
			}
			if ok {
				write(k, val)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// digested are the tables that a digest is made of, beside the master data.
var digested = []byte{tableOrder, tableNotice, tableEvent, tableMoment, tableVisit, tableItem, tableFinding, tableMember, tablePlace, tableSum, tableOnce, tableAbout, tableDeal, tableQuote, tableCopy, tableCase}

// lasting returns what of a row does not depend on arrival, if anything.
func lasting(k, v []byte) ([]byte, []byte, bool, error) {
	switch k[0] {
	case tableEvent:
		r, ok := readRef(v)
		if !ok {
			return nil, nil, false, fmt.Errorf("an event's row is damaged")
		}
		r.position, r.created = 0, 0
		return k[:1], r.append(nil), true, nil
	case tableFinding:
		var f findingRow
		if err := json.Unmarshal(v, &f); err != nil {
			return nil, nil, false, fmt.Errorf("a finding's row is damaged: %w", err)
		}
		if f.Members == 0 && !f.Stands {
			return nil, nil, false, nil
		}
		if !f.Stands && f.Verdict == nil { // who a verdict that was taken back named
			f.Partner, f.From, f.To = "", "", ""
		}
		f.Raised, f.RaisedAt, f.Because, f.Last, f.Lost, f.Said, f.Told = 0, 0, "", "", 0, nil, false
		data, err := json.Marshal(f, json.Deterministic(true))
		return k, data, true, err
	}
	return k, v, true, nil
}

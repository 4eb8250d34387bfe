package document

import (
	"crypto/sha256"
	"fmt"
	"image"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/money"
	"waymark/internal/watermark"
)

// Language is the language of a document.
type Language string

// The languages.
const (
	Chinese Language = "zh"
	English Language = "en"
	Spanish Language = "es"
)

// Quote is what a document says. Names are those that the recipient is to read:
// who makes the document has looked them up, and keeps them nowhere.
type Quote struct {
	Language Language
	Number   string // the quote's number, as people use it
	Seller   Party
	Buyer    Party
	Attn     string // the person who receives this copy
	Regions  []Region
	From     time.Time // the days of issue and of the end of validity, as dates
	Until    time.Time
	List     string // the price list, and its version
	Currency money.Currency
	Lines    []Line
	Terms    []string // further terms, in the document's language
	// Style writes numbers as "1,234.56", "1.234,56" or "1 234,56" does; empty
	// for what is usual in the language.
	Style string
	// Depth of the page's background; zero for watermark.DepthScreen.
	Depth float64
}

// Party is a company.
type Party struct {
	Name  string
	Lines []string // address and whatever else stands below the name
}

// Region is a place where delivery is allowed: its code, and its name in the
// document's language.
type Region struct{ Code, Name string }

// Line is a position. Amounts are in minor units.
type Line struct {
	SKU      string
	Text     string
	Quantity int64
	Unit     int64
	Amount   int64
}

// added is the sum of the lines.
func (q Quote) added() (money.Amount, error) {
	sum := money.Of(0, q.Currency)
	for i, l := range q.Lines {
		if l.Unit*l.Quantity != l.Amount {
			return sum, fmt.Errorf("line %d: %d times %d is not %d", i+1, l.Quantity, l.Unit, l.Amount)
		}
		var err error
		if sum, err = sum.Plus(money.Of(l.Amount, q.Currency)); err != nil {
			return sum, fmt.Errorf("add line %d: %w", i+1, err)
		}
	}
	return sum, nil
}

// codes are the codes of the regions.
func (q Quote) codes() []string {
	out := make([]string, len(q.Regions))
	for i, r := range q.Regions {
		out[i] = r.Code
	}
	return out
}

// Digest is the first half of a SHA-256 hash of what the quote offers: number,
// regions, days, currency and lines, without names of people. A claim carries
// it, so that a page whose figures were changed is told from one that was not.
func (q Quote) Digest() [16]byte {
	b, err := json.Marshal(struct {
		Number      string
		Regions     []string
		From, Until string
		Currency    money.Currency
		Lines       []Line
	}{q.Number, q.codes(), q.From.Format(time.DateOnly), q.Until.Format(time.DateOnly), q.Currency, q.Lines}, json.Deterministic(true))
	if err != nil {
		panic(err) // unreachable: every field marshals
	}
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

// sheet is a quote that is ready to be laid out: checked, put into words, and
// with its mark in every form that a carrier needs.
type sheet struct {
	Quote
	words
	ring         *watermark.Ring
	mark         watermark.Mark
	sum          money.Amount
	token, claim string
	tile         *image.Gray
}

// tilePixels is the size of the tile in files: two pixels a point would show no
// more.
const tilePixels = 256

// sheetOf makes a quote and its mark ready.
func sheetOf(q Quote, ring *watermark.Ring, m watermark.Mark) (s sheet, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write quote %s: %w", q.Number, err)
		}
	}()
	w, ok := languages[q.Language]
	if !ok {
		return s, fmt.Errorf("there are no documents in language %q: zh, en and es are there", q.Language)
	}
	if q.Style == "" {
		q.Style = w.style
	}
	if separators[q.Style] == nil {
		return s, fmt.Errorf("numbers are not written as %q", q.Style)
	}
	if len(q.Lines) == 0 {
		return s, fmt.Errorf("it has no lines")
	}
	s = sheet{Quote: q, words: w, ring: ring, mark: m}
	if s.sum, err = q.added(); err != nil {
		return s, err
	}
	if s.token, err = ring.Token(m); err != nil {
		return s, err
	}
	until := q.Until.AddDate(0, 0, 1)
	if s.claim, err = ring.Claim(watermark.Claim{Mark: m, Until: time.Date(until.Year(), until.Month(), until.Day(), 0, 0, 0, 0, time.UTC), Regions: q.codes(), Digest: q.Digest()}); err != nil {
		return s, err
	}
	s.tile, err = ring.Tile(m, tilePixels, q.Depth)
	return s, err
}

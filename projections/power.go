package projections

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/partner"
)

// A BlindSpot says how small a leak of a holder's goods to a place cannot be seen,
// by the scans of the quarter so far, and what is lacking in its records.
type BlindSpot struct {
	Partner   partner.ID `json:"partner"`
	From      geo.Region `json:"from,omitzero"`
	To        geo.Region `json:"to"`
	Quarter   string     `json:"quarter"`             // such as 2026-Q1
	Scans     int64      `json:"scans"`               // of its goods, by distinct devices a day
	There     int64      `json:"scans_there"`         // of these, in the place
	Needed    int64      `json:"needed,omitzero"`     // how many there would make a finding
	LeastLeak float64    `json:"least_leak,omitzero"` // share of its units that would be found nine times of ten
	Nothing   bool       `json:"nothing"`             // none would
	ColdStart bool       `json:"cold_start"`          // nothing is known of the quarter before
	Gaps      DataGaps   `json:"data_gaps"`           // of the partner's family
	Text      string     `json:"text"`
}

// DataGaps are what is lacking in the records of a family of partners in a
// quarter.
type DataGaps struct {
	Arrivals     int64   `json:"arrivals"`     // consignments to its sites, scanned or not
	Unreceived   float64 `json:"unreceived"`   // share of these that was passed on without a scan of arrival
	Shipments    int64   `json:"shipments"`    // to its sites
	Undocumented float64 `json:"undocumented"` // share of these that names no notice and no order
}

// BlindQuery selects blind spots; zero fields select all.
type BlindQuery struct {
	Partner partner.ID // or the holder whose grants it sells under; with the partners below it
	Region  geo.Region // the place, or a region that holds it
	Limit   int
	After   string // "<partner>|<to>" of the last of the page before
	Lang    string
}

// BlindPage is a list of blind spots, the worst first.
type BlindPage struct {
	BlindSpots []BlindSpot `json:"blind_spots"`
	Next       string      `json:"next,omitzero"`
	AsOf       AsOf        `json:"as_of"`
}

// BlindSpots returns what the scans of the quarter so far cannot show.
func (v *Views) BlindSpots(bq BlindQuery) (BlindPage, error) {
	q, s, done := v.read()
	defer done()
	if bq.Limit <= 0 || bq.Limit > maxPage {
		bq.Limit = Listed
	}
	page := BlindPage{BlindSpots: []BlindSpot{}, AsOf: s.asOf()}
	season, err := q.sighted(s, diversion.QuarterOf(time.UnixMilli(s.clock)))
	if err != nil {
		return page, err
	}
	spots := slices.DeleteFunc(season.spots(bq.Region), func(b diversion.BlindSpot) bool { return !bq.selects(b, s) })
	if bq.After != "" {
		i := slices.IndexFunc(spots, func(b diversion.BlindSpot) bool { return blindKey(b) == bq.After })
		if i < 0 {
			return page, &BadToken{bq.After}
		}
		spots = spots[i+1:]
	}
	if len(spots) > bq.Limit {
		spots = spots[:bq.Limit]
		page.Next = blindKey(spots[bq.Limit-1])
	}
	for _, b := range spots {
		page.BlindSpots = append(page.BlindSpots, season.tell(b, bq.Lang))
	}
	return page, nil
}

func blindKey(b diversion.BlindSpot) string { return string(b.Holder) + "|" + string(b.To) }

func (bq BlindQuery) selects(b diversion.BlindSpot, s *state) bool {
	if bq.Region != "" && !bq.Region.Contains(b.To) && !b.To.Contains(bq.Region) {
		return false
	}
	top, _ := s.dir.Grantee(bq.Partner)
	return bq.Partner == "" || b.Holder == bq.Partner || b.Holder == top || s.dir.Under(b.Holder, bq.Partner)
}

// sighted is what was counted in a quarter, up to a time in it.
type sighted struct {
	diversion.Season
	at   time.Time
	gaps map[partner.ID]diversion.Gap
}

// sighted reads what was counted in a quarter so far.
func (q rows) sighted(s *state, quarter diversion.Quarter) (*sighted, error) {
	counts := map[season]map[diversion.Sum]int64{}
	for _, at := range []season{{diversion.Concentration.ID, quarter}, {diversion.Concentration.ID, quarter - 1}, {diversion.MissingScans.ID, quarter}, {diversion.CustodyBreak.ID, quarter}} {
		counts[at] = map[diversion.Sum]int64{}
		for kv, err := range q.scan(seasonKey(tableSum, at), nil) {
			if err != nil {
				return nil, err
			}
			sum, ok := readSum(kv[0])
			n, size := binary.Varint(kv[1])
			if !ok || size <= 0 {
				return nil, fmt.Errorf("a sum's row is damaged")
			}
			counts[at][sum] = n
		}
	}
	at := time.UnixMilli(s.clock).UTC()
	if end := (quarter + 1).Start(); !at.Before(end) {
		at = end.Add(-1)
	}
	_, look := diversion.Weekly.Look(at)
	out := &sighted{at: at, Season: diversion.Season{
		Quarter: quarter, Looks: look + 1, Trade: custody.Trade{Directory: s.dir, Deals: s.deals}, Policies: s.policies,
		Sums: func(rule string, q diversion.Quarter) map[diversion.Sum]int64 { return counts[season{rule, q}] },
	}}
	out.gaps = diversion.Gaps(&out.Season)
	return out, nil
}

func (s *sighted) spots(places ...geo.Region) []diversion.BlindSpot {
	return diversion.BlindSpots(&s.Season, s.at, slices.DeleteFunc(places, func(r geo.Region) bool { return r == "" })...)
}

func (s *sighted) tell(b diversion.BlindSpot, lang string) BlindSpot {
	g := s.gaps[s.Trade.Root(b.Holder)]
	return BlindSpot{
		Partner: b.Holder, From: b.From, To: b.To, Quarter: s.Quarter.String(), Scans: b.Scans, There: b.There, Needed: b.Needed,
		LeastLeak: b.Least, Nothing: b.Nothing(), ColdStart: !b.Known, Text: b.Why(lang, partnerName(s.Trade.Directory, b.Holder)),
		Gaps: DataGaps{g.Arrived, share(g.Unreceived, g.Arrived), g.Shipments, share(g.Undocumented, g.Shipments)},
	}
}

// share returns a part of a whole, to a thousandth.
func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return math.Round(1000*float64(part)/float64(whole)) / 1000
}

// BlindSpotOf returns the blind spot that a finding of R06 speaks of: what it
// would have taken, at the end of its quarter or by now, to be found. False for a
// finding of another rule.
func (v *Views) BlindSpotOf(id, lang string) (BlindSpot, bool, error) {
	q, s, done := v.read()
	defer done()
	fid, ok := diversion.ParseID(id)
	if !ok {
		return BlindSpot{}, false, nil
	}
	var f findingRow
	if _, err := q.load(key(tableFinding, fid[:]), &f); err != nil {
		return BlindSpot{}, false, err
	}
	said := f.figures()
	if f.Rule != diversion.Concentration.ID || said == nil {
		return BlindSpot{}, false, nil
	}
	holder, _, _ := strings.Cut(said.Group, "|")
	season, err := q.sighted(s, diversion.QuarterOf(time.UnixMilli(said.At-1)))
	if err != nil {
		return BlindSpot{}, false, err
	}
	for _, b := range season.spots(said.To) {
		if b.Holder == partner.ID(holder) && b.To == said.To {
			return season.tell(b, lang), true, nil
		}
	}
	return BlindSpot{}, false, nil
}

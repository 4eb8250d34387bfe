package diversion

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark/internal/geo"
	"waymark/internal/partner"
)

// sure is the chance with which a leak must be found to say that it can be seen.
const sure = .90

// A BlindSpot says what the scans of a holder's goods cannot show of a place,
// were they looked at now: the honest reading of no finding.
type BlindSpot struct {
	Holder partner.ID
	From   geo.Region // where the holder is at home
	To     geo.Region
	Scans  int64 // of the holder's goods so far this quarter, by distinct devices a day
	There  int64 // of these, in the place
	Needed int64 // how many there would make a finding; 0: no number would
	// Least is the smallest share of the holder's units, if leaked to the place
	// and scanned as often as the others, that would be found nine times of ten,
	// rounded up to a thousandth; 0: none would.
	Least float64
	// Known tells whether the quarter before is known. Else what is usual of the
	// place is only guessed.
	Known bool
}

// Nothing tells whether nothing could be seen at all.
func (b BlindSpot) Nothing() bool { return b.Least == 0 }

// BlindSpots returns what the scans of a quarter up to a time cannot show, of
// every holder of rights and every place outside its territory: where anything was
// ever scanned, in the hubs of the policy, and in the places named. The worst come
// first. s.Looks must count the look that is still to be taken.
func BlindSpots(s *Season, at time.Time, places ...geo.Region) []BlindSpot {
	look := s.Looks - 1
	b := newBlindness(s, s.Policies.At(at), look, at)
	for _, to := range append(places, b.policy.Hubs...) {
		b.places[string(to)] = true
	}
	var out []BlindSpot
	for _, h := range b.holders() {
		land := b.territory(h)
		for _, to := range sortedPlaces(b.places) {
			if b.outside(h, land, to) {
				out = append(out, b.spot(pair{h, string(to)}, look))
			}
		}
	}
	slices.SortStableFunc(out, func(x, y BlindSpot) int {
		return cmp.Or(cmp.Compare(btoi(y.Nothing()), btoi(x.Nothing())), cmp.Compare(y.Least, x.Least),
			strings.Compare(string(x.Holder), string(y.Holder)), strings.Compare(string(x.To), string(y.To)))
	})
	return out
}

// A blindness knows what a look would compare.
type blindness struct {
	s       *Season
	policy  *Policy
	at      time.Time
	now     scans
	base    *baseline
	places  map[string]bool // destinations that are asked for
	seen    map[string]bool // where anything was scanned this quarter
	scanned int             // holders with scans
}

func newBlindness(s *Season, p *Policy, look int, at time.Time) *blindness {
	holder := func(id partner.ID) partner.ID { return grantee(s.Trade, id) }
	whole := Weekly.Looks(s.Quarter-1, s.Quarter.Start())
	b := &blindness{s: s, policy: p, at: at, now: s.scans(s.Quarter, s.Looks, holder), places: map[string]bool{}, seen: map[string]bool{}}
	before := s.scans(s.Quarter-1, whole, holder)
	b.base = newBaseline(s, p, before, whole, b.now, look)
	for at := range before.out {
		b.places[at.to] = true
	}
	for at, n := range b.now.out {
		b.places[at.to] = true
		b.seen[at.to] = b.seen[at.to] || n[look] > 0
	}
	for _, n := range b.now.all {
		b.scanned += btoi(n[look] > 0)
	}
	return b
}

// holders returns the partners that have grants of their own.
func (b *blindness) holders() (out []partner.ID) {
	t := b.s.Trade
	for _, p := range t.Partners() {
		if top, ok := t.Grantee(p.ID); ok && top == p.ID && !t.Manufacturer(p.ID) {
			out = append(out, p.ID)
		}
	}
	slices.Sort(out)
	return out
}

func (b *blindness) territory(id partner.ID) (out geo.Territory) {
	for _, p := range b.s.Trade.Products() {
		out = append(out, b.s.Trade.TerritoryOf(id, p.GTIN)...)
	}
	return out.Compact()
}

// outside tells whether scans in a place would speak against a holder: not in its
// territory, nor where the law lets anybody sell. Places are told apart as finely
// as its territory is drawn there.
func (b *blindness) outside(id partner.ID, land geo.Territory, to geo.Region) bool {
	divided := slices.ContainsFunc(land, func(r geo.Region) bool { return r != r.Country() && r.Country() == to.Country() })
	if divided == (to == to.Country()) {
		return false
	}
	return !land.Contains(to) && !lawful(homeOf(b.s.Trade, id), to, b.at)
}

func (b *blindness) spot(at pair, look int) BlindSpot {
	out := BlindSpot{Holder: at.holder, From: homeOf(b.s.Trade, at.holder), To: geo.Region(at.to), Known: b.base.all[at.holder] > 0}
	if n := b.now.all[at.holder]; n != nil {
		out.Scans = n[look]
	}
	if n := b.now.out[at]; n != nil {
		out.There = n[look]
	}
	if !b.policy.on(Concentration) {
		return out
	}
	alpha, beta := b.base.of(at)
	places := len(b.seen) + btoi(!b.seen[at.to])
	holders := b.scanned + btoi(out.Scans == 0)
	limit := b.policy.Param(concentrationParams, "threshold") / float64(max(1, holders*places))
	least := int64(math.Ceil(b.policy.Param(concentrationParams, "least")))
	out.Needed = b.critical(Tail{least, out.Scans, alpha, beta}, limit)
	out.Least = leastLeak(out.Needed, out.Scans, alpha/(alpha+beta))
	return out
}

// critical returns the smallest count, from t.K on, whose chance is at most
// limit; 0: there is none.
func (b *blindness) critical(t Tail, limit float64) int64 {
	enough := func(k int64) bool { return Tail{k, t.N, t.A, t.B}.chance() <= limit }
	if t.K > t.N || !enough(t.N) {
		return 0
	}
	low, step := t.K, int64(1)
	for low+step < t.N && !enough(low+step) {
		low, step = low+step, step*2
	}
	high := min(low+step, t.N)
	for low < high {
		if mid := (low + high) / 2; enough(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// leastLeak returns the smallest share that, beside the usual rate, brings k of n
// scans to a place nine times of ten; 0: none does.
func leastLeak(k, n int64, usual float64) float64 {
	if k <= 0 || k > n {
		return 0
	}
	low, high := 0., 1.
	for range 30 {
		if mid := (low + high) / 2; binomialTail(k, n, mid) >= sure {
			high = mid
		} else {
			low = mid
		}
	}
	leak := max(0, (high-usual)/(1-usual))
	return math.Ceil(max(leak, .0005)*1000) / 1000
}

func sortedPlaces(m map[string]bool) (out []geo.Region) {
	for to := range m {
		out = append(out, geo.Region(to))
	}
	slices.Sort(out)
	return out
}

// blind are the words of a blind spot.
var (
	blindBelow = Text{
		EN: "{n} devices a day scanned goods of {holder} this quarter: no leak of less than {least} % of its units to {to} could be seen",
		ZH: "本季度 {holder} 的货物被 {n} 台次设备（按日去重）扫码：流向 {to} 且低于其 {least} % 的窜货无法察觉",
		ES: "{n} dispositivos por día leyeron mercancía de {holder} este trimestre: no se vería en {to} ninguna fuga inferior al {least} % de sus unidades",
	}
	blindAtAll = Text{
		EN: "{n} devices a day scanned goods of {holder} this quarter: nothing could be seen of a leak to {to}",
		ZH: "本季度 {holder} 的货物被 {n} 台次设备（按日去重）扫码：流向 {to} 的窜货完全无法察觉",
		ES: "{n} dispositivos por día leyeron mercancía de {holder} este trimestre: no se vería ninguna fuga a {to}",
	}
	blindGuess = Text{EN: "; what is usual is only guessed", ZH: "；正常水平仅为估计", ES: "; lo habitual solo se estima"}
)

// Why says the blind spot in the words of a language, with the holder's name.
func (b BlindSpot) Why(lang, holder string) string {
	what := blindBelow
	if b.Nothing() {
		what = blindAtAll
	}
	out := what.Fill(lang, Facts{Partner: holder, To: b.To, Verdict: Verdict{N: b.Scans}})
	if !b.Known {
		out += blindGuess.In(lang)
	}
	return strings.ReplaceAll(out, "{least}", strconv.FormatFloat(100*b.Least, 'f', 1, 64))
}

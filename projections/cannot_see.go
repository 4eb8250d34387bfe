package projections

import (
	"strconv"
	"strings"
	"time"

	"waymark/internal/diversion"
	"waymark/ledger"
)

// CannotSee sums up the blind spots.
type CannotSee struct {
	Pairs     int     `json:"pairs"`               // of a holder and a place outside its territory
	Nothing   int     `json:"nothing"`             // of these, where nothing could be seen
	ColdStart int     `json:"cold_start"`          // of these, where nothing is known of the quarter before
	LeastLeak float64 `json:"least_leak,omitzero"` // share of a holder's units below which half of the others show no leak
	Text      string  `json:"text"`
}

// CannotSee sums up what the scans of the quarter so far cannot show. Of many
// events, the last thousandth may not be counted yet.
func (v *Views) CannotSee(lang string) (CannotSee, error) {
	q, s, done := v.read()
	defer done()
	last := v.blind.Load()
	if last == nil || s.position < last.position || s.position > last.position+last.position/1000 || s.policies != last.policies {
		season, err := q.sighted(s, diversion.QuarterOf(time.UnixMilli(s.clock)))
		if err != nil {
			return CannotSee{}, err
		}
		last = &blind{s.position, s.policies, sumUp(season.spots())}
		v.blind.Store(last)
	}
	out := last.sum
	out.Text = cannotSee.In(lang)
	if out.LeastLeak > 0 {
		out.Text += cannotSeeBelow.In(lang)
	}
	out.Text = strings.NewReplacer("{pairs}", strconv.Itoa(out.Pairs), "{nothing}", strconv.Itoa(out.Nothing),
		"{least}", strconv.FormatFloat(100*out.LeastLeak, 'f', 1, 64)).Replace(out.Text)
	return out, nil
}

// A blind is what CannotSee worked out last.
type blind struct {
	position ledger.Position
	policies *diversion.Policies
	sum      CannotSee
}

var (
	cannotSee = diversion.Text{
		EN: "a leak could not be seen at all in {nothing} of {pairs} pairs of a holder and a place outside its territory",
		ZH: "在 {pairs} 个“持有方—区域外地点”组合中，有 {nothing} 个完全无法察觉窜货",
		ES: "en {nothing} de {pairs} pares de titular y lugar fuera de su territorio no se vería ninguna fuga",
	}
	cannotSeeBelow = diversion.Text{
		EN: "; in half of the others, none of less than {least} % of the holder's units",
		ZH: "；其余组合的半数中，低于持有方货量 {least} % 的窜货无法察觉",
		ES: "; en la mitad de los demás, ninguna inferior al {least} % de las unidades del titular",
	}
)

func sumUp(spots []diversion.BlindSpot) (out CannotSee) {
	out.Pairs = len(spots)
	for _, b := range spots {
		if b.Nothing() {
			out.Nothing++
		}
		if !b.Known {
			out.ColdStart++
		}
	}
	if seen := spots[out.Nothing:]; len(seen) > 0 { // the worst come first
		out.LeastLeak = seen[len(seen)/2].Least
	}
	return out
}

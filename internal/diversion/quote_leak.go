package diversion

import (
	"slices"
	"strings"

	"waymark/internal/geo"
	"waymark/internal/quote"
)

// QuoteLeak finds a copy of a quote, known by its watermark, outside the regions
// that the quote is for. It proves which copy turned up, and so who was given it;
// it does not prove who passed it on.
var QuoteLeak = &Rule{
	ID: "R18", Version: 1, Strength: Medium, Subject: PerGroup,
	Worth: Weight{10, marked},
	Title: Text{EN: "copy of a quote outside its regions", ZH: "报价单副本出现在适用区域之外", ES: "copia de una oferta fuera de sus regiones"},
	Why: Text{
		EN: "a copy of a quote issued to {holder} for delivery elsewhere was seen in {to}, first on {day}: the mark shows which copy it is, not who passed it on",
		ZH: "向 {holder} 出具、限定在其他区域交货的报价单副本在 {to} 出现，首次为 {day}：水印说明是哪一份副本，不说明由谁外传",
		ES: "una copia de una oferta emitida a {holder} para entrega en otro lugar se vio en {to}, por primera vez el {day}: la marca muestra qué copia es, no quién la difundió",
	},
}

// LeakGroup names the group of a copy in a region.
func LeakGroup(id quote.CopyID, in geo.Region) string { return id.String() + "|" + string(in) }

// ReadLeakGroup reads what LeakGroup wrote.
func ReadLeakGroup(group string) (quote.CopyID, geo.Region, bool) {
	s, in, ok := strings.Cut(group, "|")
	id, err := quote.ParseCopyID(s)
	return id, geo.Region(in), ok && err == nil
}

// Leaked judges a copy of a quote by where it was seen, in one region. Within the
// European Economic Area it says nothing: who is offered goods in one state may
// ask for them in another (guards G2, G5).
func Leaked(q *quote.Quote, seen []quote.Surfacing, policies *Policies) (Verdict, bool) {
	if len(seen) == 0 {
		return Verdict{}, false
	}
	first := slices.MinFunc(seen, func(a, b quote.Surfacing) int { return a.Time.Compare(b.Time) })
	to := first.Region()
	p := policies.At(first.Time)
	if p.Rules[QuoteLeak.ID].Off || !q.Outside(to) {
		return Verdict{}, false
	}
	for _, from := range q.Regions {
		if lawful(from.Country(), to.Country(), first.Time) {
			return Verdict{}, false
		}
	}
	return Verdict{
		Group: LeakGroup(first.Copy, to), Partner: q.Partner, From: q.Regions[0].Country(), To: to, At: first.Time.UnixMilli(), K: int64(len(seen)), Policy: p.Version,
	}, true
}

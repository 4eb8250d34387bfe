package projections_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"waymark/projections"
)

const scannedTrade = `partner id=HQ in=CN
partner id=P11 in=NG name=Lagos_LED
partner id=P11-S1 in=NG under=P11
partner id=P09 in=TH name=Siam_Light
site gln=factory of=HQ role=factory in=CN-GD
site gln=lagos of=P11 in=NG
site gln=bangkok of=P09 in=TH
product gtin=09521234100010 carton=19521234100017 units=100
grant id=G11 to=P11 in=NG
grant id=G09 to=P09 in=TH
commissioning items=u1..u100 site=factory at=2026-01-02T08:00
order id=O1 seller=HQ buyer=P11 ship-to=lagos
shipping items=u1..u20 site=factory to=lagos at=2026-01-02T09:00
shipping items=u21..u25 site=factory to=lagos order=O1 at=2026-01-02T09:00
receiving items=u1..u20 site=lagos at=2026-01-04T08:00
retail_selling items=u21 site=lagos at=2026-01-05T08:00
each see items=u1..u19 in=NG at=2026-01-06T08:00
each see items=u20 in=KE at=2026-01-06T08:00`

func TestBlindSpots(t *testing.T) {
	s := newStory(t)
	for line := range strings.Lines(scannedTrade) {
		if err := s.record(strings.TrimSpace(line)); err != nil {
			t.Fatal(line, err)
		}
	}
	catchUp(t, s.views)
	all, err := s.views.BlindSpots(projections.BlindQuery{})
	if err != nil {
		t.Fatal(err)
	}
	at := func(id, to string) (b projections.BlindSpot) {
		for _, b := range all.BlindSpots {
			if string(b.Partner) == id && string(b.To) == to {
				return b
			}
		}
		t.Fatalf("nothing is said of %s in %s", id, to)
		return b
	}
	kenya := at("P11", "KE")
	if kenya.Scans != 20 || kenya.There != 1 || kenya.Needed < 3 || kenya.LeastLeak <= .1 || kenya.Nothing || !kenya.ColdStart || kenya.Quarter != "2026-Q1" {
		t.Errorf("of Lagos LED in Kenya: %+v", kenya)
	}
	if g := kenya.Gaps; g.Arrivals != 2 || g.Unreceived != .5 || g.Shipments != 2 || g.Undocumented != .5 {
		t.Errorf("of two consignments one was not received and one is on no order: %+v", g)
	}
	if b := at("P09", "KE"); !b.Nothing || b.Scans != 0 {
		t.Errorf("of Siam Light, nobody scanned anything: %+v", b)
	}
	for _, b := range all.BlindSpots {
		if b.Partner == "P11" && b.To == "NG" || b.Partner == "P09" && b.To == "TH" || b.Partner == "P11-S1" || b.Partner == "HQ" {
			t.Errorf("%s in %s: want nothing said", b.Partner, b.To)
		}
	}
	sum, err := s.views.CannotSee("zh")
	if err != nil || sum.Pairs != len(all.BlindSpots) || sum.ColdStart != sum.Pairs || !strings.Contains(sum.Text, "窜货") {
		t.Errorf("in sum: %+v, %v", sum, err)
	}
	blind := slices.IndexFunc(all.BlindSpots, func(b projections.BlindSpot) bool { return !b.Nothing })
	if sum.Nothing != blind || sum.LeastLeak == 0 {
		t.Errorf("in sum: %+v, of which %d show nothing", sum, blind)
	}
	var paged []projections.BlindSpot
	for q := (projections.BlindQuery{Limit: 2}); ; {
		p, err := s.views.BlindSpots(q)
		if err != nil {
			t.Fatal(err)
		}
		paged = append(paged, p.BlindSpots...)
		if q.After = p.Next; p.Next == "" {
			break
		}
	}
	if !slices.Equal(paged, all.BlindSpots) {
		t.Errorf("%d blind spots by pages of two, want the %d in all", len(paged), len(all.BlindSpots))
	}
	for q, want := range map[projections.BlindQuery]int{
		{Partner: "P11", Region: "KE"}: 1, {Partner: "P11-S1", Region: "KE"}: 1, {Region: "UG"}: 2, {Region: "NG"}: 1, {Partner: "HQ"}: 0,
	} {
		if p, err := s.views.BlindSpots(q); err != nil || len(p.BlindSpots) != want {
			t.Errorf("%+v: %d blind spots, %v, want %d", q, len(p.BlindSpots), err, want)
		}
	}
	if _, err := s.views.BlindSpots(projections.BlindQuery{After: "P77|XX"}); !errors.As(err, new(*projections.BadToken)) {
		t.Errorf("after what is not there: %v", err)
	}
	s.replay(t)
}

// A finding of R06 says what it would have taken to be seen.
func TestBlindSpotOfAFinding(t *testing.T) {
	s := newStory(t)
	for line := range strings.Lines(scannedTrade + "\neach see items=u26..u29 in=KE at=2026-01-07T08:00\nsee item=u90 in=NG at=2026-01-20T08:00") {
		line = strings.Replace(line, "u1..u20 site", "u1..u90 site", 1)
		if err := s.record(strings.TrimSpace(line)); err != nil {
			t.Fatal(line, err)
		}
	}
	catchUp(t, s.views)
	page, err := s.views.Findings(projections.FindingQuery{Rule: "R06"})
	if err != nil || len(page.Findings) != 1 {
		t.Fatalf("%d findings, %v", len(page.Findings), err)
	}
	f := page.Findings[0]
	b, ok, err := s.views.BlindSpotOf(f.ID, "")
	if err != nil || !ok || b.To != "KE" || b.Partner != "P11" || b.There < b.Needed || b.Needed == 0 {
		t.Errorf("of %s: %+v, %v, %v", f.Why, b, ok, err)
	}
	page, err = s.views.Findings(projections.FindingQuery{Rule: "R05"})
	if err != nil || len(page.Findings) == 0 {
		t.Fatalf("%d findings, %v", len(page.Findings), err)
	}
	if b, ok, err := s.views.BlindSpotOf(page.Findings[0].ID, ""); ok || err != nil {
		t.Errorf("of a scan: %+v, %v", b, err)
	}
}

package projections_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waymark/internal/custody"
)

// bazaar is a small trade to tell cases in.
const bazaar = `
partner id=HQ in=CN
partner id=P07 in=MX name=Luz_del_Valle
partner id=P05 in=US tier=strategic name=Pacific_Pixel
partner id=P06 in=US tier=ordinary name=Atlantic_Display
site gln=factory of=HQ role=factory in=CN-GD
site gln=mexico of=P07 in=MX
site gln=lax of=P05 in=US-CA
site gln=newark of=P06 in=US-NJ
product gtin=09521234100010 carton=19521234100017 units=20
grant id=G07 to=P07 in=MX
grant id=G05 to=P05 in=US-CA
grant id=G06 to=P06 in=US-NJ
`

// inTurn records lines one by one, each in a batch of its own.
func inTurn(t *testing.T, lines ...string) *story {
	t.Helper()
	s := newStory(t)
	for _, line := range append(strings.Split(strings.TrimSpace(bazaar), "\n"), lines...) {
		if err := s.record(strings.TrimSpace(line)); err != nil {
			t.Fatal(line, err)
		}
		catchUp(t, s.views)
	}
	s.replay(t)
	return s
}

func changesOf(t *testing.T, s *story, rule string) (out []string) {
	t.Helper()
	for _, a := range alertsOf(t, s.views) {
		if a.Finding.Rule == rule {
			out = append(out, string(a.Change))
		}
	}
	return out
}

// TestArrivalOfPolicy: a pack that is adopted once more bears on findings on sums,
// whenever it comes.
func TestArrivalOfPolicy(t *testing.T) {
	trade := []string{
		"order id=O1 seller=HQ buyer=P05 ship-to=lax date=2025-12-01 units=100",
		"order id=O2 seller=HQ buyer=P05 ship-to=lax date=2026-01-05 units=100",
		"order id=O3 seller=HQ buyer=P05 ship-to=lax date=2026-02-20 units=3000",
		"commissioning items=u1 site=factory at=2026-02-22T08:00",
	}
	for _, p := range []string{
		"policy version=v1 set=R11.window_hours:200", // beside another before
		"policy version=v2 from=2026-02-21 set=R11.window_hours:200",
	} {
		first, last := inTurn(t, slices.Concat([]string{"policy version=v1 set=R11.window_hours:100", p}, trade)...), inTurn(t, slices.Concat([]string{"policy version=v1 set=R11.window_hours:100"}, trade, []string{p})...)
		if digest(t, first.views) != digest(t, last.views) {
			t.Errorf("%s: what is found depends on when it comes", p)
		}
	}
}

// TestContainersOfEachOther: cartons that a slip packed into each other do not
// stop the views.
func TestContainersOfEachOther(t *testing.T) {
	inTurn(t,
		"commissioning items=u1..u4 site=factory at=2026-01-02T08:00",
		"packing parent=c1 items=u1 site=factory at=2026-01-02T09:00",
		"packing parent=c2 items=u2 site=factory at=2026-01-02T09:00",
		"packing parent=c1 items=c2 site=factory at=2026-01-02T10:00",
		"packing parent=c2 items=c1 site=factory at=2026-01-02T11:00",
		"see item=c1 kind=inspection in=US-CA at=2026-01-20T08:00",
		"see item=c2 kind=inspection in=US-CA at=2026-01-21T08:00",
		"see item=c1 kind=inspection in=US-CA at=2026-01-22T08:00",
	)
}

// TestEscalatedByItsOwnGroup: the event that moves the trade's clock beyond a
// finding's window may be one of its own.
func TestEscalatedByItsOwnGroup(t *testing.T) {
	s := inTurn(t,
		"commissioning items=u1..u200 site=factory at=2026-01-02T08:00",
		"order id=O1 seller=HQ buyer=P05 ship-to=lax",
		"shipping items=u1..u60 site=factory to=newark order=O1 at=2026-01-05T08:00",
		"shipping items=u61..u90 site=factory to=newark order=O1 at=2026-01-09T08:00",
	)
	if diff := cmp.Diff([]string{"raised", "escalated"}, changesOf(t, s, "R15")); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

// TestEscalatedByEarlierEvidence: what comes late may show that a finding's window
// has passed.
func TestEscalatedByEarlierEvidence(t *testing.T) {
	s := inTurn(t,
		"commissioning items=u1..u200 site=factory at=2026-01-02T08:00",
		"order id=O1 seller=HQ buyer=P05 ship-to=lax",
		"shipping items=u1..u60 site=factory to=newark order=O1 at=2026-01-10T08:00",
		"shipping items=u61..u90 site=factory to=newark order=O1 at=2026-01-05T08:00",
	)
	if diff := cmp.Diff([]string{"raised", "escalated"}, changesOf(t, s, "R15")); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

// TestToldOnceStronger: what was too little to tell is told once evidence makes it
// more.
func TestToldOnceStronger(t *testing.T) {
	s := inTurn(t,
		"commissioning items=u1 site=factory at=2026-01-02T08:00",
		"see item=u1 in=US-CA by=ip place=34,-118 device=a at=2026-02-01T08:00",
		"see item=u1 in=MX by=gps place=19,-99 device=c at=2026-02-01T08:10",
		"see item=u1 in=US-CA by=gps place=34,-118 device=b at=2026-02-01T08:05",
	)
	if diff := cmp.Diff([]string{"raised"}, changesOf(t, s, "R07")); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

// TestSilenceAfterTakingBack: a carton whose only unit that was sold was not, or
// was not in it, is as silent as if nobody had said so.
func TestSilenceAfterTakingBack(t *testing.T) {
	trade := []string{
		"commissioning items=u1..u4 site=factory at=2026-01-02T08:00",
		"packing parent=c1 items=u2 site=factory at=2026-01-02T09:00",
		"shipping items=c1 site=factory to=mexico at=2026-01-03T08:00",
		"receiving items=c1 site=mexico at=2026-01-10T08:00",
		"see item=c1 kind=inspection in=US-CA at=2026-01-20T08:00",
	}
	units, _ := itemsOf("u1")
	sold := captured{id: eventID(2), time: at("2026-01-15T09:30"), items: units, site: gln("mexico"), step: custody.RetailSelling}
	trade = append(trade, "packing parent=c1 items=u1 site=factory at=2026-01-02T09:30")
	back := sold
	back.void = true
	run := func(order ...happening) *story {
		s := inTurn(t, trade...)
		for _, h := range order {
			must(t, s.happen(h))
			catchUp(t, s.views)
		}
		s.replay(t)
		return s
	}
	a, b := run(sold, back), run(back, sold)
	if digest(t, a.views) != digest(t, b.views) {
		t.Error("what is found depends on when the sale was taken back")
	}
}

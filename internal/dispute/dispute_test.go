package dispute_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/calendar"
	"waymark/internal/compliance"
	"waymark/internal/dispute"
	"waymark/internal/money"
)

// start is a Tuesday.
var start = time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)

func clock(from time.Time, days int) time.Time { return calendar.Usual.Due(from, time.UTC, days) }

// A room holds one case and says what time it is.
type room struct {
	c    dispute.Case
	acts []dispute.Act
	now  time.Time
}

func (r *room) try(a dispute.Act) error {
	a.Case, a.At = "C1", r.now
	if a.Command == "" {
		a.Command = "k" + time.Duration(len(r.acts)).String()
	}
	a.Request = a.Command
	if faults := a.Validate(); len(faults) > 0 {
		return faults[0]
	}
	a, err := r.c.Judge(a, clock)
	if err != nil {
		return err
	}
	r.c, r.acts = r.c.Apply(a), append(r.acts, a)
	return nil
}

func (r *room) do(t *testing.T, acts ...dispute.Act) {
	t.Helper()
	for _, a := range acts {
		if err := r.try(a); err != nil {
			t.Fatalf("%s in %s: %v", a.Do, r.c.State, err)
		}
	}
}

func (r *room) refused(t *testing.T, a dispute.Act, want string) {
	t.Helper()
	var b *compliance.Breach
	switch err := r.try(a); {
	case err == nil:
		t.Fatalf("%s in %s is taken, want refused by %s", a.Do, r.c.State, want)
	case errors.As(err, &b) && string(b.Guard) == want, errors.Is(err, dispute.ErrState) && want == "state":
	default:
		t.Fatalf("%s in %s: %v, want refused by %s", a.Do, r.c.State, err, want)
	}
}

func open(regime compliance.Regime) dispute.Act {
	return dispute.Act{Do: dispute.Open, By: "officer", Reasons: "units seen in Köln", Opening: &dispute.Opening{
		Partner: "P01", Track: dispute.Territory, From: "TH", To: "DE", Regime: regime, Findings: []string{"F1"}, Harmed: "P02", Tip: "T1", Terms: dispute.Least}}
}

var (
	notify  = dispute.Act{Do: dispute.Notify, By: "officer", Notice: &dispute.Notice{Evidence: []dispute.Frozen{{Finding: "F1", Why: "frozen words", Events: []dispute.Source{{Position: 7, EventID: "tell-tale", Text: "seen"}}}}}}
	respond = dispute.Act{Do: dispute.Respond, By: "partner", For: "P01", Response: &dispute.Response{Text: "we sold them to a shop in Bangkok"}}
	decide  = dispute.Act{Do: dispute.Decide, By: "decider", Reasons: "shipment records agree", Decision: &dispute.Decision{
		Outcome: dispute.Confirmed, Severity: dispute.Natural, SaleType: dispute.Unknown, Units: 240,
		Loss: &dispute.Loss{Units: 240, PerUnit: money.Of(9000, "USD"), Total: money.Of(2160000, "USD"), Basis: "margin of the harmed dealer"}}}
	appeal = dispute.Act{Do: dispute.Appeal, By: "partner", For: "P01", Reasons: "the records are of another lot"}
	settle = dispute.Act{Do: dispute.Settle, By: "finance", Settlement: &dispute.Settlement{Statements: []string{"S1"}}}
)

func seats(ids ...string) dispute.Act {
	a := dispute.Act{Do: dispute.Seat, By: "counsel"}
	for i, id := range ids {
		m := dispute.Member{ID: id, Side: dispute.OfOwner}
		if i%2 == 1 {
			m.Side, m.Partner = dispute.OfPartners, "P09"
		}
		a.Seats = append(a.Seats, m)
	}
	return a
}

func vote(by string, o dispute.Outcome) dispute.Act {
	return dispute.Act{Do: dispute.CastVote, By: by, Vote: o, Reasons: "as I read it"}
}

// The way of a case that is not appealed, with its clocks on working days.
func TestUncontested(t *testing.T) {
	r := &room{now: start}
	r.refused(t, notify, "state")
	r.do(t, open(compliance.EEAImport))
	if want := time.Date(2026, 3, 13, 0, 0, 0, 0, time.UTC); !r.c.NoticeDue.Equal(want) {
		t.Errorf("notice is due at %s, want %s", r.c.NoticeDue, want)
	}
	r.refused(t, decide, "state") // G9: no decision without notice
	r.do(t, notify)
	if want := time.Date(2026, 3, 18, 0, 0, 0, 0, time.UTC); !r.c.ResponseDue.Equal(want) {
		t.Errorf("the response is due at %s, want %s: a weekend lies between", r.c.ResponseDue, want)
	}
	r.refused(t, decide, "G9")
	r.now = r.c.ResponseDue
	byOpener := decide
	byOpener.By = "officer"
	r.refused(t, byOpener, "G4")
	r.do(t, decide)
	r.refused(t, settle, "state")
	r.refused(t, dispute.Act{Do: dispute.Finalise, By: "counsel"}, "G9")
	r.now = r.c.AppealDue
	r.refused(t, appeal, "state")
	r.do(t, dispute.Act{Do: dispute.Finalise, By: "counsel"})
	byOpener = settle
	byOpener.By = "officer"
	r.refused(t, byOpener, "G4")
	r.do(t, settle)
	if r.c.State != dispute.Settled || r.c.Outcome() != dispute.Confirmed || len(r.c.Trail) != 5 {
		t.Errorf("the case is %s, %s, after %d steps", r.c.State, r.c.Outcome(), len(r.c.Trail))
	}
}

func TestAppealed(t *testing.T) {
	r := &room{now: start}
	r.do(t, open(compliance.EEAImport), notify, respond, respond, decide, appeal)
	arbitrate := dispute.Act{Do: dispute.Arbitrate, By: "counsel", Reasons: "the panel has voted"}
	r.refused(t, seats("a", "p"), "state")
	r.refused(t, seats("a", "p", "officer"), "G4")
	r.refused(t, seats("a", "p", "decider"), "G4")
	own := seats("a", "p", "b")
	own.Seats[1].Partner = "P01"
	r.refused(t, own, "G4")
	r.do(t, seats("a", "p", "b"))
	r.refused(t, vote("x", dispute.Unfounded), "state")
	r.do(t, vote("a", dispute.Confirmed))
	r.refused(t, vote("a", dispute.Unfounded), "state")
	r.do(t, dispute.Act{Do: dispute.Recuse, By: "p", Member: "p", Reasons: "buys from the partner"})
	r.refused(t, vote("b", dispute.Unfounded), "state")
	r.refused(t, arbitrate, "state")
	again := seats("a2", "p")
	again.Seats = again.Seats[1:]
	r.refused(t, again, "state")
	again.Seats[0].ID = "q"
	r.do(t, again, vote("b", dispute.DataError), vote("q", dispute.DataError), arbitrate)
	if r.c.Outcome() != dispute.DataError || r.c.Decision.Units != 0 || r.c.Decision.Loss != nil {
		t.Errorf("the panel leaves %+v, want a data error of no units", r.c.Decision)
	}
	r.do(t, dispute.Act{Do: dispute.Finalise, By: "counsel"})
	r.refused(t, settle, "G4")
	r.do(t, dispute.Act{Do: dispute.Settle, By: "finance", Settlement: &dispute.Settlement{}})
	r.do(t, dispute.Act{Do: dispute.Reopen, By: "second", Reasons: "a receipt was found", Reopening: &dispute.Reopening{Findings: []string{"F2"}}})
	if r.c.State != dispute.Opened || r.c.Round != 2 || r.c.Notice != nil || r.c.Outcome() != "" || r.c.Opening.Findings[0] != "F2" {
		t.Errorf("reopened, the case is %+v", r.c)
	}
	r.do(t, notify, respond)
	byReopener := decide
	byReopener.By = "second"
	r.refused(t, byReopener, "G4")
}

// A panel of which no outcome has more than half finds nothing; and an appeal
// makes nothing worse.
func TestPanelWithoutMajority(t *testing.T) {
	r := &room{now: start}
	mild := decide
	mild.Decision = &dispute.Decision{Outcome: dispute.Inconclusive, SaleType: dispute.Unknown}
	r.do(t, open(compliance.EEAImport), notify, respond, mild, appeal, seats("a", "p", "b"))
	r.refused(t, vote("a", dispute.Confirmed), "state")
	r.do(t, vote("a", dispute.Unfounded), vote("p", dispute.LawfulSale), vote("b", dispute.DataError),
		dispute.Act{Do: dispute.Arbitrate, By: "counsel", Reasons: "the panel has voted"})
	if r.c.Outcome() != dispute.Inconclusive {
		t.Errorf("without a majority the outcome is %s", r.c.Outcome())
	}
}

// G2 and G5: within the EEA nothing is held against a partner before counsel has
// cleared the case, and then only an active sale.
func TestWithinTheEEA(t *testing.T) {
	r := &room{now: start}
	r.do(t, open(compliance.EEAInternal))
	r.refused(t, notify, "G2")
	passive := dispute.Act{Do: dispute.Clear, By: "counsel", Reasons: "x y z", Clearance: &dispute.Clearance{SaleType: dispute.Passive, Reserved: true, AllBuyers: true, SaleEvidence: "mail"}}
	r.refused(t, passive, "G2")
	passive.Clearance = &dispute.Clearance{SaleType: dispute.Active, SaleEvidence: "catalogues sent to Köln", Reserved: true}
	r.refused(t, passive, "G2")
	passive.Clearance = &dispute.Clearance{SaleType: dispute.Active, Reserved: true, AllBuyers: true, SaleEvidence: "catalogues sent to Köln"}
	r.do(t, passive, notify, respond)
	r.refused(t, decide, "G5")
	active := decide
	d := *decide.Decision
	d.SaleType, d.SaleEvidence = dispute.Active, "catalogues sent to Köln"
	active.Decision = &d
	r.do(t, active)

	other := &room{now: start}
	theft := open(compliance.EEAInternal)
	theft.Opening.Track = dispute.Theft
	other.do(t, theft, notify)
}

// What the partner sees names nobody but itself, and says nothing before notice.
func TestMasked(t *testing.T) {
	r := &room{now: start}
	r.do(t, open(compliance.EEAImport))
	if _, ok := r.c.Masked(); ok {
		t.Error("the partner sees a case before notice")
	}
	r.do(t, notify, respond, decide, appeal, seats("owner-a", "rival-p", "owner-b"), vote("owner-a", dispute.Unfounded))
	seen, ok := r.c.Masked()
	data, err := json.Marshal(seen)
	if err != nil || !ok {
		t.Fatal(err)
	}
	for _, secret := range []string{"P02", "T1", "officer", "decider", "counsel", "owner-a", "rival-p", "P09", "tell-tale", "units seen in Köln", "as I read it"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the partner sees %q in %s", secret, data)
		}
	}
	for _, told := range []string{"frozen words", "shipment records agree", "we sold them", `"for":"P01"`} {
		if !strings.Contains(string(data), told) {
			t.Errorf("the partner does not see %q", told)
		}
	}
}

func TestRepeats(t *testing.T) {
	r := &room{now: start}
	first := open(compliance.EEAImport)
	first.Command = "k"
	r.do(t, first)
	if yes, err := r.c.Repeats(dispute.Act{Command: "k", Request: "k"}); !yes || err != nil {
		t.Errorf("the same again: %v, %v", yes, err)
	}
	if _, err := r.c.Repeats(dispute.Act{Command: "k", Request: "other"}); !errors.Is(err, dispute.ErrRepeat) {
		t.Errorf("another under its name: %v", err)
	}
}

func TestFaults(t *testing.T) {
	usd := money.Of(100, "USD")
	for name, c := range map[string]struct {
		act   dispute.Act
		field string
	}{
		"nothing to do":              {dispute.Act{Do: "punish"}, "/do"},
		"no reasons":                 {dispute.Act{Do: dispute.Withdraw}, "/reasons"},
		"no section":                 {dispute.Act{Do: dispute.Decide, Reasons: "because"}, "/decision"},
		"another's section":          {dispute.Act{Do: dispute.Finalise, Into: "C2"}, "/into"},
		"into itself":                {dispute.Act{Do: dispute.Merge, Reasons: "the same", Into: "C1"}, "/into"},
		"media in the clear":         {dispute.Act{Do: dispute.Finalise, Media: "http://x.example/v"}, "/media"},
		"no such outcome":            {dispute.Act{Do: dispute.Decide, Reasons: "because", Decision: &dispute.Decision{Outcome: "guilty", SaleType: dispute.Unknown}}, "/decision/outcome"},
		"no sale type":               {dispute.Act{Do: dispute.Decide, Reasons: "because", Decision: &dispute.Decision{Outcome: dispute.Unfounded}}, "/decision/sale_type"},
		"active without evidence":    {dispute.Act{Do: dispute.Decide, Reasons: "because", Decision: &dispute.Decision{Outcome: dispute.Unfounded, SaleType: dispute.Active}}, "/decision/sale_evidence"},
		"units of what is unfounded": {dispute.Act{Do: dispute.Decide, Reasons: "because", Decision: &dispute.Decision{Outcome: dispute.Unfounded, SaleType: dispute.Unknown, Units: 3}}, "/decision/units"},
		"a loss that does not add up": {dispute.Act{Do: dispute.Decide, Reasons: "because", Decision: &dispute.Decision{Outcome: dispute.Confirmed, Severity: dispute.Benign, SaleType: dispute.Unknown, Units: 3,
			Loss: &dispute.Loss{Units: 3, PerUnit: usd, Total: usd, Basis: "list price"}}}, "/decision/loss/total"},
		"a clock too short": {func() dispute.Act { a := open("UK"); a.Opening.Terms.Response = 1; return a }(), "/opening/terms/response"},
		"a finding twice":   {func() dispute.Act { a := open("UK"); a.Opening.Findings = []string{"F", "F"}; return a }(), "/opening/findings/1"},
		"two of one seat":   {func() dispute.Act { return seats("a", "p", "a") }(), "/seats/2/id"},
	} {
		c.act.Case, c.act.Command, c.act.At = "C1", "k", start
		if f := c.act.Validate(); len(f) != 1 || f[0].Field != c.field {
			t.Errorf("%s: faults are %v, want one at %s", name, f, c.field)
		}
	}
}

func TestFormula(t *testing.T) {
	l := dispute.Loss{Units: 240, PerUnit: money.Of(9000, "USD"), Costs: money.Of(5000, "USD"), Total: money.Of(2165000, "USD")}
	if got, want := l.Formula(), "240 units × 90.00 USD + 50.00 USD = 21650.00 USD"; got != want {
		t.Errorf("the formula is %q, want %q", got, want)
	}
}

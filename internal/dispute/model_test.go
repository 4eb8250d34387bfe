package dispute_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"waymark/internal/compliance"
	"waymark/internal/dispute"
)

// TestAnyHistory lets people at random try what comes to their mind, and holds
// what was recorded to due process, read from the record alone.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &room{now: start}
		regime := rapid.SampledFrom([]compliance.Regime{compliance.EEAImport, compliance.EEAInternal}).Draw(t, "regime")
		_ = r.try(open(regime))
		for range rapid.IntRange(1, 40).Draw(t, "tries") {
			r.now = r.now.Add(time.Duration(rapid.SampledFrom([]int{-1, 0, 1, 24, 24 * 8, 24 * 20}).Draw(t, "hours")) * time.Hour)
			_ = r.try(anything(t, regime, r.c.State))
		}
		dueProcess(t, r.acts, regime)
		var again dispute.Case
		for _, a := range r.acts {
			data, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			var read dispute.Act
			if err := json.Unmarshal(data, &read); err != nil {
				t.Fatal(err)
			}
			again = again.Apply(read)
		}
		if a, b := asJSON(t, r.c), asJSON(t, again); a != b {
			t.Fatalf("replayed, the case is\n%s\nwant\n%s", b, a)
		}
		r.c.Masked()
		if asJSON(t, r.c) != asJSON(t, again) {
			t.Fatal("masking changed the case")
		}
	})
}

func asJSON(t *rapid.T, v any) string {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// anything draws an act: one that the state allows, three times of four.
func anything(t *rapid.T, regime compliance.Regime, s dispute.State) dispute.Act {
	from := dispute.Actions
	if rapid.IntRange(0, 3).Draw(t, "sense") > 0 {
		if can := slices.DeleteFunc(slices.Clone(from), func(do dispute.Action) bool { return !dispute.Can(s, do) }); len(can) > 0 {
			from = can
		}
	}
	a := dispute.Act{Do: rapid.SampledFrom(from).Draw(t, "do"), By: rapid.SampledFrom([]string{"officer", "decider", "counsel", "a", "p", "b"}).Draw(t, "by"), Reasons: "for reasons"}
	outcome := rapid.SampledFrom(dispute.Outcomes).Draw(t, "outcome")
	switch a.Do {
	case dispute.Open:
		a.Opening = open(regime).Opening
	case dispute.Clear:
		a.Clearance = &dispute.Clearance{SaleType: dispute.Active, Reserved: true, AllBuyers: true, SaleEvidence: "catalogues"}
	case dispute.Notify:
		a.Notice = notify.Notice
	case dispute.Respond:
		a.Response = respond.Response
	case dispute.Decide:
		a.Decision = &dispute.Decision{Outcome: outcome, SaleType: rapid.SampledFrom([]dispute.SaleType{dispute.Unknown, dispute.Active}).Draw(t, "sale"), SaleEvidence: "catalogues"}
		if outcome == dispute.Confirmed {
			a.Decision.Severity, a.Decision.Units = dispute.Natural, 3
		}
	case dispute.Seat:
		a.Seats = seats("a", "p", "b").Seats
	case dispute.Recuse:
		a.Member = rapid.SampledFrom([]string{"a", "p", "b"}).Draw(t, "member")
	case dispute.CastVote:
		a.Vote = outcome
	case dispute.Settle:
		a.Settlement = &dispute.Settlement{}
	case dispute.Merge:
		a.Into = "C2"
	case dispute.Reopen:
		a.Reopening = &dispute.Reopening{Findings: []string{"F2"}}
	}
	return a
}

// dueProcess reads a record from its beginning and fails where a right was
// passed over.
func dueProcess(t *rapid.T, acts []dispute.Act, regime compliance.Regime) {
	var last, notice, decided time.Time
	var responded, appealed, arbitrated, final, cleared, confirmed bool
	openers, votes := map[string]bool{}, 0
	for i, a := range acts {
		if a.At.Before(last) {
			t.Fatalf("act %d comes before the one before it", i)
		}
		if !a.Due.IsZero() && !a.Due.After(a.At) {
			t.Fatalf("act %d starts a clock that is over", i)
		}
		last = a.At
		if i == 0 != (a.Do == dispute.Open) {
			t.Fatalf("act %d is %s", i, a.Do)
		}
		switch a.Do {
		case dispute.Open, dispute.Reopen:
			openers[a.By] = true
			notice, decided, responded, appealed, arbitrated, final, confirmed, votes = time.Time{}, time.Time{}, false, false, false, false, false, 0
		case dispute.Clear:
			cleared = true
		case dispute.Notify:
			if notice = a.Due; regime == compliance.EEAInternal && !cleared {
				t.Fatal("notice within the EEA that nobody cleared")
			}
		case dispute.Respond:
			responded = true
		case dispute.Decide:
			if notice.IsZero() || !responded && a.At.Before(notice) {
				t.Fatal("decided without a hearing")
			}
			if openers[a.By] {
				t.Fatal("decided by who opened")
			}
			decided, confirmed = a.Due, a.Decision.Outcome == dispute.Confirmed
		case dispute.Appeal:
			appealed = true
		case dispute.CastVote:
			if votes++; openers[a.By] {
				t.Fatal("judged by who opened")
			}
		case dispute.Arbitrate:
			if arbitrated = true; !appealed || votes < 3 {
				t.Fatal("arbitrated without an appeal or its votes")
			}
			if a.Decision.Outcome == dispute.Confirmed && !confirmed {
				t.Fatal("an appeal made it worse")
			}
		case dispute.Finalise:
			if final = true; !arbitrated && (decided.IsZero() || appealed || a.At.Before(decided)) {
				t.Fatal("final while it could be appealed")
			}
		case dispute.Settle:
			if !final || openers[a.By] {
				t.Fatal("settled before it was final, or by who opened")
			}
		}
	}
}

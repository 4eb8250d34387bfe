package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/api"
	"waymark/api/auth"
	"waymark/internal/dispute"
	"waymark/internal/partner"
)

// A court is a furnished house with people in it, each with a key of the same
// name, and a clock that can be put forward.
type court struct {
	*house
	ahead atomic.Int64 // nanoseconds
}

const paris = "9521234000044"

func convened(t testing.TB) *court {
	key := func(id string, p partner.ID, roles ...string) auth.Key {
		sum := sha256.Sum256([]byte(id))
		return auth.Key{ID: id, SHA256: hex.EncodeToString(sum[:]), Scopes: []string{"read", "capture"}, Partner: p, Roles: roles}
	}
	keys, err := auth.NewKeys(key("officer", "", "officer"), key("second", "", "officer"), key("counsel", "", "counsel"), key("finance", "", "finance"),
		key("auditor", "", "auditor"), key("inspector", "", "inspector"), key("nobody", ""), key("p01", "P01"), key("p02", "P02"), key("p03", "P03"), key("p11", "P11"))
	if err != nil {
		t.Fatal(err)
	}
	c := &court{}
	c.house = furnished(t, func(cfg *api.Config) {
		cfg.Keys = keys
		cfg.Now = func() time.Time { return now.Add(time.Duration(c.ahead.Load())) }
	})
	for _, put := range [...][2]string{
		{"/v1/partners/P03", `{"name":"Lumière Paris","country":"FR","currency":"EUR","timezone":"Europe/Paris"}`},
		{"/v1/partners/P11", `{"name":"Siam Below","country":"TH","currency":"THB","timezone":"Asia/Bangkok","parent":"P01"}`},
		{"/v1/sites/" + paris, `{"name":"Paris DC","partner":"P03","role":"dc","country":"FR","timezone":"Europe/Paris"}`},
	} {
		if r := c.put(put[0], put[1]); r.status != http.StatusCreated {
			t.Fatalf("PUT %s answers %d %s", put[0], r.status, r.body)
		}
	}
	return c
}

// read reads an answer into v, whose fields have no tags.
func (c *court) read(r response, v any) {
	c.t.Helper()
	if err := json.Unmarshal([]byte(r.body), v, json.MatchCaseInsensitiveNames(true)); err != nil {
		c.t.Fatalf("answer %d %s: %v", r.status, r.body, err)
	}
}

func (c *court) forward(d time.Duration) { c.ahead.Add(int64(d)) }

func as(who string) []string { return []string{"Authorization", "Bearer " + who} }

// finding returns the id of the one finding of R02 about a partner.
func (c *court) finding(p string) string {
	c.t.Helper()
	c.current()
	var page struct {
		Findings []struct{ ID string }
	}
	c.read(c.get("/v1/findings?rule=R02&partner="+p), &page)
	if len(page.Findings) != 1 {
		c.t.Fatalf("%d findings of R02 about %s, want 1", len(page.Findings), p)
	}
	return page.Findings[0].ID
}

// says posts an act and asks for a status; where that is 409, for a guard too.
func (c *court) says(who, id, body string, status int, guard ...string) response {
	c.t.Helper()
	r := c.post("/v1/cases/"+id+"/acts", body, as(who)...)
	if r.status != status || len(guard) > 0 && !strings.Contains(r.body, `"guard":"`+guard[0]+`"`) {
		c.t.Fatalf("%s: %s answers %d %s, want %d %v", who, body, r.status, r.body, status, guard)
	}
	return r
}

func (c *court) opens(id, p, finding, more string) {
	c.t.Helper()
	body := fmt.Sprintf(`{"id":%q,"partner":%q,"findings":[%q],"reasons":"seen outside; reported by a neighbour","harmed":"P02"%s}`, id, p, finding, more)
	if r := c.post("/v1/cases", body, as("officer")...); r.status != http.StatusCreated {
		c.t.Fatalf("POST /v1/cases %s answers %d %s", body, r.status, r.body)
	}
}

const confirmed = `{"command":"d1","do":"decide","reasons":"shipment records agree","media":"https://video.example/d1","decision":{"outcome":"confirmed","severity":"natural","sale_type":"unknown","units":1,
	"loss":{"units":1,"per_unit":{"amount":"90.00","currency":"USD"},"total":{"amount":"90.00","currency":"USD"},"basis":"margin of the harmed dealer"}}}`

// A case from its opening to its settlement, each step by whom it is for.
func TestCase(t *testing.T) {
	c := convened(t)
	c.diverted("A1")
	f := c.finding("P01")
	opening := fmt.Sprintf(`{"id":"C1","partner":"P01","findings":[%q],"reasons":"seen outside; reported by a neighbour","harmed":"P02","tip":"T-9"}`, f)
	if r := c.post("/v1/cases", opening, as("nobody")...); r.status != 403 {
		t.Errorf("who has no role opens a case: %d", r.status)
	}
	c.opens("C1", "P01", f, `,"tip":"T-9"`)
	if r := c.post("/v1/cases", opening, as("officer")...); r.status != 200 || !strings.Contains(r.body, `"duplicate":true`) {
		t.Errorf("opened again, the case answers %d %s, want a duplicate", r.status, r.body)
	}
	if r := c.post("/v1/cases", strings.Replace(opening, "neighbour", "passer-by", 1), as("officer")...); r.status != 409 {
		t.Errorf("opened otherwise, the case answers %d %s, want 409", r.status, r.body)
	}
	if r := c.get("/v1/cases/C1", as("p01")...); r.status != 404 {
		t.Errorf("before notice the partner gets %d %s, want 404", r.status, r.body)
	}
	c.says("officer", "C1", confirmed, 409)
	c.says("counsel", "C1", `{"command":"n1","do":"notify"}`, 403)
	c.says("officer", "C1", `{"command":"n1","do":"notify"}`, 201)
	if r := c.says("officer", "C1", `{"command":"n1","do":"notify"}`, 200); !strings.Contains(r.body, `"duplicate":true`) {
		t.Errorf("notice again answers %s", r.body)
	}
	c.says("officer", "C1", `{"command":"n1","do":"withdraw","reasons":"another matter"}`, 409)
	c.says("second", "C1", confirmed, 409, "G9")
	c.says("p02", "C1", `{"command":"r1","do":"respond","response":{"text":"not us"}}`, 404)
	c.says("officer", "C1", `{"command":"r1","do":"respond","response":{"text":"not us"}}`, 403)
	c.says("p01", "C1", `{"command":"r1","do":"respond","response":{"text":"sold to a shop in Bangkok","evidence":["https://papers.example/1"]}}`, 201)
	c.says("officer", "C1", confirmed, 409, "G4")
	c.says("second", "C1", confirmed, 201)
	c.says("counsel", "C1", `{"command":"f1","do":"finalise"}`, 409, "G9")
	c.says("finance", "C1", `{"command":"s1","do":"settle","settlement":{"statements":["ST-1"]}}`, 409)
	c.says("p01", "C1", `{"command":"a1","do":"appeal","reasons":"the lot is another"}`, 201)
	seat := `{"command":"p1","do":"seat","seats":[{"id":"counsel","side":"owner"},{"id":"%s","side":"partners","partner":"%s"},{"id":"inspector","side":"owner"}]}`
	c.says("counsel", "C1", fmt.Sprintf(seat, "p11", "P11"), 409, "G4") // from below the partner
	c.says("counsel", "C1", fmt.Sprintf(seat, "p02", "P02"), 409, "G4") // harmed
	c.says("counsel", "C1", fmt.Sprintf(seat, "p09", "P09"), 422)
	c.says("p03", "C1", `{"command":"v2","do":"vote","vote":"confirmed","reasons":"it is plain"}`, 404)
	c.says("counsel", "C1", fmt.Sprintf(seat, "p03", "P03"), 201)
	c.says("counsel", "C1", `{"command":"v1","do":"vote","vote":"confirmed","reasons":"it is plain"}`, 201)
	c.says("p03", "C1", `{"command":"v2","do":"vote","vote":"confirmed","reasons":"it is plain"}`, 201)
	c.says("counsel", "C1", `{"command":"b1","do":"arbitrate","reasons":"the panel has voted"}`, 409)
	c.says("inspector", "C1", `{"command":"v3","do":"vote","vote":"unfounded","reasons":"it is not"}`, 201)
	c.says("counsel", "C1", `{"command":"b1","do":"arbitrate","reasons":"the panel has voted"}`, 201)
	c.says("counsel", "C1", `{"command":"f1","do":"finalise"}`, 201)
	c.says("officer", "C1", `{"command":"s1","do":"settle","settlement":{}}`, 403)
	c.says("finance", "C1", `{"command":"s1","do":"settle","settlement":{"statements":["ST-1"]}}`, 201)
	c.current()
	var seen struct {
		State, Wording, Formula string
		Regime                  string
		Opening                 struct{ Regime string }
		Trail                   []struct{ Do, By, Media, Inputs string }
		Notice                  struct {
			Evidence []struct{ Finding, Why string }
		}
		Can      []string
		DataGaps []string `json:"data_gaps"`
	}
	c.read(c.get("/v1/cases/C1", as("auditor")...), &seen)
	if seen.State != "settled" || seen.Wording != "confirmed out-of-territory sale, decision b1" || seen.Opening.Regime != "EEA_IMPORT" || seen.Formula != "1 units × 90.00 USD + 0.00 USD = 90.00 USD" ||
		len(seen.Trail) != 12 || seen.Trail[3].Media == "" || seen.Trail[3].Inputs == "" || len(seen.Notice.Evidence) != 1 || seen.Notice.Evidence[0].Finding != f || len(seen.DataGaps) == 0 || len(seen.Can) != 0 {
		t.Errorf("the auditor sees %+v", seen)
	}
}

// A partner sees the cases about it and those below it, without whoever informed
// and anything of third parties; of others there are none.
func TestCasesAreForThoseTheyConcern(t *testing.T) {
	c := convened(t)
	c.diverted("B1")
	f := c.finding("P01")
	c.opens("C1", "P01", f, `,"tip":"T-9"`)
	c.says("officer", "C1", `{"command":"n1","do":"notify"}`, 201)
	c.current()
	mine := c.get("/v1/cases/C1", as("p01")...)
	if mine.status != 200 || !strings.Contains(mine.body, f) || !strings.Contains(mine.body, `"can":["respond"]`) {
		t.Fatalf("the partner gets %d %s", mine.status, mine.body)
	}
	for _, secret := range []string{"neighbour", "T-9", `"P02"`, "officer", "x-B1"} {
		if strings.Contains(mine.body, secret) {
			t.Errorf("the partner sees %q in %s", secret, mine.body)
		}
	}
	for _, word := range []string{"diver", "fraud", "guilt", "illegal", "confirmed"} {
		if strings.Contains(strings.ToLower(mine.body), word) {
			t.Errorf("before any decision the partner reads %q in %s", word, mine.body)
		}
	}
	for who, want := range map[string]bool{"p01": true, "p11": false, "p02": false, "auditor": true} {
		listed := c.get("/v1/cases", as(who)...)
		if strings.Contains(listed.body, `"C1"`) != want || listed.status != 200 {
			t.Errorf("%s lists %d %s; want the case in it: %v", who, listed.status, listed.body, want)
		}
	}
	if r := c.get("/v1/cases", as("nobody")...); r.status != 403 {
		t.Errorf("who has no role lists cases: %d", r.status)
	}
	foreign, absent := c.get("/v1/cases/C1", as("p02")...), c.get("/v1/cases/C2", as("p02")...)
	if foreign.status != 404 || strings.Replace(foreign.body, "C1", "C2", 1) != absent.body {
		t.Errorf("a foreign case answers %s, an absent one %s; want the same", foreign.body, absent.body)
	}
	var page struct {
		Cases []struct{ ID, Wording string }
		Next  string
	}
	c.read(c.get("/v1/cases?state=notified&partner=P01&limit=1", as("officer")...), &page)
	if len(page.Cases) != 1 || page.Cases[0].Wording != "possible out-of-territory sale" || page.Next != "" {
		t.Errorf("the list is %+v", page)
	}
}

// Evidence that comes late does not change what was frozen; it shows beside it.
func TestLateEvidence(t *testing.T) {
	c := convened(t)
	c.diverted("D1")
	f := c.finding("P01")
	c.opens("C1", "P01", f, "")
	c.says("officer", "C1", `{"command":"n1","do":"notify"}`, 201)
	if r := c.put("/v1/waivers/W1", `{"reason":"deal","partner":"P01","regions":["DE"],"from":"2026-03-01"}`); r.status != 201 {
		t.Fatal(r)
	}
	c.current()
	var seen struct {
		Notice struct {
			Evidence []struct{ Finding, Status, Why string }
		}
		Standing map[string]string
	}
	c.read(c.get("/v1/cases/C1", as("p01")...), &seen)
	if len(seen.Notice.Evidence) != 1 || seen.Notice.Evidence[0].Status == "withdrawn" || seen.Notice.Evidence[0].Why == "" || seen.Standing[f] != "withdrawn" {
		t.Errorf("the case says %+v, want the evidence as it was and the finding withdrawn", seen)
	}
	c.says("second", "C1", `{"command":"w1","do":"withdraw","reasons":"a deal covered it"}`, 201)
	c.current()
	c.says("second", "C1", fmt.Sprintf(`{"command":"o1","do":"reopen","reasons":"once more","reopening":{"findings":[%q]}}`, f), 422)
	if r := c.post("/v1/cases", fmt.Sprintf(`{"id":"C2","partner":"P01","findings":[%q],"reasons":"again"}`, f), as("officer")...); r.status != 422 || !strings.Contains(r.body, "withdrawn") {
		t.Errorf("a case on a withdrawn finding answers %d %s", r.status, r.body)
	}
}

// G2: on a movement between two states of the EEA nothing is held against a
// partner, whatever the case is called.
func TestNothingIsHeldAgainstTradeWithinTheEEA(t *testing.T) {
	c := convened(t)
	c.must("/v1/hops", hop("e1", "2026-03-01T08:00:00+08:00", "commissioning", factory, "", unit("E1")))
	c.must("/v1/asns", `{"id":"A-E1","from":"`+factory+`","to":"`+koeln+`","items":["`+unit("E1")+`"],"date":"2026-03-02"}`)
	c.must("/v1/hops", hop("e2", "2026-03-02T08:00:00+08:00", "shipping", factory, `"to":"`+koeln+`","asn":"A-E1"`, unit("E1")))
	c.must("/v1/hops", hop("e3", "2026-03-05T08:00:00+01:00", "receiving", koeln, "", unit("E1")))
	for i, day := range []string{"07", "09"} { // sold twice, in France
		c.must("/v1/observations", fmt.Sprintf(`{"id":"e-o%d","time":"2026-03-%sT08:00:00Z","item":%q,"kind":"activation","country":"FR","source":"declared","device_hash":"d%d"}`, i, day, unit("E1"), i))
	}
	c.current()
	var page struct {
		Findings []struct{ ID, Rule, Regime string }
	}
	c.read(c.get("/v1/findings?partner=P02"), &page)
	if len(page.Findings) == 0 {
		t.Fatal("nothing is found")
	}
	if page.Findings[0].Regime != "EEA_INTERNAL" {
		t.Fatalf("the finding is %+v", page.Findings[0])
	}
	theft := fmt.Sprintf(`{"id":"C0","partner":"P02","track":"theft","findings":[%q],"reasons":"called a theft"}`, page.Findings[0].ID)
	if r := c.post("/v1/cases", theft, as("officer")...); r.status != 422 {
		t.Errorf("a movement that is called a theft answers %d %s, want 422", r.status, r.body)
	}
	if r := c.post("/v1/cases", strings.NewReplacer("theft", "territory", "C0", "C1").Replace(theft), as("officer")...); r.status != 201 {
		t.Fatalf("the case answers %d %s", r.status, r.body)
	}
	c.says("officer", "C1", `{"command":"n1","do":"notify"}`, 409, "G2")
	c.says("counsel", "C1", `{"command":"l1","do":"clear","reasons":"let us see","clearance":{"sale_type":"passive"}}`, 409, "G2")
	c.says("officer", "C1", `{"command":"l1","do":"clear","reasons":"let us see","clearance":{"sale_type":"passive"}}`, 403)
	if r := c.get("/v1/cases/C1", as("p02")...); r.status != 404 {
		t.Errorf("the partner learns of it: %d %s", r.status, r.body)
	}
	c.says("counsel", "C1", `{"command":"l2","do":"clear","reasons":"an active sale","clearance":{"sale_type":"active","sale_evidence":"catalogues sent to Paris","reserved":true,"all_buyers":true}}`, 201)
	c.says("officer", "C1", `{"command":"n1","do":"notify"}`, 201)
	c.forward(30 * 24 * time.Hour)
	c.says("second", "C1", confirmed, 409, "G5")
}

// What is wrong with a request is named by its field.
func TestCaseFaultsAreNamed(t *testing.T) {
	c := convened(t)
	c.diverted("F1")
	f := c.finding("P01")
	for body, field := range map[string]string{
		`{"id":"C1","partner":"P01","findings":["x"],"reasons":"because"}`:                                     "/findings/0",
		fmt.Sprintf(`{"id":"C1","partner":"P02","findings":[%q],"reasons":"because"}`, f):                      "/findings/0",
		fmt.Sprintf(`{"id":"C1","partner":"P77","findings":[%q],"reasons":"because"}`, f):                      "/partner",
		fmt.Sprintf(`{"id":"C1","partner":"P01","findings":[%q]}`, f):                                          "/reasons",
		fmt.Sprintf(`{"id":"C1","partner":"P01","findings":[%q],"reasons":"because","terms":{"notice":1}}`, f): "/opening/terms/notice",
	} {
		if r := c.post("/v1/cases", body, as("officer")...); r.status != 422 || !strings.Contains(r.body, `"`+field+`"`) {
			t.Errorf("%s answers %d %s, want a fault in %s", body, r.status, r.body, field)
		}
	}
	c.opens("C1", "P01", f, "")
	c.says("officer", "C1", `{"command":"x","do":"punish"}`, 422)
	c.says("officer", "C1", `{"command":"x","do":"open"}`, 422)
	for _, do := range dispute.Actions {
		if do != dispute.Open && !strings.Contains(c.says("officer", "C1", `{"command":"x","do":"punish"}`, 422).body, string(do)) {
			t.Errorf("the refusal does not name %s", do)
		}
	}
}

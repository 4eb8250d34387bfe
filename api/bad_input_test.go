package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-json-experiment/json"

	"waymark/api"
)

// good is a hop that is recorded; the bad ones differ from it in one thing.
var good = hop("g1", "2026-03-01T08:00:00Z", "commissioning", factory, "", unit("G1"))

func without(old, changed string) string { return strings.Replace(good, old, changed, 1) }

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

func utf16Of(s string) string {
	var b bytes.Buffer
	for _, u := range utf16.Encode([]rune(s)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

func many(n int, item func(int) string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = item(i)
	}
	return hop("g1", "2026-03-01T08:00:00Z", "commissioning", factory, "", items...)
}

// TestBadHops posts hops that must be refused, each with the status and the
// field that the problem must name, and nothing recorded.
func TestBadHops(t *testing.T) {
	h := furnished(t)
	before := h.size()
	serial := func(s string) string { return without("G1\"]", s+"\"]") }
	for _, tt := range []struct {
		name, body string
		status     int
		field      string
		header     []string
	}{
		{"empty body", "", 400, "", []string{"Content-Type", "application/json"}},
		{"null", "null", 400, "", nil},
		{"array", "[]", 400, "", nil},
		{"string", `"x"`, 400, "", nil},
		{"truncated", good[:len(good)-2], 400, "/items", nil},
		{"two documents", good + good, 400, "", nil},
		{"trailing garbage", good + "x", 400, "", nil},
		{"duplicate name", without(`"step"`, `"id":"g2","step"`), 400, "/id", nil},
		{"name in capitals", without(`"step"`, `"ID":"g2","step"`), 422, "/ID", nil},
		{"name with a long s", without(`"step"`, `"ſtep":"storing","step"`), 422, "/ſtep", nil},
		{"unknown field", without(`"step"`, `"colour":"red","step"`), 422, "/colour", nil},
		{"byte order mark", "\ufeff" + good, 400, "", nil},
		{"UTF-16", utf16Of(good), 400, "", nil},
		{"byte 0xFF in a serial", serial("G\xff"), 400, "/items/0", nil},
		{"lone surrogate", serial(`G\ud800`), 400, "/items/0", nil},
		{"NUL in a serial", serial(`G\u0000`), 422, "/items/0", nil},
		{"right-to-left override", serial("G\u202e1"), 422, "/items/0", nil},
		{"zero-width space", serial("G\u200b1"), 422, "/items/0", nil},
		{"composed accent", serial("é"), 422, "/items/0", nil},
		{"decomposed accent", serial("e\u0301"), 422, "/items/0", nil},
		{"Cyrillic A", serial("А"), 422, "/items/0", nil},
		{"20,001 nested arrays", `{"items":` + strings.Repeat("[", 20_001), 400, "", nil},
		{"nested 33 deep", `{"items":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, 400, "", nil},
		{"a megabyte of objects", `{"items":[` + strings.Repeat("{},", 300_000) + `{}]}`, 413, "", nil},
		{"5,001 serials", many(5001, func(i int) string { return unit(fmt.Sprint(i)) }), 413, "", nil},
		{"an event above 256 KiB", strings.Repeat(" ", 10) + `{"id":"g1",` + strings.Repeat(" ", 262_144) + good[1:], 413, "", nil},
		{"the same serial twice", many(2, func(int) string { return unit("G1") }), 422, "/items/1", nil},
		{"one serial in two spellings", hop("g1", "2026-03-01T08:00:00Z", "storing", factory, "", unit("G1"), "https://id.gs1.org/01/"+gtin+"/21/G1"), 422, "/items/1", nil},
		{"a string of 4,097 bytes", without(`"step"`, `"device":"`+strings.Repeat("x", 4097)+`","step"`), 400, "", nil},
		{"a number too large", without(`"g1"`, `1e999`), 422, "/id", nil},
		{"a number for a string", without(`"g1"`, `12`), 422, "/id", nil},
		{"a number for a GLN", without(`"`+factory+`"`, factory), 422, "/site", nil},
		{"no id", without(`"id":"g1",`, ``), 422, "/id", nil},
		{"an id with a space", without(`"g1"`, `"g 1"`), 422, "/id", nil},
		{"an id of 129 bytes", without(`"g1"`, `"`+strings.Repeat("g", 129)+`"`), 422, "/id", nil},
		{"no time", without(`"time":"2026-03-01T08:00:00Z",`, ``), 422, "/time", nil},
		{"year 1", without("2026-03-01T08:00:00Z", "0001-01-01T00:00:00Z"), 422, "/time", nil},
		{"year 1969", without("2026-03-01", "1969-12-31"), 422, "/time", nil},
		{"year 9999", without("2026-03-01", "9999-03-01"), 422, "/time", nil},
		{"leap second", without("08:00:00", "23:59:60"), 422, "/time", nil},
		{"no zone", without("08:00:00Z", "08:00:00"), 422, "/time", nil},
		{"31 February", without("2026-03-01", "2026-02-31"), 422, "/time", nil},
		{"zone of 25 hours", without("08:00:00Z", "08:00:00+25:00"), 422, "/time", nil},
		{"two days ahead", without("2026-03-01", "2026-03-12"), 422, "/time", nil},
		{"unknown step", without("commissioning", "teleporting"), 422, "/step", nil},
		{"step in capitals", without("commissioning", "Commissioning"), 422, "/step", nil},
		{"no site", without(`,"site":"`+factory+`"`, ``), 422, "/site", nil},
		{"unknown site", without(factory, nowhere), 422, "/site", nil},
		{"site with a bad check digit", without(factory, "9521234000007"), 422, "/site", nil},
		{"unknown destination", without(`"items"`, `"to":"`+nowhere+`","items"`), 422, "/to", nil},
		{"no items", without(`"`+unit("G1")+`"`, ``), 422, "/items", nil},
		{"null item", without(`"`+unit("G1")+`"`, `null`), 422, "/items/0", nil},
		{"empty item", without(unit("G1"), ``), 422, "/items/0", nil},
		{"item with a bad check digit", without(gtin, "09521234100011"), 422, "/items/0", nil},
		{"serial of 21 characters", serial(strings.Repeat("G", 21)), 422, "/items/0", nil},
		{"item of an unknown product", without(gtin, "09521234100027"), 422, "/items/0", nil},
		{"second item of an unknown product", many(2, func(i int) string { return []string{unit("G1"), "(01)09521234100027(21)G2"}[i] }), 422, "/items/1", nil},
		{"a GTIN without a serial", without(unit("G1"), "(01)"+gtin), 422, "/items/0", nil},
		{"a lot", without(unit("G1"), "(01)"+gtin+"(10)L1"), 422, "/items/0", nil},
		{"a place as an item", without(unit("G1"), "(414)"+factory), 422, "/items/0", nil},
		{"no GS1 key", without(unit("G1"), "https://example.com/pallet/7"), 422, "/items/0", nil},
		{"a parent that is shipped", without(`"items"`, `"parent":"(00)095212340000000013","items"`), 422, "/parent", nil},
		{"packed into itself", hop("g1", "2026-03-01T08:00:00Z", "packing", factory, `"parent":"`+unit("G1")+`"`, unit("G1")), 422, "/items/0", nil},
		{"order with a slash", without(`"items"`, `"order":"a/b","items"`), 422, "/order", nil},
		{"device of 65 bytes", without(`"items"`, `"device":"`+strings.Repeat("d", 65)+`","items"`), 422, "/device", nil},
		{"gzip bomb", zipped(strings.Repeat(" ", 20<<20)), 413, "", []string{"Content-Encoding", "gzip"}},
		{"gzip of gzip", zipped(zipped(good)), 400, "", []string{"Content-Encoding", "gzip"}},
		{"no gzip", good, 400, "", []string{"Content-Encoding", "gzip"}},
		{"gzip cut short", zipped(good)[:60], 400, "", []string{"Content-Encoding", "gzip"}},
		{"brotli", good, 415, "", []string{"Content-Encoding", "br"}},
		{"XML", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`, 415, "", []string{"Content-Type", "text/xml"}},
		{"multipart", "--x--", 415, "", []string{"Content-Type", "multipart/form-data; boundary=x"}},
		{"Latin-1", good, 415, "", []string{"Content-Type", "application/json; charset=iso-8859-1"}},
		{"from another origin", good, 403, "", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}},
		{"key that is not known", good, 401, "", []string{"Authorization", "Bearer wm_test_a_b_c"}},
		{"key in another scheme", good, 401, "", []string{"Authorization", "Basic eDp5"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			checkProblem(t, h.post("/v1/hops", tt.body, tt.header...), tt.status, tt.field)
			if h.size() != before {
				t.Fatal("something was recorded")
			}
		})
	}
	h.t = t
	h.must("/v1/hops", good)
}

// checkProblem holds an answer to its status and to the field that its first
// error names.
func checkProblem(t *testing.T, r response, status int, field string) {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal([]byte(r.body), &p); err != nil {
		t.Fatalf("answers %d %s, which is no problem: %v", r.status, r.body, err)
	}
	named := ""
	if len(p.Errors) > 0 {
		named = p.Errors[0].Field
	}
	if r.status != status || p.Status != status || r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("answers %d %s, want %d", r.status, r.body, status)
	}
	if named != field {
		t.Errorf("answers %s, which names %q, want %q", r.body, named, field)
	}
}

func TestBadDocuments(t *testing.T) {
	h := furnished(t)
	before := h.size()
	observation := func(more string) string {
		return `{"id":"o1","time":"2026-03-01T08:00:00Z","item":"` + unit("G1") + `","kind":"consumer","country":"TH","source":"gps"` + more + `}`
	}
	order := `{"id":"O1","seller":"P00","buyer":"P01","ship_to":"` + bangkok + `","lines":[{"gtin":"` + gtin + `","quantity":10}],"date":"2026-03-01"}`
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		field                    string
	}{
		{"latitude 91", "POST", "/v1/observations", observation(`,"lat":91,"lon":1`), 422, "/lat"},
		{"longitude 181", "POST", "/v1/observations", observation(`,"lat":1,"lon":181`), 422, "/lon"},
		{"latitude NaN", "POST", "/v1/observations", observation(`,"lat":NaN,"lon":1`), 400, "/lat"},
		{"latitude as text", "POST", "/v1/observations", observation(`,"lat":"12","lon":1`), 422, "/lat"},
		{"latitude alone", "POST", "/v1/observations", observation(`,"lat":12`), 422, "/lat"},
		{"venue with an escape", "POST", "/v1/observations", observation(`,"venue":"\u001b[2J"`), 422, "/venue"},
		{"device of two lines", "POST", "/v1/observations", observation(`,"device_hash":"a\nb"`), 422, "/device_hash"},
		{"reporter with a NUL", "POST", "/v1/observations", observation(`,"reporter":"a\u0000"`), 422, "/reporter"},
		{"infinite accuracy", "POST", "/v1/observations", observation(`,"accuracy_m":1e999`), 422, "/accuracy_m"},
		{"unknown country", "POST", "/v1/observations", strings.Replace(observation(""), `"TH"`, `"XX"`, 1), 422, "/country"},
		{"subdivision of another country", "POST", "/v1/observations", observation(`,"subdivision":"DE-BY"`), 422, "/subdivision"},
		{"unknown kind", "POST", "/v1/observations", strings.Replace(observation(""), "consumer", "spy", 1), 422, "/kind"},
		{"observed class", "POST", "/v1/observations", strings.Replace(observation(""), unit("G1"), "(01)"+gtin, 1), 422, "/item"},
		{"negative quantity", "POST", "/v1/orders", strings.Replace(order, `:10`, `:-1`, 1), 422, "/lines/0/quantity"},
		{"half a piece", "POST", "/v1/orders", strings.Replace(order, `"quantity":10`, `"quantity":0.5`, 1), 422, "/lines/0/quantity"},
		{"quantity above 2^63", "POST", "/v1/orders", strings.Replace(order, `"quantity":10`, `"quantity":9223372036854775808`, 1), 422, "/lines/0/quantity"},
		{"unknown buyer", "POST", "/v1/orders", strings.Replace(order, "P01", "P99", 1), 422, "/buyer"},
		{"unknown product", "POST", "/v1/orders", strings.Replace(order, gtin, "09521234100027", 1), 422, "/lines/0/gtin"},
		{"no such date", "POST", "/v1/orders", strings.Replace(order, "2026-03-01", "2026-02-30", 1), 422, "/date"},
		{"order of last century", "POST", "/v1/orders", strings.Replace(order, "2026-03-01", "1999-03-01", 1), 422, "/date"},
		{"order of the year 9999", "POST", "/v1/orders", strings.Replace(order, "2026-03-01", "9999-03-01", 1), 422, "/date"},
		{"order from its buyer", "POST", "/v1/orders", strings.Replace(order, "P01", "P00", 1), 422, "/buyer"},
		{"notice to where it comes from", "POST", "/v1/asns", `{"id":"A1","from":"` + factory + `","to":"` + factory + `","items":["` + unit("G1") + `"],"date":"2026-03-01"}`, 422, "/to"},
		{"notice to nowhere", "POST", "/v1/asns", `{"id":"A1","from":"` + factory + `","to":"` + nowhere + `","items":["` + unit("G1") + `"],"date":"2026-03-01"}`, 422, "/to"},
		{"check of nothing", "POST", "/v1/ship-checks", `{"from":"` + factory + `","to":"` + bangkok + `"}`, 422, "/items"},
		{"check to nowhere", "POST", "/v1/ship-checks", `{"from":"` + factory + `","to":"` + nowhere + `","items":["` + unit("G1") + `"]}`, 422, "/to"},
		{"id of the body differs", "PUT", "/v1/partners/P01", `{"id":"P02","name":"X","country":"TH","currency":"THB","timezone":"Asia/Bangkok"}`, 422, "/id"},
		{"partner id with a slash", "PUT", "/v1/partners/a%2Fb", `{"name":"X","country":"TH","currency":"THB","timezone":"Asia/Bangkok"}`, 422, "/id"},
		{"partner with a role", "PUT", "/v1/partners/P09", `{"name":"X","admin":true,"country":"TH","currency":"THB","timezone":"Asia/Bangkok"}`, 422, "/admin"},
		{"currency in small letters", "PUT", "/v1/partners/P09", `{"name":"X","country":"TH","currency":"thb","timezone":"Asia/Bangkok"}`, 422, "/currency"},
		{"currency that is gone", "PUT", "/v1/partners/P09", `{"name":"X","country":"DE","currency":"DEM","timezone":"Europe/Berlin"}`, 422, "/currency"},
		{"site too far east", "PUT", "/v1/sites/" + nowhere, `{"name":"X","partner":"P01","role":"dc","country":"TH","lat":1,"lon":181,"timezone":"Asia/Bangkok"}`, 422, "/lon"},
		{"zone that climbs", "PUT", "/v1/partners/P09", `{"name":"X","country":"TH","currency":"THB","timezone":"../../etc/passwd"}`, 422, "/timezone"},
		{"site of an unknown partner", "PUT", "/v1/sites/" + nowhere, `{"name":"X","partner":"P99","role":"dc","country":"TH","timezone":"Asia/Bangkok"}`, 422, "/partner"},
		{"GLN with a bad check digit", "PUT", "/v1/sites/9521234000007", `{"name":"X","partner":"P01","role":"dc","country":"TH","timezone":"Asia/Bangkok"}`, 422, "/gln"},
		{"product that is its own carton", "PUT", "/v1/products/" + gtin, `{"name":"X","line":"L","carton_gtin":"` + gtin + `"}`, 422, "/carton_gtin"},
		{"grant of nothing", "PUT", "/v1/grants/G9", `{"partner":"P01","products":[],"regions":["TH"]}`, 422, "/products"},
		{"grant for nowhere", "PUT", "/v1/grants/G9", `{"partner":"P01","products":["DRILLS"],"regions":["XX"]}`, 422, "/regions/0"},
		{"grant that ends before it begins", "PUT", "/v1/grants/G9", `{"partner":"P01","products":["DRILLS"],"regions":["TH"],"from":"2026-02-01","to":"2026-01-01"}`, 422, "/to"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			checkProblem(t, h.do(tt.method, tt.path, tt.body), tt.status, tt.field)
			if h.size() != before {
				t.Fatal("something was recorded")
			}
		})
	}
}

func TestBadQueries(t *testing.T) {
	h := furnished(t)
	for _, tt := range []struct {
		name, path string
		status     int
		field      string
	}{
		{"path that climbs", "/v1/items/..%2F..%2Fadmin", 400, "item"},
		{"NUL", "/v1/items/%00", 400, "item"},
		{"encoded twice", "/v1/items/%252F", 400, "item"},
		{"path of 14 KB", "/v1/items/" + strings.Repeat("a", 14_000), 400, "item"},
		{"GTIN without a serial", "/v1/items/" + gtin, 400, "item"},
		{"check digit of an SSCC", "/v1/items/095212340000000014", 400, "item"},
		{"absent item", itemPath(unit("NOPE")), 404, ""},
		{"absent partner", "/v1/partners/P99", 404, ""},
		{"absent finding", "/v1/findings/x", 404, ""},
		{"unknown path", "/v1/secrets", 404, ""},
		{"limit -1", "/v1/findings?limit=-1", 400, "limit"},
		{"limit 0", "/v1/findings?limit=0", 400, "limit"},
		{"limit 1e9", "/v1/findings?limit=1000000000", 400, "limit"},
		{"limit abc", "/v1/findings?limit=abc", 400, "limit"},
		{"limit twice", "/v1/findings?limit=1&limit=2", 400, "limit"},
		{"forged cursor", "/v1/findings?after=../../x", 400, "after"},
		{"cursor of no finding", "/v1/findings?after=" + strings.Repeat("f", 32), 400, "after"},
		{"sort", "/v1/findings?sort=password", 400, "sort"},
		{"pattern for a rule", "/v1/findings?rule=.*", 400, "rule"},
		{"unknown region", "/v1/findings?region=XX", 400, "region"},
		{"unknown status", "/v1/findings?status=maybe", 400, "status"},
		{"since yesterday", "/v1/findings?since=yesterday", 400, "since"},
		{"query of 3 KB", "/v1/findings?rule=" + strings.Repeat("R", 3000), 414, ""},
		{"query with a bad escape", "/v1/findings?rule=%zz", 400, ""},
		{"at_least of words", "/v1/regions?at_least=soon", 400, "at_least"},
		{"token of words", "/v1/alerts?after=soon", 400, "after"},
		{"token ahead of the ledger", "/v1/alerts?after=99999-1", 400, "after"},
		{"token of 30 digits", "/v1/alerts?after=" + strings.Repeat("9", 30), 400, "after"},
		{"proof", itemPath(unit("G1")) + "/provenance?proof=1", 501, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			checkProblem(t, h.get(tt.path), tt.status, tt.field)
		})
	}
	t.Run("methods", func(t *testing.T) {
		h.t = t
		for _, method := range []string{"DELETE", "PATCH", "TRACE"} {
			checkProblem(t, h.do(method, "/v1/hops", ""), http.StatusMethodNotAllowed, "")
		}
	})
	t.Run("alerts as a picture", func(t *testing.T) {
		h.t = t
		checkProblem(t, h.get("/v1/alerts", "Accept", "image/png"), http.StatusNotAcceptable, "")
	})
}

// TestRulesOfTradeRefuseNothing posts what breaks the rules of the trade: it
// is recorded, for that is what the ledger is for.
func TestRulesOfTradeRefuseNothing(t *testing.T) {
	h := furnished(t)
	for _, body := range []string{
		hop("t1", "2026-03-01T08:00:00Z", "receiving", bangkok, "", unit("T1")),                                                // never made
		hop("t2", "2026-03-02T08:00:00Z", "destroying", bangkok, "", unit("T1")),                                               //
		hop("t3", "2026-03-03T08:00:00Z", "shipping", bangkok, `"to":"`+koeln+`"`, unit("T1")),                                 // after its end
		hop("t4", "2026-03-01T08:00:00Z", "packing", factory, `"parent":"(00)095212340000000013"`, "(00)095212340000000020"),   //
		hop("t5", "2026-03-01T09:00:00Z", "packing", factory, `"parent":"(00)095212340000000020"`, "(00)095212340000000013"),   // in a circle
		hop("t6", "2024-03-01T09:00:00Z", "storing", factory, "", unit("T6")),                                                  // two years old
		hop("t7", "2026-03-10T12:10:00Z", "storing", factory, "", unit("T7")),                                                  // ten minutes ahead
		hop("t8", "2026-03-01T09:00:00Z", "packing", factory, `"parent":"(01)`+carton+`(21)C1"`, unit("T8")),                   //
		hop("t9", "2026-03-01T10:00:00Z", "packing", factory, `"parent":"(01)`+carton+`(21)C2"`, unit("T8")),                   // in two cartons
		hop("t10", "2026-03-01T10:00:00Z", "shipping", factory, `"to":"`+bangkok+`","order":"NONE","asn":"NONE"`, unit("T10")), // documents that are not known
	} {
		h.must("/v1/hops", body)
	}
}

// TestWrongNamesAreAnsweredWithTheRightOnes: whoever mistypes a field, a step or
// a rule is told what there is.
func TestWrongNamesAreAnsweredWithTheRightOnes(t *testing.T) {
	h := furnished(t)
	for _, tt := range []struct{ name, body, want string }{
		{"a field", strings.Replace(good, `"step"`, `"bizStep":"shipping","step"`, 1), "no such field; there are id, time, step, items, parent, site, to, "},
		{"a step", strings.Replace(good, `"step":"`, `"step":"x`, 1), "receiving, removing"},
	} {
		if r := h.post("/v1/hops", tt.body); r.status < 400 || r.status >= 500 || !strings.Contains(r.body, tt.want) {
			t.Errorf("%s: the answer is %d %s, want %q in it", tt.name, r.status, r.body, tt.want)
		}
	}
	r := h.get("/v1/findings?rule=R99")
	checkProblem(t, r, http.StatusBadRequest, "rule")
	if !strings.Contains(r.body, "R01, R02, ") {
		t.Errorf("a rule that is not there: %s", r.body)
	}
}

package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/api"
	"waymark/ledger"
	"waymark/ledger/pebblelog"
	"waymark/projections"
)

// now is the server's clock in these tests.
var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// A house is a server with its log and its views, all in memory, and a client.
type house struct {
	t      testing.TB
	log    *pebblelog.Log
	views  *projections.Views
	server *api.Server
	http   *httptest.Server
}

// open builds a house in development mode with nothing in it.
func open(t testing.TB, change ...func(*api.Config)) *house {
	t.Helper()
	log, err := pebblelog.Open(pebblelog.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	views, err := projections.Open(log, projections.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := api.Config{Log: log, Views: views, Dev: true, Now: func() time.Time { return now }}
	for _, f := range change {
		f(&c)
	}
	server, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- views.Run(ctx) }()
	h := &house{t, log, views, server, httptest.NewServer(server.Handler())}
	t.Cleanup(func() {
		server.Stop()
		h.http.Close()
		cancel()
		<-ended
		views.Close()
		log.Close()
	})
	return h
}

// furnished builds a house with a small trade: a maker P00 in China, a
// distributor P01 that may sell in Thailand and Vietnam, one P02 for Germany.
func furnished(t testing.TB, change ...func(*api.Config)) *house {
	h := open(t, change...)
	h.furnish()
	return h
}

// furnish records the small trade.
func (h *house) furnish() {
	h.t.Helper()
	for _, put := range [...][2]string{
		{"/v1/partners/P00", `{"name":"Maker","country":"CN","currency":"CNY","timezone":"Asia/Shanghai"}`},
		{"/v1/partners/P01", `{"name":"Siam Tools","tier":{"scale":"core","capability":"sales"},"country":"TH","currency":"THB","timezone":"Asia/Bangkok"}`},
		{"/v1/partners/P02", `{"name":"Rhein Werkzeug","country":"DE","currency":"EUR","timezone":"Europe/Berlin"}`},
		{"/v1/sites/" + factory, `{"name":"Factory","partner":"P00","role":"factory","country":"CN","timezone":"Asia/Shanghai"}`},
		{"/v1/sites/" + bangkok, `{"name":"Bangkok DC","partner":"P01","role":"dc","country":"TH","timezone":"Asia/Bangkok"}`},
		{"/v1/sites/" + koeln, `{"name":"Köln DC","partner":"P02","role":"dc","country":"DE","timezone":"Europe/Berlin"}`},
		{"/v1/products/" + gtin, `{"name":"Drill","line":"DRILLS","unit_value":{"amount":"500.00","currency":"USD"},"carton_gtin":"` + carton + `","units_per_carton":10}`},
		{"/v1/grants/G01", `{"partner":"P01","products":["DRILLS"],"regions":["TH","VN"],"exclusive":true,"from":"2026-01-01"}`},
		{"/v1/grants/G02", `{"partner":"P02","products":["DRILLS"],"regions":["DE"],"from":"2026-01-01"}`},
	} {
		if r := h.put(put[0], put[1]); r.status != http.StatusCreated {
			h.t.Fatalf("PUT %s answers %d %s", put[0], r.status, r.body)
		}
	}
}

const (
	factory = "9521234000006"
	bangkok = "9521234000013"
	koeln   = "9521234000020"
	nowhere = "9521234000037" // a good GLN of no site
	gtin    = "09521234100010"
	carton  = "19521234100017"
)

func unit(serial string) string { return "(01)" + gtin + "(21)" + serial }

// An answer is what the server said.
type response struct {
	status int
	header http.Header
	body   string
}

// decode reads the body into v.
func (r response) decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		t.Fatalf("answer %d %s: %v", r.status, r.body, err)
	}
}

func (h *house) do(method, path, body string, header ...string) response {
	h.t.Helper()
	req, err := http.NewRequest(method, h.http.URL+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response{res.StatusCode, res.Header, string(data)}
}

func (h *house) get(path string, header ...string) response {
	h.t.Helper()
	return h.do(http.MethodGet, path, "", header...)
}

func (h *house) put(path, body string) response {
	h.t.Helper()
	return h.do(http.MethodPut, path, body)
}

func (h *house) post(path, body string, header ...string) response {
	h.t.Helper()
	return h.do(http.MethodPost, path, body, header...)
}

// must posts what is to be recorded.
func (h *house) must(path, body string) {
	h.t.Helper()
	if r := h.post(path, body); r.status != http.StatusCreated {
		h.t.Fatalf("POST %s %s answers %d %s, want 201", path, body, r.status, r.body)
	}
}

// current waits until the views know all that the log holds.
func (h *house) current() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := h.views.Wait(ctx, h.log.Last()); err != nil {
		h.t.Fatal(err)
	}
}

func itemPath(spelt string) string { return "/v1/items/" + url.PathEscape(spelt) }

// hop returns the JSON of a hop.
func hop(id, at, step, site string, more string, items ...string) string {
	var b bytes.Buffer
	b.WriteString(`{"id":"` + id + `","time":"` + at + `","step":"` + step + `","site":"` + site + `"`)
	if more != "" {
		b.WriteString("," + more)
	}
	b.WriteString(`,"items":[`)
	for i, it := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		q, _ := json.Marshal(it)
		b.Write(q)
	}
	b.WriteString("]}")
	return b.String()
}

// diverted posts a unit's way from the factory to Bangkok and, out of its
// territory, to Köln.
func (h *house) diverted(serial string) {
	h.t.Helper()
	h.must("/v1/hops", hop("c-"+serial, "2026-03-01T08:00:00+08:00", "commissioning", factory, "", unit(serial)))
	h.must("/v1/asns", `{"id":"A-`+serial+`","from":"`+factory+`","to":"`+bangkok+`","items":["`+unit(serial)+`"],"date":"2026-03-02"}`)
	h.must("/v1/hops", hop("s-"+serial, "2026-03-02T08:00:00+08:00", "shipping", factory, `"to":"`+bangkok+`","asn":"A-`+serial+`"`, unit(serial)))
	h.must("/v1/hops", hop("r-"+serial, "2026-03-05T08:00:00+07:00", "receiving", bangkok, "", unit(serial)))
	h.must("/v1/hops", hop("x-"+serial, "2026-03-06T08:00:00+07:00", "shipping", bangkok, `"to":"`+koeln+`"`, unit(serial)))
}

// size is the number of events in the log.
func (h *house) size() ledger.Position { return h.log.Last() }

package benchmarks_test

import (
	"fmt"
	"strconv"
	"time"

	"waymark/internal/gs1"
)

// The trade of the benchmarks: one maker, two distributors, one product.
const (
	factory  = "9521234000013" // CN-GD, the maker's
	hub      = "9521234000037" // NL, the maker's
	berlin   = "9522001000014" // DE, of P01, who may sell in DE, AT and CH
	munich   = "9522001000021" // DE, of P01
	bangkok  = "9522009000016" // TH, of P09, who may sell in TH
	unitGTIN = "09521234100010"
	cartGTIN = "19521234100017"
)

// masterData are the calls that make the trade known, in order.
var masterData = []struct{ path, body string }{
	{"/v1/partners/LUMORA", `{"name":"Lumora","country":"CN","currency":"CNY","timezone":"Asia/Shanghai"}`},
	{"/v1/partners/P01", `{"name":"Licht","tier":{"scale":"strategic","capability":"technical"},"country":"DE","currency":"EUR","timezone":"Europe/Berlin"}`},
	{"/v1/partners/P09", `{"name":"Saeng","tier":{"scale":"ordinary","capability":"sales"},"country":"TH","currency":"USD","timezone":"Asia/Bangkok"}`},
	{"/v1/sites/" + factory, `{"name":"Shenzhen","partner":"LUMORA","role":"factory","country":"CN","subdivision":"CN-GD","timezone":"Asia/Shanghai"}`},
	{"/v1/sites/" + hub, `{"name":"Rotterdam","partner":"LUMORA","role":"hub","country":"NL","timezone":"Europe/Amsterdam"}`},
	{"/v1/sites/" + berlin, `{"name":"Berlin","partner":"P01","role":"dc","country":"DE","timezone":"Europe/Berlin"}`},
	{"/v1/sites/" + munich, `{"name":"Munich","partner":"P01","role":"store","country":"DE","timezone":"Europe/Berlin"}`},
	{"/v1/sites/" + bangkok, `{"name":"Bangkok","partner":"P09","role":"dc","country":"TH","timezone":"Asia/Bangkok"}`},
	{"/v1/products/" + unitGTIN, `{"name":"Indoor panel","line":"indoor","unit_value":{"amount":"500.00","currency":"USD"},"carton_gtin":"` + cartGTIN + `","units_per_carton":10}`},
	{"/v1/grants/G01", `{"partner":"P01","products":["indoor"],"regions":["DE","AT","CH"],"exclusive":true,"from":"2025-01-01"}`},
	{"/v1/grants/G09", `{"partner":"P09","products":["indoor"],"regions":["TH"],"exclusive":true,"from":"2025-01-01"}`},
}

// tell makes the master data known to the server.
func tell(addr string) error {
	c, err := dial(addr)
	if err != nil {
		return err
	}
	defer c.close()
	for _, m := range masterData {
		status, answer, err := c.do("PUT", m.path, "application/json", []byte(m.body))
		if err != nil {
			return err
		}
		if status/100 != 2 {
			return fmt.Errorf("put %s: status %d: %.300s", m.path, status, answer)
		}
	}
	return nil
}

// opening is the time of the first hop.
var opening = time.Date(2025, 3, 3, 6, 0, 0, 0, time.UTC)

// unit returns the unit with a number, in the spelling that scanners send.
func unit(n int) string { return fmt.Sprintf("https://id.gs1.org/01/%s/21/U%08d", unitGTIN, n) }

// carton returns the carton with a number.
func carton(n int) string { return fmt.Sprintf("https://id.gs1.org/01/%s/21/C%07d", cartGTIN, n) }

// pallet returns the pallet with a number.
func pallet(n int) string {
	body := uint64(9521234)*1e9 + uint64(n)
	return fmt.Sprintf("https://id.gs1.org/00/%018d", body*10+uint64(gs1.CheckDigit(body)))
}

// A hop is what a scanner posts.
type hop struct {
	n      int // names the hop and its minute
	step   string
	items  []string
	parent string
	site   string
	to     string
}

// append appends the hop as JSON.
func (h hop) append(b []byte) []byte {
	b = fmt.Appendf(b, `{"id":"7e57ab1e-0000-4000-8000-%012x","time":"`, h.n)
	b = opening.Add(time.Duration(h.n)*10*time.Millisecond).AppendFormat(b, time.RFC3339Nano)
	b = append(append(append(b, `","step":"`...), h.step...), `","items":[`...)
	for i, it := range h.items {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, it)
	}
	b = append(append(append(b, `],"site":"`...), h.site...), '"')
	if h.to != "" {
		b = append(append(append(b, `,"to":"`...), h.to...), '"')
	}
	if h.parent != "" {
		b = append(append(append(b, `,"parent":"`...), h.parent...), '"')
	}
	return append(b, '}')
}

// units returns count neighbouring units from one on.
func units(from, count int) []string {
	out := make([]string, count)
	for i := range out {
		out[i] = unit(from + i)
	}
	return out
}

// scattered returns count units that lie far apart among all numbered below
// 100 million, never the same twice for n below 10^8 / count.
func scattered(n, count int) []string {
	const primes = 61_803_399 // coprime to 10^8
	out := make([]string, count)
	for i := range out {
		out[i] = unit(int(uint64(n*count+i) * primes % 100_000_000))
	}
	return out
}

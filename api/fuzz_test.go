package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzPostHop posts anything: it is recorded, or refused with a problem, and
// never both.
func FuzzPostHop(f *testing.F) {
	f.Add(good)
	f.Add(without("commissioning", "packing"))
	f.Add(without(unit("G1"), "]d201"+gtin+"21G1"))
	f.Add(without(unit("G1"), "(00)095212340000000013"))
	f.Add("{\"id\":\"\\ud800\"}")
	f.Add(strings.Repeat("[", 40))
	h := furnished(f)
	f.Fuzz(func(t *testing.T, body string) {
		h.t = t
		before := h.size()
		r := h.post("/v1/hops", body, "Content-Type", "application/json")
		added := h.size() - before
		switch {
		case r.status == http.StatusCreated && added == 1, r.status == http.StatusOK && added == 0:
		case r.status >= 400 && r.status < 500 && added == 0:
		default:
			t.Errorf("%q answers %d %s and adds %d events", body, r.status, r.body, added)
		}
	})
}

// FuzzItem asks for anything: it is not found, or is no item.
func FuzzItem(f *testing.F) {
	f.Add("(01)" + gtin + "(21)A1")
	f.Add("https://id.gs1.org/01/" + gtin + "/21/A%2F1")
	f.Add("\x00/..\xff")
	h := open(f)
	f.Fuzz(func(t *testing.T, spelt string) {
		h.t = t
		for _, path := range []string{itemPath(spelt), itemPath(spelt) + "/provenance"} {
			if r := h.get(path); r.status != http.StatusNotFound && r.status != http.StatusBadRequest && r.status != http.StatusRequestHeaderFieldsTooLarge {
				t.Errorf("%s answers %d %s, want 404 or 400", path, r.status, r.body)
			}
		}
	})
}

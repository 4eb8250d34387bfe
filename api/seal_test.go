package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/api"
	"waymark/internal/custody"
	"waymark/internal/evidence"
	"waymark/internal/gs1"
	"waymark/ledger/seal"
)

// A sealedHouse is a furnished house whose ledger is sealed when a test says so.
type sealedHouse struct {
	*house
	sealer *seal.Sealer
	policy seal.Policy
}

func sealed(t testing.TB, change ...func(*api.Config)) *sealedHouse {
	t.Helper()
	sk, vk, err := note.GenerateKey(bytes.NewReader(make([]byte, 64)), "ledger.example/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err1 := note.NewSigner(sk)
	verifier, err2 := note.NewVerifier(vk)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	h := &sealedHouse{policy: seal.Policy{Log: verifier}}
	h.house = furnished(t, append(change, func(c *api.Config) {
		store := seal.Dir(t.TempDir())
		h.sealer, err = seal.Open(context.Background(), seal.Config{
			Log: c.Log, Store: store, Lock: seal.LockDir(t.TempDir()), Signer: signer, Verifier: verifier, Key: make([]byte, 32),
			Facts: evidence.Facts, Schema: custody.SealedSchema, Depth: 8, Batch: 1 << 20,
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Seal = &api.Seal{Sealer: h.sealer, Store: store}
	})...)
	return h
}

func (h *sealedHouse) sealNow() {
	h.t.Helper()
	if err := h.sealer.CatchUp(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// packed posts a unit that goes into a carton, the carton onto a pallet, and the
// pallet to Bangkok, where it is emptied.
func (h *sealedHouse) packed(serial string) (box, pallet string) {
	h.t.Helper()
	box, pallet = "(01)"+carton+"(21)C"+serial, "(00)095212340123456780"
	h.must("/v1/hops", hop("m-"+serial, "2026-03-01T08:00:00Z", "commissioning", factory, "", unit(serial)))
	h.must("/v1/hops", hop("p-"+serial, "2026-03-01T09:00:00Z", "packing", factory, `"parent":"`+box+`"`, unit(serial)))
	h.must("/v1/hops", hop("q-"+serial, "2026-03-01T10:00:00Z", "packing", factory, `"parent":"`+pallet+`"`, box))
	h.must("/v1/hops", hop("s-"+serial, "2026-03-02T08:00:00Z", "shipping", factory, `"to":"`+bangkok+`"`, pallet))
	h.must("/v1/hops", hop("r-"+serial, "2026-03-05T08:00:00Z", "receiving", bangkok, "", pallet))
	return box, pallet
}

func TestProof(t *testing.T) {
	h := sealed(t)
	box, pallet := h.packed("P1")
	path := itemPath(unit("P1")) + "/provenance?proof=1"
	if r := h.get(path); r.status != 503 || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "Not sealed yet") {
		t.Errorf("a proof before anything is sealed answers %d %s", r.status, r.body)
	}
	h.sealNow()
	h.must("/v1/hops", hop("late", "2026-03-05T09:00:00Z", "unpacking", bangkok, `"parent":"`+box+`"`, unit("P1")))
	if r := h.get(path + fmt.Sprintf("&at_least=%d", h.log.Last())); r.status != 503 || !strings.Contains(r.body, "sealed is what was recorded up to position") {
		t.Errorf("a proof of what is not sealed yet answers %d %s", r.status, r.body)
	}
	h.sealNow()
	for item, want := range map[string]struct {
		streams, steps int
		standing       string
	}{
		unit("P1"): {3, 6, "it was at 9521234000013 since 2026-03-05 08:00:00 UTC"},
		box:        {2, 5, "in " + pallet},
		pallet:     {1, 3, "it was at 9521234000013"},
		unit("P9"): {1, 0, "nothing was ever recorded of it"},
	} {
		r := h.get(itemPath(item) + "/provenance?proof=1")
		if r.status != 200 {
			t.Fatalf("the proof of %s answers %d %s", item, r.status, r.body)
		}
		b, err := seal.ParseBundle([]byte(r.body))
		if err != nil {
			t.Fatal(err)
		}
		st, err := seal.Verify(b, h.policy)
		if err != nil {
			t.Fatalf("%s: %v", item, err)
		}
		it, _ := gs1.ParseItem(item)
		w, err := evidence.Fold(st, it)
		if err != nil || !w.Complete() || len(w.Unused) > 0 || len(st.Streams) != want.streams || len(w.Steps) != want.steps || !strings.Contains(w.Standing(), want.standing) {
			t.Errorf("%s: %d streams, %v\n%v, want %+v", item, len(st.Streams), err, w, want)
		}
	}
	if r := h.get(itemPath(unit("P1")) + "/provenance?proof=2"); r.status != 400 {
		t.Errorf("proof=2 answers %d", r.status)
	}
}

// TestLogFiles reads the log as any C2SP client would, and what else there is as
// an auditor.
func TestLogFiles(t *testing.T) {
	h := sealed(t, withKeys(t), func(c *api.Config) { c.Dev = true })
	if r := h.get("/log/checkpoint"); r.status != 503 {
		t.Errorf("the checkpoint before the first answers %d %s", r.status, r.body)
	}
	var lines strings.Builder
	for i := range 300 {
		lines.WriteString(hop(fmt.Sprintf("m%d", i), "2026-03-01T08:00:00Z", "commissioning", factory, "", unit(fmt.Sprintf("T%d", i))) + "\n")
	}
	if r := h.post("/v1/hops", lines.String(), "Content-Type", "application/x-ndjson"); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	h.sealNow()
	r := h.get("/log/checkpoint", "Authorization", "none") // nobody in particular
	c, _, err := h.policy.Open([]byte(r.body))
	if err != nil || r.header.Get("Content-Type") != "text/plain; charset=utf-8" || r.header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("the checkpoint answers %d %v %s: %v", r.status, r.header, r.body, err)
	}
	if c.Size != h.sealer.Size() || c.Size < 300 {
		t.Errorf("the checkpoint has %d entries, the sealer %d", c.Size, h.sealer.Size())
	}
	entries := h.entries(c.Size)
	reader := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tiles{h.house})
	for i, e := range entries {
		p, err := tlog.ProveRecord(c.Size, int64(i), reader)
		if err != nil || tlog.CheckRecord(p, c.Size, c.Root, int64(i), tlog.RecordHash(e)) != nil {
			t.Fatalf("entry %d is not where the tiles have it: %v", i, err)
		}
	}
	w := c.Size % 256
	for path, status := range map[string]int{
		"/log/tile/0/000": 200, "/log/tile/1/000.p/1": 200, fmt.Sprintf("/log/tile/0/001.p/%d", w): 200,
		fmt.Sprintf("/log/tile/0/001.p/%d", w+1): 404, "/log/tile/0/001": 404, "/log/tile/1/000": 404, "/log/tile/2/000.p/1": 404,
		"/log/tile/0/0": 404, "/log/tile/00/000": 404, "/log/tile/0/x000/000": 404, "/log/tile/0/000.p/0": 404, "/log/tile/0/000.p/256": 404,
		"/log/tile/64/000": 404, "/log/tile/0/../checkpoint": 404, "/log/tile/0/%2e%2e/checkpoint": 404, "/log/tile/data/000": 404, "/log/tile/": 404,
		"/log/tile/0/x999/x999/x999/x999/x999/999": 404,
		"/log/tile/entries/000":                    200, fmt.Sprintf("/log/copy/001.p/%d", w): 200, "/log/salts/000": 200, "/log/copy/002": 404, "/log/salts/1": 404,
	} {
		r := h.get(path)
		if r.status != status {
			t.Errorf("%s answers %d %.100s, want %d", path, r.status, r.body, status)
		}
		open := strings.HasPrefix(path, "/log/tile/") && !strings.Contains(path, "entries")
		if want := map[bool]string{true: "public", false: "private"}[open] + ", max-age=31536000, immutable"; status == 200 && r.header.Get("Cache-Control") != want {
			t.Errorf("%s may be cached %q, want %q", path, r.header.Get("Cache-Control"), want)
		}
		if status == 200 && open && path == "/log/tile/0/000" && len(r.body) != 8192 {
			t.Errorf("%s has %d bytes", path, len(r.body))
		}
		if r := h.get(path, "Authorization", "Bearer p"); status == 200 && (r.status == 200) != open {
			t.Errorf("%s answers a partner %d", path, r.status)
		}
	}
}

func (h *sealedHouse) entries(size int64) [][]byte {
	h.t.Helper()
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		path := fmt.Sprintf("/log/tile/entries/%03d", n)
		if w := size - n*256; w < 256 {
			path += fmt.Sprintf(".p/%d", w)
		}
		e, err := seal.ParseEntries([]byte(h.get(path).body))
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, e...)
	}
	return all
}

// tiles reads tiles over HTTP.
type tiles struct{ *house }

func (tiles) Height() int { return 8 }

func (h tiles) ReadTiles(ts []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(ts))
	for i, t := range ts {
		r := h.get("/log/tile/" + strings.TrimPrefix(t.Path(), "tile/8/"))
		if r.status != http.StatusOK {
			return nil, fmt.Errorf("%s: %d", t.Path(), r.status)
		}
		out[i] = []byte(r.body)
	}
	return out, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func TestReceipts(t *testing.T) {
	h := sealed(t, withKeys(t), func(c *api.Config) { c.Dev = true })
	mine := []string{"Authorization", "Bearer p"}
	r := h.post("/v1/hops", hop("own 1/2", "2026-03-06T09:00:00Z", "storing", bangkok, "", unit("R1")))
	if r.status != 422 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var got struct {
		Receipt  string `json:"receipt"`
		Position uint64 `json:"position"`
	}
	r = h.post("/v1/hops", hop("own-1/2", "2026-03-06T09:00:00Z", "storing", bangkok, "", unit("R1")), mine...)
	if r.decode(t, &got); got.Receipt != "/v1/captures/own-1%2F2/receipt" {
		t.Fatalf("recording answers %d %s", r.status, r.body)
	}
	if r := h.get(got.Receipt, mine...); r.status != 503 || r.header.Get("Retry-After") != "1" || !strings.Contains(r.body, fmt.Sprintf("recorded at position %d", got.Position)) {
		t.Errorf("a receipt before it is sealed answers %d %s", r.status, r.body)
	}
	h.must("/v1/hops", hop("theirs", "2026-03-06T09:00:00Z", "storing", koeln, "", unit("R1")))
	h.sealNow()
	r = h.get(got.Receipt, mine...)
	rc, err := seal.ParseReceipt([]byte(r.body))
	if r.status != 200 || err != nil {
		t.Fatalf("a receipt answers %d %s: %v", r.status, r.body, err)
	}
	if l, err := seal.VerifyReceipt(rc, h.policy); err != nil || uint64(l.Position) != got.Position {
		t.Errorf("the receipt proves %+v: %v", l, err)
	}
	for _, tt := range []struct {
		path, key string
		status    int
	}{
		{got.Receipt, "Bearer r", 200}, {got.Receipt, "Bearer c", 404}, {got.Receipt, "Bearer a", 403},
		{"/v1/captures/theirs/receipt", "Bearer p", 404}, {"/v1/captures/theirs/receipt", "Bearer r", 200}, {"/v1/captures/never/receipt", "Bearer r", 404},
	} {
		if r := h.get(tt.path, "Authorization", tt.key); r.status != tt.status {
			t.Errorf("%s with %s answers %d %s, want %d", tt.path, tt.key, r.status, r.body, tt.status)
		}
	}
	if r := h.get(itemPath(unit("R1"))+"/provenance?proof=1", mine...); r.status != 403 {
		t.Errorf("a proof answers a partner %d, want 403", r.status)
	}
	plain := furnished(t)
	for _, path := range []string{"/log/checkpoint", "/log/tile/0/000", "/v1/captures/x/receipt", itemPath(unit("R1")) + "/provenance?proof=1"} {
		if r := plain.get(path); r.status != 501 {
			t.Errorf("%s of a ledger that is not sealed answers %d, want 501", path, r.status)
		}
	}
}

package witness_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal"
	"waymark/ledger/seal/witness"
)

const origin = "ledger.example/log"

// A log is a tree of n records, signed by a key that follows from its name.
type log struct {
	signer note.Signer
	vkey   string
	hashes []tlog.Hash
	salt   string
}

func newLog(t testing.TB, name, salt string) *log {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte(name+"."), 64)), name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return &log{signer: signer, vkey: vkey, salt: salt}
}

func (l *log) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, x := range at {
		out[i] = l.hashes[x]
	}
	return out, nil
}

// sign returns the checkpoint of the first n records.
func (l *log) sign(t testing.TB, n int64) []byte {
	t.Helper()
	for i := int64(0); i < n; i++ {
		if int64(len(l.hashes)) > tlog.StoredHashIndex(0, i) {
			continue
		}
		hs, err := tlog.StoredHashes(i, fmt.Appendf(nil, "%s%d", l.salt, i), l)
		if err != nil {
			t.Fatal(err)
		}
		l.hashes = append(l.hashes, hs...)
	}
	root, err := tlog.TreeHash(n, l)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: seal.Checkpoint{Origin: l.signer.Name(), Size: n, Root: root}.Text()}, l.signer)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (l *log) prove(size int64) func(int64) ([]tlog.Hash, error) {
	return func(old int64) ([]tlog.Hash, error) { return tlog.ProveTree(size, old, l) }
}

func (l *log) request(t testing.TB, old, size int64) witness.Request {
	t.Helper()
	r := witness.Request{Old: old, Checkpoint: l.sign(t, size)}
	if old > 0 && old < size {
		var err error
		if r.Proof, err = l.prove(size)(old); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// cosigner returns a witness that signs at second 1,800,000,000.
func cosigner(name string) *seal.Cosigner {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(len(name)), name[len(name)-1]}, 16))
	return seal.NewCosigner(name, key, func() time.Time { return time.Unix(1_800_000_000, 0) })
}

func policy(t testing.TB, lines ...string) witness.Policy {
	t.Helper()
	p, err := witness.ParsePolicy([]byte(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// post sends a body to a witness.
func post(t testing.TB, url string, body []byte) (status int, kind, answer string) {
	t.Helper()
	res, err := http.Post(url+"/add-checkpoint", "text/plain", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), string(b)
}

// TestProtocol goes through the answers of C2SP tlog-witness, in the order in
// which a log would meet them, with restarts in between.
func TestProtocol(t *testing.T) {
	l, fork, other := newLog(t, origin, ""), newLog(t, origin, "fork"), newLog(t, "other.example/log", "")
	stranger := newLog(t, origin, "")
	skey, _, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte("stranger"), 64)), origin)
	if err != nil {
		t.Fatal(err)
	}
	if stranger.signer, err = note.NewSigner(skey); err != nil {
		t.Fatal(err)
	}
	p := policy(t, "log "+l.vkey, "quorum none")
	w1, state := cosigner("w1.example"), t.TempDir()
	v, err := seal.NewWitness(w1.Key())
	if err != nil {
		t.Fatal(err)
	}
	broken := l.request(t, 5, 9)
	broken.Proof[0][0] ^= 1
	extra := l.request(t, 0, 5)
	extra.Proof = l.request(t, 5, 9).Proof
	tooMany := l.request(t, 0, 5)
	tooMany.Proof = make([]tlog.Hash, 64)
	for _, tt := range []struct {
		name   string
		body   []byte
		status int
		answer string // of a conflict
	}{
		{"nothing", nil, 400, ""},
		{"no old", []byte("5\n\nx"), 400, ""},
		{"leading zero", bytes.Replace(l.request(t, 0, 5).Encode(), []byte("old 0"), []byte("old 00"), 1), 400, ""},
		{"negative", bytes.Replace(l.request(t, 0, 5).Encode(), []byte("old 0"), []byte("old -1"), 1), 400, ""},
		{"64 hashes", tooMany.Encode(), 400, ""},
		{"unknown log", other.request(t, 0, 5).Encode(), 404, ""},
		{"another's key", stranger.request(t, 0, 5).Encode(), 403, ""},
		{"proof from nothing", extra.Encode(), 422, ""},
		{"old greater than new", witness.Request{Old: 6, Checkpoint: l.sign(t, 5)}.Encode(), 400, ""},
		{"nothing was cosigned yet", l.request(t, 3, 5).Encode(), 409, "0\n"},
		{"first", l.request(t, 0, 5).Encode(), 200, ""},
		{"again", l.request(t, 5, 5).Encode(), 200, ""},
		{"first again", l.request(t, 0, 5).Encode(), 409, "5\n"},
		{"same size, another tree", fork.request(t, 5, 5).Encode(), 409, "5\n"},
		{"broken proof", broken.Encode(), 422, ""},
		{"fork", fork.request(t, 5, 9).Encode(), 422, ""},
		{"grown", l.request(t, 5, 9).Encode(), 200, ""},
		{"back", l.request(t, 5, 5).Encode(), 409, "9\n"},
		{"back below", l.request(t, 3, 4).Encode(), 409, "9\n"},
		{"far", l.request(t, 9, 1000).Encode(), 200, ""},
	} {
		server := httptest.NewServer(&witness.Server{Logs: p.Logs, State: state, Signer: w1}) // each time a new process
		status, kind, answer := post(t, server.URL, tt.body)
		server.Close()
		if status != tt.status || tt.answer != "" && (answer != tt.answer || kind != "text/x.tlog.size") {
			t.Errorf("%s: answer %d (%s) %q, want %d %q", tt.name, status, kind, answer, tt.status, tt.answer)
		}
		if status != 200 {
			continue
		}
		_, signed, _ := strings.Cut(string(tt.body), "\n\n")
		text, _, _ := strings.Cut(signed, "\n\n")
		if n, err := note.Open([]byte(text+"\n\n"+answer), note.VerifierList(v)); err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
			t.Errorf("%s: %q is not the witness's signature alone: %v", tt.name, answer, err)
		}
	}
}

func TestOtherRequests(t *testing.T) {
	server := httptest.NewServer(&witness.Server{State: t.TempDir(), Signer: cosigner("w")})
	defer server.Close()
	for path, want := range map[string]int{"/add-checkpoint": 405, "/": 404} {
		res, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("GET %s answers %d, want %d", path, res.StatusCode, want)
		}
	}
	if status, _, _ := post(t, server.URL, make([]byte, 1<<20)); status != 413 {
		t.Errorf("a body of 1 MiB answers %d, want 413", status)
	}
}

// TestRace lets two forks of a log race for one witness with two processes:
// only one of them is ever cosigned.
func TestRace(t *testing.T) {
	forks := []*log{newLog(t, origin, "a"), newLog(t, origin, "b")}
	state := t.TempDir()
	p := policy(t, "log "+forks[0].vkey, "quorum none")
	var mu sync.Mutex
	cosigned := map[string]int{}
	var wait sync.WaitGroup
	for _, l := range forks {
		server := &witness.Server{Logs: p.Logs, State: state, Signer: cosigner("w")}
		rs := make([]witness.Request, 20)
		for i := range rs {
			rs[i] = l.request(t, int64(i), int64(i+1))
		}
		wait.Go(func() {
			for _, r := range rs {
				if _, err := server.Add(r); err == nil {
					mu.Lock()
					cosigned[l.salt]++
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	if len(cosigned) != 1 || cosigned["a"]+cosigned["b"] != 20 {
		t.Errorf("cosigned %v, want 20 of one fork", cosigned)
	}
}

// TestClient collects from three witnesses, of which one is silent, and one
// knows more than the client.
func TestClient(t *testing.T) {
	l, fork := newLog(t, origin, ""), newLog(t, origin, "fork")
	lines := []string{"log " + l.vkey}
	var servers []*witness.Server
	for i := range 3 {
		c := cosigner(fmt.Sprintf("w%d", i))
		s := &witness.Server{Logs: policy(t, lines[0], "quorum none").Logs, State: t.TempDir(), Signer: c}
		h := httptest.NewServer(s)
		if i == 2 {
			h.Close()
		} else {
			defer h.Close()
		}
		servers = append(servers, s)
		lines = append(lines, fmt.Sprintf("witness w%d %s %s", i, c.Key(), h.URL))
	}
	two := policy(t, append(lines, "group g 2 w0 w1 w2", "quorum g")...)
	three := policy(t, append(lines, "group g all w0 w1 w2", "quorum g")...)
	if _, err := servers[1].Add(l.request(t, 0, 4)); err != nil {
		t.Fatal(err)
	}
	client := &witness.Client{Policy: two}
	for _, size := range []int64{7, 7, 12} {
		signed, err := client.Cosign(context.Background(), l.sign(t, size), size, l.prove(size))
		if err == nil || !strings.Contains(err.Error(), "witness w2: ") {
			t.Errorf("size %d: %v, want that w2 is silent", size, err)
		}
		o, err := two.Open(signed)
		if err != nil || o.String() != "cosigned by w0 and w1" || o.Size != size || o.Cosignatures[0].Time.Unix() != 1_800_000_000 {
			t.Errorf("size %d: %v %+v", size, err, o)
		}
		if _, err := three.Open(signed); !errors.Is(err, witness.ErrQuorum) || !strings.Contains(err.Error(), "3 of (w0, w1, w2)") {
			t.Errorf("three witnesses are asked for: %v", err)
		}
	}
	for size, want := range map[int64]string{12: "has forked", 15: "422", 5: "went back"} {
		_, err := (&witness.Client{Policy: two}).Cosign(context.Background(), fork.sign(t, size), size, fork.prove(size))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a fork of size %d: %v, want %q", size, err, want)
		}
	}
}

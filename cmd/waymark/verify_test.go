package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"waymark/api"
	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/ledger/seal"
	"waymark/ledger/seal/witness"
)

// A sealedServer serves a sealed scenario of preset S, with two witnesses.
type sealedServer struct {
	url, data, policy string
	dir               string // of what the test writes
	unit, other       gs1.Item
	hop               string // id of a hop of the unit
	stop              func()
}

// process runs waymark as a process.
func process(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	b, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(b)
}

// file writes a file of the test.
func (s *sealedServer) file(t *testing.T, name string, data []byte) string {
	t.Helper()
	name = filepath.Join(s.dir, name)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func serveSealed(t *testing.T) *sealedServer {
	t.Helper()
	s := &sealedServer{dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data")}
	secret, err := dataDir(s.data).secret("ledger.example/log")
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"log " + secret.public}
	logs, err := witness.ParsePolicy([]byte(lines[0] + "\nquorum none"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"auditor", "partner"} {
		dir := t.TempDir()
		signer, err := witnessKey(filepath.Join(dir, "witness.key"), name+".example")
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewServer(&witness.Server{Logs: logs.Logs, State: dir, Signer: signer})
		t.Cleanup(w.Close)
		lines = append(lines, fmt.Sprintf("witness %s %s %s", name, signer.Key(), w.URL))
	}
	s.policy = s.file(t, "policy", []byte(strings.Join(append(lines, "group both all auditor partner", "quorum both"), "\n")))
	s.serve(t)
	s.record(t)
	return s
}

func (s *sealedServer) serve(t *testing.T) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	h, err := dataDir(s.data).openSealed(t.Context(), logger, false, sealing{SealPolicy: s.policy})
	if err != nil {
		t.Fatal(err)
	}
	l, err := listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.serve(l, api.Config{Dev: true, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + l.Addr().String()
	stopped := false
	s.stop = func() {
		if !stopped {
			stopped = true
			if err := r.stop(); err != nil {
				t.Error(err)
			}
			if err := h.close(); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(func() { s.stop() })
}

// record records a trade and chooses a unit that goes by carton and pallet, and
// one in another carton; then it serves anew, which seals all.
func (s *sealedServer) record(t *testing.T) {
	t.Helper()
	w := scenario{Preset: "S", Seed: 1}.generate()
	if err := (&poster{base: s.url}).world(t.Context(), w, io.Discard); err != nil {
		t.Fatal(err)
	}
	in := map[gs1.Item]gs1.Item{} // of an item, what it was packed into
	hop := map[gs1.Item]string{}
	for m := range w.Messages() {
		if m.Hop != nil && m.Hop.Step == custody.Packing {
			for _, it := range m.Hop.Items {
				in[it], hop[it] = m.Hop.Parent, m.Hop.ID
			}
		}
	}
	var units []gs1.Item
	for it, box := range in {
		if in[box] != "" && in[in[box]] == "" {
			units = append(units, it)
		}
	}
	slices.Sort(units)
	s.unit, s.hop = units[0], hop[units[0]]
	for _, u := range units {
		if in[in[u]] != in[in[s.unit]] {
			s.other = u
		}
	}
	s.stop()
	s.serve(t)
}

// proof fetches the proof of an item to a file and returns what it holds.
func (s *sealedServer) proof(t *testing.T, it gs1.Item) (string, seal.Bundle) {
	t.Helper()
	name := filepath.Join(s.dir, "proof")
	must(t, exitFine, nil, "trace", "--url", s.url, "--proof", name, it.String())
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := seal.ParseBundle(data)
	if err != nil {
		t.Fatal(err)
	}
	return name, b
}

func (s *sealedServer) encode(t *testing.T, b seal.Bundle) string {
	t.Helper()
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return s.file(t, "tampered", data)
}

// TestVerify takes proofs from a server and checks them as a process that has
// nothing but files.
func TestVerify(t *testing.T) {
	s := serveSealed(t)
	name, good := s.proof(t, s.unit)
	code, out := process(t, "verify", name, "--policy", s.policy, "--item", s.unit.ElementString())
	for _, want := range []string{"commissioning", "packing into (01)", "shipping in (00)", "receiving in (00)", "it was ", "complete up to entry ", "of ledger.example/log at ", "cosigned by auditor and partner"} {
		if code != exitFine || !strings.Contains(out, want) {
			t.Fatalf("verify: exit code %d, want %q in\n%s", code, want, out)
		}
	}
	alone := s.file(t, "alone", []byte(strings.Split(string(mustRead(t, s.policy)), "\n")[0]+"\nquorum none\n"))
	if out := must(t, exitFine, nil, "verify", name, "--policy", alone); !strings.Contains(out, "unwitnessed: the log's word alone") {
		t.Errorf("verify with no witness known:\n%s", out)
	}
	never := gs1.Item(s.unit) + "9"
	if it, err := gs1.ParseItem(s.unit.ElementString() + "-never"); err == nil {
		never = it
	}
	absent, _ := s.proof(t, never)
	if out := must(t, exitFine, nil, "verify", absent, "--policy", s.policy); !strings.Contains(out, "nothing was ever recorded of it") {
		t.Errorf("the proof of absence says\n%s", out)
	}
	_, other := s.proof(t, s.other)
	s.attacks(t, good, other)

	s.receipts(t)
	s.audits(t)
	for _, args := range [][]string{
		{"verify", name}, {"verify", name, "--policy", name}, {"verify", filepath.Join(s.dir, "none"), "--policy", s.policy},
		{"trace", "--proof", name, s.unit.String()}, {"verify", name, "--policy", s.policy, "--item", "x"},
	} {
		if code, stdout, stderr := call(t, nil, args...); code != exitUsage {
			t.Errorf("waymark %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, exitUsage, stdout, stderr)
		}
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// attacks tampers with a proof in every way that its structure allows. Each is
// refused with words of its own.
func (s *sealedServer) attacks(t *testing.T, good, other seal.Bundle) {
	data, err := good.Encode()
	if err != nil {
		t.Fatal(err)
	}
	pallet := len(good.Streams) - 1
	said := map[string]string{}
	for _, tt := range []struct {
		name   string
		tamper func(b *seal.Bundle)
		code   int
		want   string
		args   []string
	}{
		{"another unit's events", func(b *seal.Bundle) { b.Streams[0].Facts = other.Streams[0].Facts }, 1, "", nil},
		{"another unit's proof", func(b *seal.Bundle) { *b = other }, 1, "it is of ", []string{"--item", s.unit.String()}},
		{"another unit's stream in its name", func(b *seal.Bundle) { b.Streams[0] = other.Streams[0]; b.Streams[0].Stream = good.Streams[0].Stream }, 1, "", nil},
		{"the pallet's stream left out", func(b *seal.Bundle) { b.Streams = b.Streams[:pallet]; s.prune(b) }, 1, "is not shown", nil},
		{"a pallet's event left out", func(b *seal.Bundle) { b.Streams[pallet].Facts = b.Streams[pallet].Facts[1:]; s.prune(b) }, 1, "", nil},
		{"the pallet's last event left out", func(b *seal.Bundle) {
			h := &b.Streams[pallet]
			h.Facts = h.Facts[:len(h.Facts)-1]
			s.prune(b)
		}, 1, "", nil},
		{"the pallet shown in part", func(b *seal.Bundle) { s.hide(t, b, pallet) }, 1, "", nil},
		{"an older epoch", func(b *seal.Bundle) { b.Epoch[8]--; b.Epoch = slices.Clone(b.Epoch) }, 1, "stale", nil},
		{"another head map", func(b *seal.Bundle) { b.Epoch[20] ^= 1 }, 1, "the head map is not the one in the log", nil},
		{"another size", func(b *seal.Bundle) { b.Checkpoint = strings.Replace(b.Checkpoint, "\n", "\n1", 1) }, 1, "forged", nil},
		{"another log's key", func(b *seal.Bundle) { b.Checkpoint = s.resign(t, b.Checkpoint) }, 1, "is not signed by ledger.example/log", nil},
		{"another log", func(b *seal.Bundle) { b.Checkpoint = "x" + b.Checkpoint }, 1, "not of a log that the policy names", nil},
		{"a forged witness", func(b *seal.Bundle) { b.Checkpoint = flipSignature(b.Checkpoint, "— auditor.example ") }, 1, "that of witness auditor", nil},
		{"a witness left out", func(b *seal.Bundle) { b.Checkpoint = dropLine(b.Checkpoint, "— auditor.example ") }, 1, "the quorum is 2 of (auditor, partner); cosigned by partner", nil},
		{"the log's signature left out", func(b *seal.Bundle) { b.Checkpoint = dropLine(b.Checkpoint, "— ledger.example/log ") }, 1, "", nil},
		{"a leaf changed", func(b *seal.Bundle) { b.Entries[0].Leaf[60] ^= 1 }, 1, "is not the one in the log", nil},
		{"an entry withheld", func(b *seal.Bundle) { b.Entries = b.Entries[1:] }, 1, "is withheld", nil},
		{"an entry twice", func(b *seal.Bundle) { b.Entries = append(b.Entries[:1:1], b.Entries...) }, 1, "is shown after", nil},
		{"a fact changed", func(b *seal.Bundle) { b.Streams[0].Facts[0].Content[20] ^= 1 }, 1, "does not say that of this stream", nil},
		{"facts out of order", func(b *seal.Bundle) { slices.Reverse(b.Streams[0].Facts) }, 1, "is shown after fact", nil},
		{"claimed absent", func(b *seal.Bundle) { b.Streams = b.Streams[:1]; b.Streams[0].Facts = nil; b.Entries = nil }, 1, "", nil},
		{"of nothing", func(b *seal.Bundle) { b.Streams, b.Entries = nil, nil }, 1, "it is of nothing", nil},
		{"old", func(b *seal.Bundle) {}, 1, "what happened since may be withheld", []string{"--max-age", "1ns"}},
	} {
		b, err := seal.ParseBundle(data)
		if err != nil {
			t.Fatal(err)
		}
		tt.tamper(&b)
		code, out, stderr := call(t, nil, append([]string{"verify", s.encode(t, b), "--policy", s.policy}, tt.args...)...)
		if code != tt.code || !strings.Contains(out, "the proof does not hold: ") || !strings.Contains(out, tt.want) {
			t.Errorf("%s: exit code %d, want %d and %q\n%s%s", tt.name, code, tt.code, tt.want, out, stderr)
			continue
		}
		why := out[strings.Index(out, "the proof does not hold"):]
		if before, ok := said[why]; ok {
			t.Logf("%s is refused in the words of %s: %s", tt.name, before, why)
		}
		said[why] = tt.name
	}
	if len(said) < 15 {
		t.Errorf("%d different words refuse the attacks: %v", len(said), said)
	}
	for name, bytes := range map[string][]byte{"cut short": data[:len(data)/2], "spelt otherwise": append([]byte(" "), data...), "no proof": []byte("hello"), "no receipt": []byte("c2sp.org/tlog-proof@v1\nx")} {
		if code, out, stderr := call(t, nil, "verify", s.file(t, "damaged", bytes), "--policy", s.policy); code != exitDamaged {
			t.Errorf("%s: exit code %d, want %d\n%s%s", name, code, exitDamaged, out, stderr)
		}
	}
}

// prune drops entries that no stream of the bundle shows any more.
func (s *sealedServer) prune(b *seal.Bundle) {
	b.Entries = slices.DeleteFunc(slices.Clone(b.Entries), func(e seal.Entry) bool {
		l, err := seal.ParseLeaf(e.Leaf)
		for _, h := range b.Streams {
			if slices.ContainsFunc(h.Facts, func(f seal.FactProof) bool { return f.Hash == nil && f.Index == l.Index }) {
				return false
			}
		}
		return err == nil
	})
}

// hide shows a stream from after its first fact on, as an interval may.
func (s *sealedServer) hide(t *testing.T, b *seal.Bundle, n int) {
	t.Helper()
	h := &b.Streams[n]
	h.From = h.Facts[0].Index + 1
	h.Facts[0] = seal.FactProof{Index: h.Facts[0].Index, Fact: h.Facts[0].Fact, Hash: &h.Map.Value}
	s.prune(b)
}

// resign signs a checkpoint with another key under the log's name.
func (s *sealedServer) resign(t *testing.T, signed string) string {
	t.Helper()
	secret, err := newSecret("ledger.example/log")
	if err != nil {
		t.Fatal(err)
	}
	thief, err := parseSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(signed, "\n\n")
	out, err := note.Sign(&note.Note{Text: text + "\n"}, thief.signer)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func flipSignature(signed, behind string) string {
	i := strings.Index(signed, behind) + len(behind) + 40
	c := byte('A')
	if signed[i] == c {
		c = 'B'
	}
	return signed[:i] + string(c) + signed[i+1:]
}

func dropLine(signed, start string) string {
	i := strings.Index(signed, start)
	end := i + strings.Index(signed[i:], "\n") + 1
	return signed[:i] + signed[end:]
}

// receipts checks what a scanner keeps.
func (s *sealedServer) receipts(t *testing.T) {
	p := &poster{base: s.url}
	got, err := p.call(t.Context(), "GET", "/v1/captures/"+s.hop+"/receipt", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	name := s.file(t, "receipt.tlog-proof", got)
	if code, out := process(t, "verify", name, "--policy", s.policy); code != exitFine || !strings.Contains(out, "was recorded at ") || !strings.Contains(out, "cosigned by auditor and partner") {
		t.Errorf("a receipt: exit code %d\n%s", code, out)
	}
	lines := strings.Split(string(got), "\n")
	lines[2] = "index 1"
	for what, text := range map[string]string{"another entry": strings.Join(lines, "\n"), "a forged witness": flipSignature(string(got), "— partner.example ")} {
		if code, out, _ := call(t, nil, "verify", s.file(t, "bad", []byte(text)), "--policy", s.policy); code != exitNo {
			t.Errorf("a receipt with %s: exit code %d\n%s", what, code, out)
		}
	}
	must(t, exitUsage, nil, "verify", name, "--policy", s.policy, "--item", s.unit.String())
	must(t, exitNo, nil, "verify", name, "--policy", s.policy, "--max-age", "1ns")
}

// audits replays the log as those do who trust nobody: over HTTP, in the folder,
// and in folders in which somebody changed the past.
func (s *sealedServer) audits(t *testing.T) {
	seen := filepath.Join(s.dir, "seen")
	over := []string{"audit", s.url, "--policy", s.policy, "--seen", seen}
	for _, want := range []string{"is right: nothing of them can be withheld", "it goes on from the checkpoint of "} {
		if code, out := process(t, over...); code != exitFine || !strings.Contains(out, want) || !strings.Contains(out, "cosigned by auditor and partner") {
			t.Fatalf("audit over HTTP: exit code %d, want %q\n%s", code, want, out)
		}
	}
	s.stop()
	if out := must(t, exitFine, nil, "audit", s.data, "--policy", s.policy, "--seen", seen); !strings.Contains(out, "is right") {
		t.Errorf("audit in the folder:\n%s", out)
	}
	bare := filepath.Join(s.data, "seal")
	if out := must(t, exitFine, nil, "audit", bare, "--policy", s.policy); !strings.Contains(out, "there are no salts here") {
		t.Errorf("audit of the files alone:\n%s", out)
	}
	entries := filepath.Join(bare, "tile", "entries", "000")
	copies := filepath.Join(bare, "copy", "000")
	for _, tt := range []struct {
		name, file string
		change     func([]byte) []byte
		code       int
		want       string
	}{
		{"an event changed", copies, func(b []byte) []byte { return replant(t, b) }, exitNo, "is of event"},
		{"a bit of a copy", copies, func(b []byte) []byte { b[100] ^= 1; return b }, exitNo, "the log is false: copies 0"},
		{"an entry changed", entries, func(b []byte) []byte { b[60] ^= 1; return b }, exitNo, "the log is false: entry 0"},
		{"a file missing", copies, func([]byte) []byte { return nil }, exitDamaged, ""},
	} {
		was := mustRead(t, tt.file)
		now := tt.change(slices.Clone(was))
		if err := os.Remove(tt.file); err != nil {
			t.Fatal(err)
		}
		if now != nil {
			if err := os.WriteFile(tt.file, now, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		code, out, stderr := call(t, nil, "audit", s.data, "--policy", s.policy)
		if code != tt.code || !strings.Contains(out, tt.want) {
			t.Errorf("%s: exit code %d, want %d and %q\n%s%s", tt.name, code, tt.code, tt.want, out, stderr)
		}
		if err := os.WriteFile(tt.file, was, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	forged := s.resignRoot(t, string(mustRead(t, seen)))
	if err := os.WriteFile(seen, []byte(forged), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := must(t, exitNo, nil, "audit", s.data, "--policy", s.policy, "--seen", seen); !strings.Contains(out, "the log has forked") || !strings.Contains(out, "keep both") {
		t.Errorf("audit after another history was seen:\n%s", out)
	}
}

// replant changes an event in a file of copies as a thief would, who makes its
// checksums good again.
func replant(t *testing.T, b []byte) []byte {
	t.Helper()
	at := bytes.Index(b, []byte(`"name":"`)) + len(`"name":"`)
	b[at] ^= 1
	for from := 0; from < len(b); {
		n := 4 + int(binary.BigEndian.Uint32(b[from:]))
		binary.BigEndian.PutUint32(b[from+n:], crc32.Checksum(b[from:from+n], crc32.MakeTable(crc32.Castagnoli)))
		from += n + 4
	}
	return b
}

// resignRoot signs, with the log's own key, another tree of the same size.
func (s *sealedServer) resignRoot(t *testing.T, signed string) string {
	t.Helper()
	secret, err := dataDir(s.data).secret("")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitN(signed, "\n", 4)
	root := []byte(lines[2])
	root[3] = 'A' + (root[3]-'A'+1)%2
	out, err := note.Sign(&note.Note{Text: lines[0] + "\n" + lines[1] + "\n" + string(root) + "\n"}, secret.signer)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

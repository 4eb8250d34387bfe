package main

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark/api"
	"waymark/api/auth"
)

// asProgram makes the test binary behave as waymark itself, for tests that end
// a process.
const asProgram = "WAYMARK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// call runs waymark with args and what it reads, and returns its exit code and
// what it wrote.
func call(t *testing.T, stdin io.Reader, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	if stdin == nil {
		stdin = strings.NewReader("")
	}
	var out, err bytes.Buffer
	code = run(args, stdin, &out, &err)
	return code, out.String(), err.String()
}

// must runs waymark and asks for a code.
func must(t *testing.T, want int, stdin io.Reader, args ...string) string {
	t.Helper()
	code, stdout, stderr := call(t, stdin, args...)
	if code != want {
		t.Fatalf("waymark %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, stdout, stderr)
	}
	return stdout
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}} {
		out := must(t, exitFine, nil, args...)
		for _, command := range []string{"demo", "serve", "sim", "score", "trace", "what-if", "rebuild", "check", "backup", "restore", "key", "version"} {
			if !strings.Contains(out, "\n  "+command+" ") {
				t.Errorf("help does not name %s:\n%s", command, out)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	if out := must(t, exitFine, nil, "version"); !strings.HasPrefix(out, "waymark ") {
		t.Errorf("version prints %q", out)
	}
}

func TestWrongUse(t *testing.T) {
	empty := t.TempDir()
	for _, args := range [][]string{
		{"nonsense"},
		{"serve", "--data", empty},
		{"serve", "--data", empty, "--dev", "--addr", "0.0.0.0:0"},
		{"serve", "--data", empty, "--dev", "--keys", os.Args[0]},
		{"sim", "--preset", "XXL"},
		{"sim", "--noise", "-1"},
		{"demo", "--noise=-1", "--data", empty},
		{"sim", "--out", empty, "--post", "http://127.0.0.1:1"},
		{"trace", "--data", empty},
		{"trace", "--data", empty, "(01)09521234100011(21)A1"},
		{"trace", "--data", empty, "(01)09521234100010(21)A1"},
		{"rebuild", "--data", empty},
		{"check", "--data", empty},
		{"backup", "--data", empty, filepath.Join(empty, "copy")},
		{"restore", "--data", empty, empty},
	} {
		if code, stdout, stderr := call(t, nil, args...); code != exitUsage || stderr == "" {
			t.Errorf("waymark %s: exit code %d, want %d and a reason\n%s%s", strings.Join(args, " "), code, exitUsage, stdout, stderr)
		}
	}
}

// TestUnavailable: what could not be asked is no answer.
func TestUnavailable(t *testing.T) {
	const item = "(01)09521234100010(21)A1"
	closed, err := listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	addr := closed.Addr().String()
	closed.Close()
	keyed := serveEmpty(t, api.Config{})
	none := httptest.NewServer(http.NotFoundHandler()) // something else than a ledger
	defer none.Close()
	for _, url := range []string{addr, "http://" + addr, "https://" + addr + "/", keyed, none.URL} {
		if code, _, stderr := call(t, nil, "trace", "--url", url, item); code != exitUnavailable || stderr == "" {
			t.Errorf("trace --url %s: exit code %d, want %d\n%s", url, code, exitUnavailable, stderr)
		}
	}
	if code, _, stderr := call(t, nil, "trace", "--url", serveEmpty(t, api.Config{Dev: true}), item); code != exitNo {
		t.Errorf("trace of an item that is not known: exit code %d, want %d\n%s", code, exitNo, stderr)
	}
	for _, url := range []string{"ftp://" + addr, "http://", ":"} {
		if code, _, stderr := call(t, nil, "trace", "--url", url, item); code != exitUsage || stderr == "" {
			t.Errorf("trace --url %s: exit code %d, want %d\n%s", url, code, exitUsage, stderr)
		}
	}
}

// serveEmpty serves a ledger in memory and returns its host and port.
func serveEmpty(t *testing.T, c api.Config) string {
	t.Helper()
	h, err := inMemory(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l, err := listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	running, err := h.serve(l, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(running.stop(), h.close()); err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// TestKey makes keys as an operator would: the lines go into a file, and the key
// opens a server that has read it.
func TestKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	var keys []string
	file := ""
	for _, name := range []string{"wh1", "audit"} {
		code, line, told := call(t, nil, "key", name, "--scope", "capture,read")
		lead, key, _ := strings.Cut(strings.TrimSpace(told), "\n")
		if code != exitFine || !strings.Contains(lead, "not shown again") || strings.Contains(line, key) {
			t.Fatalf("key ends with %d, prints %q and tells %q", code, line, told)
		}
		file, keys = file+line, append(keys, key)
	}
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	known, err := auth.LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	url := serveEmpty(t, api.Config{Keys: known})
	for _, key := range keys {
		must(t, exitNo, nil, "trace", "--url", url, "--key", key, "(01)09521234100010(21)A1") // let in, not known
	}
	must(t, exitUnavailable, nil, "trace", "--url", url, "--key", keys[0]+"x", "(01)09521234100010(21)A1")
	for _, scope := range []string{"", "root", "read,root"} {
		must(t, exitUsage, nil, "key", "wh2", "--scope", scope)
	}
}

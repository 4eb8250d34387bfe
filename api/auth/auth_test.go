package auth_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/api/auth"
)

var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func TestMintedKeyOpens(t *testing.T) {
	key, kept, err := auth.Mint("test", "scanner7", bytes.NewReader(make([]byte, 32)), "capture", "read")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(key, "wm_test_scanner7_") || strings.Contains(kept.SHA256, key) {
		t.Errorf("minted %q, kept %+v", key, kept)
	}
	kept.Partner, kept.Expires = "P09", now
	data, _ := json.Marshal([]auth.Key{kept})
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := auth.LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	who, ok := keys.Caller(key, now)
	if !ok || who.ID != "scanner7" || who.Partner != "P09" || !who.Scopes.Allows(auth.Capture) || who.Scopes.Allows(auth.Admin) {
		t.Errorf("the key is of %+v, %t", who, ok)
	}
	if _, ok := keys.Caller(key, now.Add(time.Second)); ok {
		t.Error("an expired key opens")
	}
	for _, wrong := range []string{"", key + "x", key[:len(key)-1], strings.Repeat("x", 1<<16)} {
		if _, ok := keys.Caller(wrong, now); ok {
			t.Errorf("%.40q opens", wrong)
		}
	}
}

func TestBadKeyFiles(t *testing.T) {
	good := auth.Key{ID: "a", SHA256: strings.Repeat("0", 64), Scopes: []string{"read"}}
	for name, change := range map[string]func(*auth.Key){
		"id":     func(k *auth.Key) { k.ID = `a"b` },
		"hash":   func(k *auth.Key) { k.SHA256 = k.SHA256[1:] },
		"scope":  func(k *auth.Key) { k.Scopes = []string{"root"} },
		"scopes": func(k *auth.Key) { k.Scopes = nil },
		"repeat": func(k *auth.Key) {},
	} {
		bad := good
		change(&bad)
		list := []auth.Key{bad}
		if name == "repeat" {
			list = append(list, good)
		}
		if _, err := auth.NewKeys(list...); err == nil {
			t.Errorf("a bad %s is taken", name)
		}
	}
	var none *auth.Keys
	if _, ok := none.Caller("x", now); ok {
		t.Error("no keys open")
	}
}

// TestKeyFiles: a file that cannot be read says where, and repeats no key.
func TestKeyFiles(t *testing.T) {
	secret, kept, err := auth.Mint("test", "a", bytes.NewReader(make([]byte, 32)), "read")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(kept)
	line := string(b)
	other := strings.Replace(line, `"a"`, `"b"`, 1)
	other = strings.Replace(other, kept.SHA256, strings.Repeat("1", 64), 1)
	for _, tt := range []struct{ name, file, want string }{
		{"none", "", ""},
		{"lines", line + "\n\n" + other + "\n", ""},
		{"array", "[" + line + ",\n" + other + "]\n", ""},
		{"empty array", "[]", ""},
		{"the key itself", line + "\n" + secret + "\n", "line 2: this is a key itself"},
		{"not JSON", line + "\n\nwarehouse\n", "line 3: "},
		{"unknown field", line + "\n" + `{"id":"c","secret":"x"}`, "line 2: "},
		{"twice", "[" + line + ",\n" + line + "]", "line 2: a: a key before it"},
		{"cut off", "[" + line + ",\n", "line 2: "},
	} {
		path := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(path, []byte(tt.file), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := auth.LoadKeys(path)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), secret)):
			t.Errorf("%s: %v, want %q and no key", tt.name, err, tt.want)
		}
	}
}

func TestSessions(t *testing.T) {
	var s auth.Sessions
	token := s.Begin(auth.NewCaller("a", auth.Read|auth.Admin, "P01"), now)
	at := now
	for at.Before(now.Add(auth.SessionLife)) {
		who, ok := s.Caller(token, at)
		if !ok || who.Scopes != auth.Read || who.Partner != "P01" {
			t.Fatalf("after %s the session is of %+v, %t", at.Sub(now), who, ok)
		}
		at = at.Add(20 * time.Minute)
	}
	if _, ok := s.Caller(token, at.Add(time.Minute)); ok {
		t.Error("a session outlives its life")
	}
	idle := s.Begin(auth.NewCaller("a", auth.Read, ""), now)
	if _, ok := s.Caller(idle, now.Add(auth.SessionIdle+time.Second)); ok {
		t.Error("a session outlives its idleness")
	}
	ended := s.Begin(auth.NewCaller("a", auth.Read, ""), now)
	s.End(ended)
	if _, ok := s.Caller(ended, now); ok {
		t.Error("a session outlives its end")
	}
}

package api_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"waymark/api/web"
)

func TestPage(t *testing.T) {
	h := furnished(t)
	h.diverted("W1")
	h.current()
	for _, tt := range []struct {
		name, path, accept string
		want               []string
	}{
		{"English", "/", "", []string{"Development mode", "Find an item", "possible out-of-territory shipment", "may open a case", "policy standard-1", "Germany"}},
		{"Chinese by header", "/", "zh-CN,zh;q=0.9,en;q=0.5", []string{`<html lang="zh">`, "查询货品", "疑似跨区发货", "可立案", "政策 standard-1", "德国"}},
		{"Spanish by choice", "/?lang=es", "zh", []string{"Buscar un artículo", "posible envío fuera del territorio", "puede abrir un caso"}},
		{"an item", "/?item=" + url.QueryEscape(unit("W1")), "", []string{"Siam Tools (P01)", "Thailand, Viet", "Shipped", "Bangkok DC", "to Köln DC", "R02", "may open a case"}},
		{"scanner data", "/?item=" + url.QueryEscape("]d201"+gtin+"21W1"), "", []string{"Siam Tools (P01)"}},
		{"an item that nobody knows", "/?item=" + url.QueryEscape(unit("W9")), "", []string{"Nothing is known of this item."}},
		{"no item", "/?item=" + url.QueryEscape("<script>alert(1)</script>"), "", []string{"This is no GS1 key", "&lt;script&gt;"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.t = t
			r := h.get(tt.path, "Accept-Language", tt.accept)
			if r.status != http.StatusOK || r.header.Get("Content-Security-Policy") != web.Policy {
				t.Errorf("answers %d with policy %q", r.status, r.header.Get("Content-Security-Policy"))
			}
			for _, want := range tt.want {
				if !strings.Contains(r.body, want) {
					t.Errorf("the page lacks %q:\n%s", want, r.body)
				}
			}
			if strings.Contains(r.body, "<script>") || strings.Contains(r.body, "style=") || strings.Contains(r.body, "onclick") {
				t.Error("the page holds script or style of its own")
			}
		})
	}
	for name, form := range map[string]string{"waymark.js": "text/javascript", "waymark.css": "text/css", "waymark.svg": "image/svg+xml"} {
		r := h.get("/static/" + name)
		if r.status != http.StatusOK || !strings.HasPrefix(r.header.Get("Content-Type"), form) {
			t.Errorf("%s answers %d %s", name, r.status, r.header.Get("Content-Type"))
		}
		if again := h.get("/static/"+name, "If-None-Match", r.header.Get("ETag")); again.status != http.StatusNotModified {
			t.Errorf("%s again answers %d, want 304", name, again.status)
		}
	}
	if r := h.get("/static/..%2Fweb.go"); r.status != http.StatusNotFound {
		t.Errorf("a file beside the static ones answers %d", r.status)
	}
}

// A plainJar keeps secure cookies for a server on this machine without TLS, as
// browsers do.
type plainJar struct{ http.CookieJar }

func (j plainJar) Cookies(u *url.URL) []*http.Cookie {
	secure := *u
	secure.Scheme = "https"
	return j.CookieJar.Cookies(&secure)
}

func (j plainJar) SetCookies(u *url.URL, c []*http.Cookie) {
	secure := *u
	secure.Scheme = "https"
	j.CookieJar.SetCookies(&secure, c)
}

// TestSignIn trades a key for a session and ends it.
func TestSignIn(t *testing.T) {
	keyed := withKeys(t)
	h := open(t, keyed)
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: plainJar{jar}}
	call := func(method, path, form string) response {
		req, _ := http.NewRequest(method, h.http.URL+path, strings.NewReader(form))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response{res.StatusCode, res.Header, string(body)}
	}
	post := func(path, form string) response { return call(http.MethodPost, path, form) }
	get := func(path string) response { return call(http.MethodGet, path, "") }
	if r := get("/"); !strings.Contains(r.body, "Sign in with a key") || strings.Contains(r.body, "Find an item") {
		t.Error("a stranger sees more than how to sign in")
	}
	for _, key := range []string{"", "x", "c", "p"} { // none, unknown, no scope to read, bound
		if r := post("/session", "key="+key); r.status != http.StatusForbidden || !strings.Contains(r.body, "does not open") {
			t.Errorf("the key %q answers %d", key, r.status)
		}
	}
	if r := post("/session", "key=r&lang=es"); r.status != http.StatusOK || !strings.Contains(r.body, "Buscar un artículo") {
		t.Fatalf("the key r answers %d %s", r.status, r.body)
	}
	if r := get("/v1/regions"); r.status != http.StatusOK {
		t.Errorf("a session that asks answers %d", r.status)
	}
	post("/session/end", "")
	if r := get("/v1/regions"); r.status != http.StatusUnauthorized {
		t.Errorf("an ended session answers %d", r.status)
	}
}

// TestBrowser opens the first page in a browser, looks up an item, and waits
// for an alert to arrive by itself. WAYMARK_BROWSER=required fails where there
// is no browser.
func TestBrowser(t *testing.T) {
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		if os.Getenv("WAYMARK_BROWSER") == "required" {
			t.Fatal("there is no browser")
		}
		t.Skip("there is no browser")
	}
	h := furnished(t)
	h.diverted("V1")
	h.must("/v1/hops", hop("v2", "2026-03-07T08:00:00+07:00", "packing", bangkok, `"parent":"(00)095212340000000013"`, unit("V1")))
	h.must("/v1/hops", hop("v3", "2026-03-08T08:00:00+01:00", "receiving", koeln, "", "(00)095212340000000013"))
	h.current()

	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WindowSize(1280, 1000))...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	dir := os.Getenv("WAYMARK_SCREENSHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	read := func(selector string) string {
		t.Helper()
		text, err := chromedp.Run(ctx, chromedp.Text(selector))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	shot := func(name string) {
		t.Helper()
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		path := filepath.Join(dir, name+".png")
		if err == nil {
			err = os.WriteFile(path, png, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("screenshot: %s", path)
	}

	do(chromedp.Navigate(h.http.URL+"/"), chromedp.WaitVisible(`#link.live`))
	shot("home")
	do(chromedp.SendKeys(`#item`, unit("V1")+"\n"), chromedp.WaitVisible(`#way li`), chromedp.WaitVisible(`#link.live`))
	way := read(`#way`)
	h.diverted("V9")
	do(chromedp.WaitVisible(`#alerts li.new`))
	alert := read(`#alerts li.new`)
	shot("item")
	do(chromedp.EmulateViewport(390, 844))
	shot("narrow")
	do(chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(h.http.URL+"/?lang=zh&item="+url.QueryEscape(unit("V1"))), chromedp.WaitVisible(`#link.live`))
	shot("chinese")

	for _, want := range []string{"Bangkok DC", "Köln DC", "inside (00)095212340000000013"} {
		if !strings.Contains(way, want) {
			t.Errorf("the way lacks %q: %s", want, way)
		}
	}
	if !strings.Contains(alert, "R02") {
		t.Errorf("the alert that arrived is %q, want an R02", alert)
	}
}

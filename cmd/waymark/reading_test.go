package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark/ledger"
	"waymark/ledger/esdblog/esdbtest"
	"waymark/projections"
)

// moved returns a ledger in a folder, and a cluster that holds it too.
func moved(t *testing.T) (data string, c *esdbtest.Cluster) {
	t.Helper()
	data = record(t, smallTrade(t, 1000))
	c, err := esdbtest.Start(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL())
	return data, c
}

// TestReadCluster asks a ledger in a cluster, by the views of a node, what the
// same ledger in a folder answers.
func TestReadCluster(t *testing.T) {
	data, c := moved(t)
	node := filepath.Join(t.TempDir(), "node")
	if out := must(t, exitFine, nil, "rebuild", "--data", node, "--log", c.URL()); !strings.Contains(out, "digest ") {
		t.Errorf("rebuild says\n%s", out)
	}
	if out := must(t, exitFine, nil, "check", "--data", node, "--log", c.URL()); !strings.Contains(out, "all of it read") || !strings.Contains(out, "views: current") {
		t.Errorf("check says\n%s", out)
	}
	item := firstItem(t)
	here, _, _ := strings.Cut(must(t, exitFine, nil, "trace", "--data", data, item), "as of position")
	there, _, _ := strings.Cut(must(t, exitFine, nil, "trace", "--data", node, "--log", c.URL(), item), "as of position")
	if here != there {
		t.Errorf("in the folder the way is\n%sin the cluster\n%s", here, there)
	}
	must(t, exitFine, nil, "what-if", "--data", node, "--log", c.URL(), "--rule", "R02", "--set", "window_hours=1")
	for _, args := range [][]string{{"check"}, {"rebuild"}, {"trace", item}, {"backup", filepath.Join(t.TempDir(), "copy")}} {
		code, _, said := call(t, nil, append(args, "--data", node)...)
		if code != exitUsage || !strings.Contains(said, "--log") || !strings.Contains(said, "waymark copy") {
			t.Errorf("%s of a node's folder ends with %d and says %s", args[0], code, said)
		}
	}
	must(t, exitUsage, nil, "check", "--data", data, "--log", c.URL()) // a ledger of its own
}

// TestNodeInUse starts a second process on the folder of a node that runs.
func TestNodeInUse(t *testing.T) {
	_, c := moved(t)
	node := filepath.Join(t.TempDir(), "node")
	p := startServe(t, node, "--log", c.URL())
	for _, args := range [][]string{{"serve", "--dev", "--addr", "127.0.0.1:0"}, {"rebuild"}, {"check"}, {"trace", firstItem(t)}} {
		code, _, said := call(t, nil, append(args, "--data", node, "--log", c.URL())...)
		if code != exitUnavailable || !strings.Contains(said, "is open in another waymark") {
			t.Errorf("%s ends with %d and says %s", args[0], code, said)
		}
	}
	if status, body := p.get(t, "/v1/findings?limit=1"); status != 200 || !strings.Contains(body, `"as_of"`) {
		t.Errorf("the node that has it answers %d %s", status, body)
	}
}

// TestForeignViews puts the views of one ledger beside another. They are refused
// by what only reads, and drawn anew by what serves or rebuilds.
func TestForeignViews(t *testing.T) {
	own, other := record(t, smallTrade(t, 1000)), record(t, smallTrade(t, 400))
	want := digestOf(t, own)
	foreign := func(t *testing.T, data string) {
		t.Helper()
		if err := os.RemoveAll(filepath.Join(data, "views")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(data, "views"), os.DirFS(filepath.Join(other, "views"))); err != nil {
			t.Fatal(err)
		}
	}
	node := filepath.Join(t.TempDir(), "node")
	c, err := esdbtest.Start(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	must(t, exitFine, nil, "copy", "--from", "pebble:"+own, "--to", c.URL())
	far := must(t, exitFine, nil, "rebuild", "--data", node, "--log", c.URL())
	for name, at := range map[string][]string{"folder": {"--data", own}, "cluster": {"--data", node, "--log", c.URL()}} {
		t.Run(name, func(t *testing.T) {
			foreign(t, at[1])
			_, _, said := call(t, nil, append([]string{"trace", firstItem(t)}, at...)...)
			if !strings.Contains(said, "waymark rebuild") {
				t.Errorf("trace says %s", said)
			}
			if out := must(t, exitFine, nil, append([]string{"check"}, at...)...); !strings.Contains(out, "cannot be used, waymark rebuild") {
				t.Errorf("check says %s", out)
			}
			p := startServe(t, at[1], at[2:]...)
			if status, body := p.get(t, "/v1/findings?limit=1"); status != 200 {
				t.Errorf("serve on foreign views answers %d %s", status, body)
			}
			if err := p.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			p.rest()
			if err := p.Wait(); err != nil {
				t.Fatal(err)
			}
			foreign(t, at[1])
			out := must(t, exitFine, nil, append([]string{"rebuild"}, at...)...)
			if got, from := out[strings.Index(out, "digest "):], "digest "+want+"\n"; name == "folder" && got != from || name == "cluster" && !strings.HasSuffix(far, got) {
				t.Errorf("rebuilt, the %s, want %s", got, from)
			}
		})
	}
}

// TestMovedFindings draws views of a trade in a folder and in a cluster: the
// same findings, and the same alerts in the same order.
func TestMovedFindings(t *testing.T) {
	if testing.Short() {
		t.Skip("records a whole trade")
	}
	data := record(t, smallTrade(t, 1<<30))
	c, err := esdbtest.Start(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL())
	var told [2][]string
	for i, at := range []location{{Data: data}, {Data: filepath.Join(t.TempDir(), "node"), Log: c.URL()}} {
		log, err := at.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told[i] = alertsOf(t, log)
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(told[0]) < 10 || strings.Join(told[0], "\n") != strings.Join(told[1], "\n") {
		t.Errorf("alerts in the folder:\n%s\nin the cluster:\n%s", strings.Join(told[0], "\n"), strings.Join(told[1], "\n"))
	}
}

// alertsOf returns the changes and findings of all alerts, in their order.
func alertsOf(t *testing.T, log ledger.Log) (told []string) {
	t.Helper()
	views, err := projections.Open(log, projections.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer views.Close()
	if err := views.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for after := ""; ; {
		page, err := views.Alerts(after, 100, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page {
			after = a.Token
			told = append(told, string(a.Change)+" "+a.Finding.ID+" "+string(a.Finding.Status)+" "+a.Finding.Why)
		}
		if len(page) < 100 {
			return told
		}
	}
}

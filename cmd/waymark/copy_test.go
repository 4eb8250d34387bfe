package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
	"waymark/ledger/event"
)

// TestCopy moves a ledger to a cluster and back: the views drawn from what comes
// back are the same, and positions can be found again.
func TestCopy(t *testing.T) {
	data := record(t, smallTrade(t, 1000))
	c, err := esdbtest.Start(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	list := filepath.Join(t.TempDir(), "map.csv")
	must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL(), "--map", list)
	if out := must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL()); !strings.HasPrefix(out, "copied 0 events") {
		t.Errorf("a second copy says\n%s", out)
	}
	back := filepath.Join(t.TempDir(), "back")
	out := must(t, exitFine, nil, "copy", "--from", c.URL(), "--to", "pebble:"+back)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if hash := func(s string) string { return s[strings.LastIndexByte(s, ' '):] }; len(lines) != 3 || hash(lines[1]) != hash(lines[2]) {
		t.Errorf("the copy says\n%s", out)
	}
	must(t, exitFine, nil, "rebuild", "--data", back)
	if got, want := digestOf(t, back), digestOf(t, data); got != want {
		t.Errorf("views of the ledger that came back have the digest %s, want %s", got, want)
	}
	b, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Split(strings.SplitAfter(string(b), "\n")[41], ",")
	found := must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL(), "--find", fields[0]+"-3")
	if !strings.Contains(found, " is "+fields[1]+"-3 of ") || !strings.Contains(found, strings.TrimSpace(fields[2])) {
		t.Errorf("of position %s it says %s, want %q", fields[0], found, fields)
	}
	must(t, exitNo, nil, "copy", "--from", "pebble:"+data, "--to", c.URL(), "--find", "99999999")
}

// TestCopyRefused holds copies to targets that are empty or a beginning.
func TestCopyRefused(t *testing.T) {
	data, other := record(t, smallTrade(t, 300)), record(t, smallTrade(t, 100))
	c, err := esdbtest.Start(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	must(t, exitUsage, nil, "copy", "--from", "pebble:"+data, "--to", "pebble:"+data)
	must(t, exitUsage, nil, "copy", "--from", "pebble:"+t.TempDir(), "--to", c.URL())
	must(t, exitUsage, nil, "copy", "--from", "pebble:"+data, "--to", "http://x")
	must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL())
	must(t, exitUsage, nil, "copy", "--from", "pebble:"+other, "--to", c.URL()) // the same events, recorded at another time
	log, err := esdblog.Open(esdblog.Options{URL: c.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for r, err := range log.All(t.Context(), 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		e := r.Event
		e.ID = ledger.EventID(r.ID, 0, nil)
		if _, err := log.Append(t.Context(), "wm-c-foreign", ledger.NoStream, e); err != nil {
			t.Fatal(err)
		}
		break
	}
	code, _, said := call(t, nil, "copy", "--from", "pebble:"+data, "--to", c.URL())
	if code != exitUsage || !strings.Contains(said, "wm-c-foreign") {
		t.Errorf("a copy onto another ledger ends with %d and says %s", code, said)
	}
}

// TestCopyGoesOn copies the beginning of a ledger, then the ledger.
func TestCopyGoesOn(t *testing.T) {
	data := record(t, smallTrade(t, 300))
	from, err := openEnd(t.Context(), "pebble:"+data, false)
	if err != nil {
		t.Fatal(err)
	}
	c, err := esdbtest.Start(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	to, err := openEnd(t.Context(), c.URL(), true)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if err := transfer(t.Context(), streams{out: &said, err: &said}, from, to, 77); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(from.Close(), to.Close()); err != nil {
		t.Fatal(err)
	}
	out := must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL())
	if !strings.Contains(out, "up to position 77 of") {
		t.Errorf("a copy that goes on says\n%s", out)
	}
}

// TestCopyManySmall copies a stream of so many small events side by side that
// they fit into one append of a folder's, but into none of a cluster's.
func TestCopyManySmall(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	from, err := openEnd(t.Context(), "pebble:"+data, true)
	if err != nil {
		t.Fatal(err)
	}
	for at := ledger.NoStream; at < 30_000; {
		events := make([]event.Event, 5000)
		for i := range events {
			events[i] = event.Event{ID: ledger.EventID(ledger.CaptureID("many"), int(at)+1+i, nil), Type: "test.small", Data: []byte(`{"n":1}`)}
		}
		rc, err := from.Append(t.Context(), "wm-many", at, events...)
		if err != nil {
			t.Fatal(err)
		}
		at = ledger.Expected(rc.Revision)
	}
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := esdbtest.Start(esdbtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	out := must(t, exitFine, nil, "copy", "--from", "pebble:"+data, "--to", c.URL())
	if !strings.HasPrefix(out, "copied 35000 events in 2 appends") {
		t.Errorf("the copy says\n%s", out)
	}
}

package ledgertest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark/ledger"
	"waymark/ledger/event"
)

func testStream(t *testing.T, e Engine) {
	l := e.open(t)
	must(t, l, "other", ledger.NoStream, "x")
	must(t, l, "s", ledger.NoStream, "a", "b")
	must(t, l, "other", 0, "y")
	must(t, l, "s", 1, "c")
	must(t, l, "s", 2, "d", "e")
	for _, c := range []struct {
		from     int64
		backward bool
		want     string
	}{
		{0, false, "a b c d e"}, {2, false, "c d e"}, {4, false, "e"}, {5, false, ""}, {900, false, ""}, {-1, false, "a b c d e"},
		{-1, true, "e d c b a"}, {2, true, "c b a"}, {0, true, "a"}, {900, true, "e d c b a"},
	} {
		got := collect(t, l.Stream(t.Context(), "s", c.from, c.backward), 0)
		if names(got) != c.want {
			t.Errorf("stream from %d, backward %v: %q, want %q", c.from, c.backward, names(got), c.want)
		}
		for _, r := range got {
			if r.Stream != "s" || string(r.Data) != string("abcde"[r.Revision]) {
				t.Errorf("event %q is %s@%d", r.Data, r.Stream, r.Revision)
			}
		}
	}
	if got := collect(t, l.Stream(t.Context(), "s", 0, false), 2); names(got) != "a b" {
		t.Errorf("the first two are %q", names(got))
	}
	for _, missing := range []string{"none", "", "$all", "s\x00"} {
		if got := collect(t, l.Stream(t.Context(), missing, 0, false), 0); len(got) != 0 {
			t.Errorf("stream %q has %d events", missing, len(got))
		}
	}
	long := ledger.NoStream
	for i := range 60 {
		var some []string
		for j := range 37 {
			some = append(some, fmt.Sprint(i*37+j))
		}
		long = ledger.Expected(must(t, l, "long", long, some...).Revision)
	}
	for _, from := range []int64{0, 1, 999, 2219} {
		got := collect(t, l.Stream(t.Context(), "long", from, false), 0)
		if len(got) != int(2220-from) || string(got[0].Data) != fmt.Sprint(from) || got[len(got)-1].Revision != 2219 {
			t.Errorf("long stream from %d: %d events", from, len(got))
		}
		back := collect(t, l.Stream(t.Context(), "long", from, true), 0)
		if len(back) != int(from+1) || string(back[0].Data) != fmt.Sprint(from) || back[from].Revision != 0 {
			t.Errorf("long stream backward from %d: %d events", from, len(back))
		}
	}
}

func testAll(t *testing.T, e Engine) {
	l := e.open(t)
	if got := collect(t, l.All(t.Context(), 0, false), 0); len(got) != 0 {
		t.Fatalf("an empty log has %d events", len(got))
	}
	if got := collect(t, l.All(t.Context(), 0, true), 0); len(got) != 0 {
		t.Fatalf("an empty log has %d events backward", len(got))
	}
	fill(t, l, 4, 150)
	all := collect(t, l.All(t.Context(), 0, false), 0)
	back := slices.Clone(all)
	slices.Reverse(back)
	same(t, "backward from the end", collect(t, l.All(t.Context(), 0, true), 0), back)
	for _, i := range []int{0, 1, 500, len(all) - 2, len(all) - 1} {
		at := all[i].Position
		same(t, fmt.Sprint("after event ", i), collect(t, l.All(t.Context(), at, false), 0), all[i+1:])
		same(t, fmt.Sprint("before event ", i), collect(t, l.All(t.Context(), at, true), 0), back[len(all)-i:])
	}
	same(t, "the first ten", collect(t, l.All(t.Context(), 0, false), 10), all[:10])
	same(t, "the last", collect(t, l.All(t.Context(), 0, true), 1), back[:1])

	// A read may append, and does not see what it appends.
	n := 0
	for _, err := range l.All(t.Context(), 0, false) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%100 == 1 {
			must(t, l, fmt.Sprint("while reading", n), ledger.NoStream, fmt.Sprint("while reading", n))
		}
	}
	if n != len(all) {
		t.Errorf("a read saw %d events, there were %d when it began", n, len(all))
	}
}

func testRoundTrip(t *testing.T, e Engine) {
	open := e.New(t)
	l := reopen(t, open)
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	started := time.Now().Add(-time.Second)
	cases := []struct {
		stream string
		e      event.Event
	}{
		{"largest", sized("largest", ledger.MaxEvent)},
		{"empty", event.Event{ID: id("empty"), Type: "t"}},
		{"binary", event.Event{ID: id("binary"), Type: "t", Data: binary, Meta: binary}},
		{"仓库-東京-Łódź ☂", event.Event{ID: id("unicode"), Type: "窜货.发现@1", Data: []byte("数据")}},
		{strings.Repeat("n", ledger.MaxName), event.Event{ID: id("long"), Type: strings.Repeat("t", ledger.MaxName)}},
		{"with space/and:punctuation|", event.Event{ID: id("punctuation"), Type: "a b"}},
	}
	check := func(when string) {
		t.Helper()
		for _, c := range cases {
			got := collect(t, l.Stream(t.Context(), c.stream, 0, false), 0)
			if len(got) != 1 {
				t.Fatalf("%s, stream %q: %d events", when, c.stream, len(got))
			}
			r := got[0]
			if r.ID != c.e.ID || r.Type != c.e.Type || !bytes.Equal(r.Data, c.e.Data) || !bytes.Equal(r.Meta, c.e.Meta) || r.Stream != c.stream {
				t.Errorf("%s, stream %q: event is not as it was written", when, c.stream)
			}
			if r.Created.Before(started) || r.Created.After(time.Now().Add(time.Second)) || r.Created.Location() != time.UTC {
				t.Errorf("%s, stream %q: created %v", when, c.stream, r.Created)
			}
		}
	}
	for _, c := range cases {
		data := bytes.Clone(c.e.Data)
		e := c.e
		e.Data = data
		if _, err := l.Append(t.Context(), c.stream, ledger.NoStream, e); err != nil {
			t.Fatalf("append to %q: %v", c.stream, err)
		}
		clear(data) // the log keeps no reference to it
	}
	check("at once")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = reopen(t, open)
	defer l.Close()
	check("after reopening")
}

// Streams whose names begin alike are apart.
func testPrefixes(t *testing.T, e Engine) {
	l := e.open(t)
	all := []string{"s", "s-", "s-1", "s-10", "s-1-", "s-2", "S", "s s"}
	for _, s := range all {
		must(t, l, s, ledger.NoStream, s+"'s first", s+"'s second")
	}
	for _, s := range all {
		if got := names(collect(t, l.Stream(t.Context(), s, 0, false), 0)); got != s+"'s first "+s+"'s second" {
			t.Errorf("stream %q is %q", s, got)
		}
		if got := names(collect(t, l.Stream(t.Context(), s, -1, true), 0)); got != s+"'s second "+s+"'s first" {
			t.Errorf("stream %q backward is %q", s, got)
		}
	}
}

package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"waymark/ledger"
)

// long is when the log that these tests import from recorded its first event.
var long = time.Date(2019, 3, 31, 22, 59, 58, 123e6, time.UTC)

// elsewhere returns a group as another log recorded it, i milliseconds after
// long.
func elsewhere(stream string, revision int64, i int, names ...string) []ledger.Recorded {
	var group []ledger.Recorded
	for n, e := range events(names...) {
		group = append(group, ledger.Recorded{
			Event: e, Stream: stream, Revision: revision + int64(n), Position: 7, Created: long.Add(time.Duration(i+n) * time.Millisecond),
		})
	}
	return group
}

// history returns many groups, small and large, of streams that take turns.
func history() [][]ledger.Recorded {
	groups := [][]ledger.Recorded{elsewhere("wm-c-1", 0, 0, "a", "b", "c"), elsewhere("partner", 0, 9, "d"), elsewhere("partner", 1, 3, "e", "f")}
	for i := range 300 {
		groups = append(groups, elsewhere(fmt.Sprint("capture ", i), 0, 10*i, fmt.Sprint("g", i), fmt.Sprint("h", i)))
		groups = append(groups, elsewhere("partner", int64(3+i), i, fmt.Sprint("p", i)))
	}
	big := elsewhere("big", 0, 1, "x", "y", "z")
	for i := range big {
		big[i].Event = sized(string(big[i].Data), ledger.MaxEvent)
	}
	return append(groups, big)
}

func importer(t tester, l ledger.Log) ledger.Importer {
	t.Helper()
	to, ok := l.(ledger.Importer)
	if !ok {
		t.Fatalf("%T is no ledger.Importer", l)
	}
	return to
}

// take imports groups and returns how many it was told of, checking their order.
func take(t tester, l ledger.Log, groups iter.Seq2[[]ledger.Recorded, error]) (receipts []ledger.Receipt, err error) {
	t.Helper()
	err = importer(t, l).Import(t.Context(), groups, func(group []ledger.Recorded, rc ledger.Receipt) {
		if len(receipts) > 0 && rc.Position <= receipts[len(receipts)-1].Position || rc.Revision != group[len(group)-1].Revision {
			t.Errorf("receipt %+v of a group that ends with revision %d, after %+v", rc, group[len(group)-1].Revision, receipts)
		}
		receipts = append(receipts, rc)
	})
	return receipts, err
}

func all(groups [][]ledger.Recorded) iter.Seq2[[]ledger.Recorded, error] {
	return func(yield func([]ledger.Recorded, error) bool) {
		for _, g := range groups {
			if !yield(g, nil) {
				return
			}
		}
	}
}

// placed returns what was imported, at the positions that the log gave it.
func placed(t tester, groups [][]ledger.Recorded, got []ledger.Recorded) []ledger.Recorded {
	t.Helper()
	want := slices.Concat(groups...)
	if len(got) != len(want) {
		t.Fatalf("%d events imported, want %d", len(got), len(want))
	}
	want = slices.Clone(want)
	for i := range want {
		want[i].Position = got[i].Position
	}
	return want
}

// testImport imports a history: order, revisions, ids, content and times are
// kept, whoever reads them, also after the log is opened again.
func testImport(t *testing.T, e Engine) {
	open := e.New(t)
	l := reopen(t, open)
	groups := history()
	tap := follow(t, t.Context(), l, 0)
	receipts, err := take(t, l, all(groups))
	if err != nil || len(receipts) != len(groups) || receipts[0].Duplicate {
		t.Fatalf("import told of %d groups, want %d: %v", len(receipts), len(groups), err)
	}
	got := collect(t, l.All(t.Context(), 0, false), 0)
	want := placed(t, groups, got)
	same(t, "imported", got, want)
	same(t, "followed", tap.events(len(want)), want)
	if last := receipts[len(receipts)-1]; last.Position != got[len(got)-1].Position {
		t.Errorf("the last receipt is %+v, the log ends at %d", last, got[len(got)-1].Position)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = reopen(t, open)
	defer l.Close()
	same(t, "opened again", collect(t, l.All(t.Context(), 0, false), 0), want)
	same(t, "a stream", collect(t, l.Stream(t.Context(), "wm-c-1", 0, false), 0), want[:3])

	again, err := take(t, l, all(groups[:4])) // as one does that broke off
	if err != nil || len(again) != 4 || !again[0].Duplicate || again[3].Position != receipts[3].Position {
		t.Errorf("import again: receipts %+v, %v, want those of before", again, err)
	}
	same(t, "imported again", collect(t, l.All(t.Context(), 0, false), 0), want)
}

// testImportOrdinary holds an append to the log's own clock, whatever it holds.
func testImportOrdinary(t *testing.T, e Engine) {
	l := e.open(t)
	if _, err := take(t, l, all([][]ledger.Recorded{elsewhere("s", 0, 0, "a")})); err != nil {
		t.Fatal(err)
	}
	must(t, l, "s", 0, "b")
	forged := named("c")
	forged.Data = append([]byte{2, 0, 0, 1, 2, 3, 4, 0}, "c"...)
	if _, err := l.Append(t.Context(), "s", 1, forged); err != nil {
		t.Fatal(err)
	}
	got := collect(t, l.Stream(t.Context(), "s", 0, false), 0)
	if len(got) != 3 || !got[0].Created.Equal(long) || string(got[2].Data) != string(forged.Data) {
		t.Fatalf("the stream is %v", got)
	}
	for _, r := range got[1:] {
		if r.Created.Before(long.AddDate(1, 0, 0)) || r.Created.UnixNano()%1e6 != 0 {
			t.Errorf("an event appended now was recorded at %v", r.Created)
		}
	}
}

// testImportRefused: after a group that is refused, none is taken.
func testImportRefused(t *testing.T, e Engine) {
	late, early := elsewhere("s", 0, 0, "b"), elsewhere("s", 0, 0, "b")
	late[0].Created, early[0].Created = long.Add(time.Microsecond), time.Time{}
	broken := errors.New("broken")
	for _, c := range []struct {
		name  string
		group []ledger.Recorded
		err   error
		want  error
	}{
		{"other content", elsewhere("taken", 0, 0, "x"), nil, ledger.ErrConflict},
		{"ahead", elsewhere("s", 4, 0, "x"), nil, ledger.ErrConflict},
		{"no events", nil, nil, ledger.ErrInvalid},
		{"two streams", append(elsewhere("s", 0, 0, "x"), elsewhere("u", 1, 0, "y")...), nil, ledger.ErrInvalid},
		{"a gap", append(elsewhere("s", 0, 0, "x"), elsewhere("s", 2, 0, "y")...), nil, ledger.ErrInvalid},
		{"a time between milliseconds", late, nil, ledger.ErrInvalid},
		{"no time", early, nil, ledger.ErrInvalid},
		{"the source fails", nil, broken, broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := e.open(t)
			must(t, l, "taken", ledger.NoStream, "t")
			before := elsewhere("first", 0, 0, "a", "b")
			receipts, err := take(t, l, func(yield func([]ledger.Recorded, error) bool) {
				_ = yield(before, nil) && yield(c.group, c.err) && yield(elsewhere("after", 0, 0, "c"), nil) && yield(elsewhere("later", 0, 0, "d"), nil)
			})
			wantError(t, "import", err, c.want)
			got := names(collect(t, l.All(t.Context(), 0, false), 0))
			if got != "t a b" && (got != "t" || len(receipts) > 0) {
				t.Errorf("after a refused group the log is %q", got)
			}
		})
	}
}

// testImportCanceled: what an import leaves behind is a beginning, and the next
// goes on from there.
func testImportCanceled(t *testing.T, e Engine) {
	l := e.open(t)
	groups := history()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	err := importer(t, l).Import(ctx, func(yield func([]ledger.Recorded, error) bool) {
		for _, g := range groups {
			if n++; n == 100 {
				cancel()
			}
			if !yield(g, nil) {
				return
			}
		}
	}, func([]ledger.Recorded, ledger.Receipt) {})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("import given up: %v", err)
	}
	if _, err := take(t, l, all(groups)); err != nil {
		t.Fatal(err)
	}
	got := collect(t, l.All(t.Context(), 0, false), 0)
	same(t, "imported at last", got, placed(t, groups, got))
}

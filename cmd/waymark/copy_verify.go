package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"

	"waymark/ledger"
)

// verify reads both logs in full, from up to until and to up to its end, and
// compares them event by event. It writes the map of positions where one is
// asked for.
func verify(ctx context.Context, std streams, from, to *end, until ledger.Position, file string) (err error) {
	finish, err := last(ctx, to)
	if err != nil {
		return err
	}
	positions := bufio.NewWriter(io.Discard)
	if file != "" {
		f, cerr := os.Create(file)
		if cerr != nil {
			return cerr
		}
		defer func() { err = errors.Join(err, positions.Flush(), f.Close()) }()
		positions.Reset(f)
	}
	one, stop := iter.Pull2(upTo(ctx, from, 0, until))
	defer stop()
	two, stop := iter.Pull2(upTo(ctx, to, 0, finish.Position))
	defer stop()
	shown := newProgress(std.err, "compare", "events", 0)
	defer shown.end()
	sums := [2]hash.Hash{sha256.New(), sha256.New()}
	for n := int64(0); ; n++ {
		a, err, more := one()
		if err != nil {
			return fmt.Errorf("compare %s: %w", from.name, err)
		}
		b, err, more2 := two()
		if err != nil {
			return fmt.Errorf("compare %s: %w", to.name, err)
		}
		if !more && !more2 {
			shown.end()
			for i, e := range []*end{from, to} {
				fmt.Fprintf(std.out, "%s: %d events, last position %d, sha256 %x\n", e.name, n, []ledger.Position{until, finish.Position}[i], sums[i].Sum(nil))
			}
			return nil
		}
		sum(sums[0], a)
		sum(sums[1], b)
		if !more || !more2 || describe(a) != describe(b) || string(a.Data) != string(b.Data) || string(a.Meta) != string(b.Meta) {
			return fmt.Errorf("event %d of %s is %s, of %s it is %s: they differ, and %s is no copy; does something else append to it? Copy to an empty one",
				n+1, from.name, describe(a), to.name, describe(b), to.name)
		}
		fmt.Fprintf(positions, "%d,%d,%s\n", a.Position, b.Position, a.ID)
		shown.at(n)
	}
}

// describe says all of an event that a copy keeps, but for its content.
func describe(r ledger.Recorded) string {
	if r.Stream == "" {
		return "none"
	}
	return fmt.Sprintf("%s, a %s of %d and %d B, revision %d of %s, recorded %s", r.ID, r.Type, len(r.Data), len(r.Meta), r.Revision, r.Stream,
		r.Created.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// sum adds to a hash all of an event that a copy keeps.
func sum(h hash.Hash, r ledger.Recorded) {
	for _, part := range [][]byte{[]byte(describe(r)), r.Meta, r.Data} {
		h.Write(binary.AppendUvarint(nil, uint64(len(part))))
		h.Write(part)
	}
}

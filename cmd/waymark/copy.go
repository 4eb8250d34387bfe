package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"waymark/ledger"
)

type copying struct {
	From string `required:"" placeholder:"LEDGER" help:"Ledger to copy: pebble:FOLDER, which no server has open, or esdb://a:2113,b:2113?tls=true."`
	To   string `required:"" placeholder:"LEDGER" help:"Where to: likewise. It must be empty, or hold a beginning of the other, as a copy does that broke off."`
	Map  string `type:"path" placeholder:"FILE" help:"Write the old and the new position of every event, with its id, a line each."`
	Find string `placeholder:"POSITION" help:"Copy nothing: tell where in --to the event is that has this position, or alert that has this token, in --from."`
}

// Run copies what --from holds now, and compares all of it with what --to holds
// then. Broken off, it is run again and goes on. errNo where --from has grown.
func (c copying) Run(ctx context.Context, std streams) (err error) {
	if c.From == c.To {
		return usagef("--from and --to are one ledger")
	}
	from, err := openEnd(ctx, c.From, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := openEnd(ctx, c.To, c.Find == "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if c.Find != "" {
		return find(ctx, std, from, to, c.Find)
	}
	end, err := last(ctx, from)
	if err != nil {
		return err
	}
	if err := transfer(ctx, std, from, to, end.Position); err != nil {
		return err
	}
	if err := verify(ctx, std, from, to, end.Position, c.Map); err != nil {
		return err
	}
	now, err := last(ctx, from)
	if err == nil && now.Position != end.Position {
		fmt.Fprintf(std.out, "%s has grown meanwhile; run the same command again to copy the rest\n", from.name)
		return errNo
	}
	return err
}

// transfer appends to to what from holds up to end and to does not.
func transfer(ctx context.Context, std streams, from, to *end, until ledger.Position) error {
	after, err := common(ctx, from, to)
	if err != nil {
		return err
	}
	start, events, appends := time.Now(), 0, 0
	shown := newProgress(std.err, "copy", "events", 0)
	err = to.Import(ctx, groups(upTo(ctx, from, after, until)), func(group []ledger.Recorded, _ ledger.Receipt) {
		events, appends = events+len(group), appends+1
		shown.at(int64(events))
	})
	shown.end()
	took := time.Since(start)
	fmt.Fprintf(std.out, "copied %d events in %d appends, %s, %.0f events/s; %s held what lies up to position %d of %s before\n",
		events, appends, took.Round(time.Millisecond), float64(events)/took.Seconds(), to.name, after, from.name)
	if err != nil {
		return fmt.Errorf("copy broke off; the same command again goes on from there: %w", err)
	}
	return nil
}

// common returns up to where from is what to holds. It looks at where to ends;
// verify compares all of it.
func common(ctx context.Context, from, to *end) (ledger.Position, error) {
	have, err := last(ctx, to)
	if err != nil || have.Position == 0 {
		return 0, err
	}
	same, ok, err := at(ctx, from, have)
	if err != nil {
		return 0, err
	}
	if !ok || describe(same) != describe(have) {
		return 0, usagef("%s ends with event %s, which %s does not hold: it is another ledger, or one that others append to; copy to an empty one",
			to.name, describe(have), from.name)
	}
	return same.Position, nil
}

// at returns the event in a log that is r in another.
func at(ctx context.Context, log ledger.Log, r ledger.Recorded) (ledger.Recorded, bool, error) {
	for got, err := range log.Stream(ctx, r.Stream, r.Revision, false) {
		return got, err == nil && got.Revision == r.Revision && got.ID == r.ID, err
	}
	return ledger.Recorded{}, false, nil
}

// last returns the last event of a log, at position 0 where there is none.
func last(ctx context.Context, log ledger.Log) (ledger.Recorded, error) {
	for r, err := range log.All(ctx, 0, true) {
		return r, err
	}
	return ledger.Recorded{}, nil
}

// upTo yields the events of a log after a position, up to that of another event.
func upTo(ctx context.Context, log ledger.Log, after, until ledger.Position) iter.Seq2[ledger.Recorded, error] {
	return func(yield func(ledger.Recorded, error) bool) {
		if after >= until {
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		feed, ended := log.Follow(ctx, after)
		for d := range feed {
			if d.Kind != ledger.Appended {
				continue
			}
			if !yield(d.Event, nil) || d.At >= until {
				return
			}
		}
		yield(ledger.Recorded{}, ended())
	}
}

// What a cluster's append may hold, in bytes, and what it counts for an imported
// event beyond its content and its type.
const (
	farAppend = 1 << 20
	farEvent  = 16
)

// groups puts together what lies next to each other in one stream, up to the
// size of an append as every engine counts it. So no append of a capture is ever
// torn that a cluster would take: a capture has a stream of its own, and is one
// append.
func groups(events iter.Seq2[ledger.Recorded, error]) iter.Seq2[[]ledger.Recorded, error] {
	return func(yield func([]ledger.Recorded, error) bool) {
		var group []ledger.Recorded
		size, far := 0, 0
		for r, err := range events {
			if err != nil {
				yield(nil, err)
				return
			}
			weight := len(r.Data) + len(r.Meta) + len(r.Type)
			heavy := weight + len(r.Type) + farEvent
			if n := len(group); n > 0 && (group[n-1].Stream != r.Stream || group[n-1].Revision+1 != r.Revision ||
				size+weight > ledger.MaxAppend || far+heavy > farAppend) {
				if !yield(group, nil) {
					return
				}
				group, size, far = nil, 0, 0
			}
			group, size, far = append(group, r), size+weight, far+heavy
		}
		if len(group) > 0 {
			yield(group, nil)
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/pebblelog"
)

// An end is a log that is copied from or to.
type end struct {
	ledger.Importer
	name string // without a password
}

// reachWithin is how long a cluster may take to answer for the first time.
const reachWithin = 30 * time.Second

// openEnd opens a ledger, to be written or only read.
func openEnd(ctx context.Context, name string, write bool) (*end, error) {
	folder, ok := strings.CutPrefix(name, "pebble:")
	if !ok {
		return openFar(ctx, name)
	}
	d := dataDir(folder)
	if folder == "" {
		return nil, usagef("pebble: names no folder")
	}
	if write {
		if err := d.must(); err != nil {
			if _, serr := os.Stat(d.views()); serr == nil {
				return nil, usagef("%s holds the views of a node of a cluster; copy to another folder", d)
			}
		}
		log, err := pebblelog.Open(pebblelog.Options{Dir: d.ledger(), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return nil, d.plain(err)
		}
		return &end{log, name}, nil
	}
	if err := d.must(); err != nil {
		return nil, err
	}
	log, err := d.openLog()
	if err != nil {
		return nil, err
	}
	return &end{log, name}, nil
}

func openFar(ctx context.Context, name string) (*end, error) {
	log, err := esdblog.Open(esdblog.Options{URL: name})
	if err != nil {
		return nil, usagef("a ledger is pebble:FOLDER or esdb://…: %w", err)
	}
	first, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	e := &end{log, shown(name)}
	if _, err := last(first, log); err != nil {
		return nil, errors.Join(fmt.Errorf("reach %s: %w", e.name, err), log.Close())
	}
	return e, nil
}

// shown returns a connection string without user and password.
func shown(name string) string {
	scheme, rest, _ := strings.Cut(name, "://")
	hosts, _, _ := strings.Cut(rest, "?")
	if at := strings.LastIndexByte(hosts, '@'); at >= 0 {
		hosts = hosts[at+1:]
	}
	return (&url.URL{Scheme: scheme, Host: hosts}).String()
}

// find says where in to an event of from is.
func find(ctx context.Context, std streams, from, to *end, what string) error {
	number, rest, _ := strings.Cut(what, "-")
	p, err := strconv.ParseUint(number, 10, 64)
	if err != nil || p == 0 {
		return usagef("%q is neither a position nor an alert's token", what)
	}
	if rest != "" {
		rest = "-" + rest
	}
	for r, err := range from.All(ctx, ledger.Position(p)-1, false) {
		if errors.Is(err, ledger.ErrPosition) || err == nil && r.Position != ledger.Position(p) {
			break
		}
		if err != nil {
			return err
		}
		there, ok, err := at(ctx, to, r)
		if err != nil {
			return err
		}
		if !ok {
			fmt.Fprintf(std.out, "%d%s of %s is event %s, which %s does not hold\n", p, rest, from.name, r.ID, to.name)
			return errNo
		}
		fmt.Fprintf(std.out, "%d%s of %s is %d%s of %s: event %s, revision %d of %s, recorded %s\n",
			p, rest, from.name, there.Position, rest, to.name, r.ID, r.Revision, r.Stream, r.Created.Format(time.RFC3339Nano))
		return nil
	}
	fmt.Fprintf(std.out, "%s has no event at position %d\n", from.name, p)
	return errNo
}

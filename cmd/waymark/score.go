package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"waymark/api"
	"waymark/internal/diversion"
	"waymark/internal/sim"
	"waymark/ledger"
	"waymark/projections"
)

type score struct {
	Data      string     `type:"path" placeholder:"DIR" help:"Score the demo's ledger in this folder, which no server has open."`
	Seeds     string     `placeholder:"FROM-TO" help:"Generate these seeds, one after the other, and score each."`
	Preset    sim.Preset `default:"S" enum:"S,M,L" help:"Size of what --seeds generates."`
	Noise     float64    `default:"1" help:"Noise of what --seeds generates."`
	World     worldFile  `type:"path" placeholder:"FILE" help:"Let --seeds generate the world that this file describes instead of the built-in one."`
	Baselines bool       `help:"Score two rules in wide use on the same trade, too: too large a share of scans abroad, and too fast a move."`
	Exact     bool       `help:"Exit with 1 unless everything planted was found, and nothing else."`
	JSON      bool       `help:"Print JSON."`
}

// A scoring is how well one trade was judged.
type scoring struct {
	sim.Report
	usual *sim.Usual // nil unless asked for
}

// Run scores a trade that it reads from standard input, as sim writes it, or
// what its flags name.
func (s score) Run(ctx context.Context, std streams) error {
	var scored []scoring
	var err error
	switch {
	case s.Data != "" && s.Seeds != "":
		return usagef("--data and --seeds exclude each other")
	case s.World != "" && s.Seeds == "":
		return usagef("--world goes with --seeds")
	case s.Data != "":
		scored, err = s.data()
	case s.Seeds != "":
		scored, err = s.seeds(ctx, std)
	default:
		var one scoring
		one, err = s.trade(ctx, std.in, std.err)
		scored = []scoring{one}
	}
	if err != nil {
		return err
	}
	if err := s.print(std.out, scored); err != nil {
		return err
	}
	for _, r := range scored {
		if s.Exact && !r.Exact() {
			return errNo
		}
	}
	return nil
}

// results is what score prints for machines.
type results struct {
	Reports   []sim.Report `json:"reports"`
	Spread    *sim.Spread  `json:"spread,omitempty"` // of several
	Baselines []baseline   `json:"baselines,omitempty"`
}

// A baseline is how well a rule in wide use did.
type baseline struct {
	Rule    string       `json:"rule"`
	Reports []sim.Report `json:"reports"`
	Spread  *sim.Spread  `json:"spread,omitempty"`
}

func resultsOf(scored []scoring) (r results) {
	vendor := baseline{Rule: "share of scans abroad above 5 %, 20 scans at least, each week"}
	speed := baseline{Rule: "two scans in a row at more than 1,000 km/h"}
	for _, one := range scored {
		r.Reports = append(r.Reports, one.Report)
		if one.usual != nil {
			vendor.Reports, speed.Reports = append(vendor.Reports, one.usual.Vendor), append(speed.Reports, one.usual.Speed)
		}
	}
	r.Spread = spread(r.Reports)
	for _, b := range []baseline{vendor, speed} {
		if len(b.Reports) > 0 {
			b.Spread = spread(b.Reports)
			r.Baselines = append(r.Baselines, b)
		}
	}
	return r
}

// spread returns how several reports lie, nil for one.
func spread(reports []sim.Report) *sim.Spread {
	if len(reports) < 2 {
		return nil
	}
	s := sim.SpreadOf(reports)
	return &s
}

func (s score) print(out io.Writer, scored []scoring) error {
	r := resultsOf(scored)
	if s.JSON {
		if err := json.MarshalWrite(out, r, jsontext.Multiline(true)); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out)
		return err
	}
	if err := printReports(out, r.Reports, r.Spread); err != nil {
		return err
	}
	for _, b := range r.Baselines {
		if _, err := fmt.Fprintf(out, "\nInstead, by the usual rule: %s\n\n", b.Rule); err != nil {
			return err
		}
		if err := printReports(out, b.Reports, b.Spread); err != nil {
			return err
		}
	}
	return nil
}

func printReports(out io.Writer, reports []sim.Report, spread *sim.Spread) error {
	if spread != nil {
		_, err := fmt.Fprint(out, *spread)
		return err
	}
	_, err := fmt.Fprint(out, reports[0])
	return err
}

// seeds generates and scores one seed after the other.
func (s score) seeds(ctx context.Context, std streams) (scored []scoring, err error) {
	setting, err := s.World.read()
	if err != nil {
		return nil, err
	}
	var from, to uint64
	if n, _ := fmt.Sscanf(s.Seeds, "%d-%d", &from, &to); n == 1 {
		to = from
	} else if n != 2 || to < from {
		return nil, usagef("--seeds %q, want a range such as 1-20", s.Seeds)
	}
	for seed := from; seed <= to; seed++ {
		fmt.Fprintf(std.err, "seed %d\n", seed)
		in, out := io.Pipe()
		go func() {
			out.CloseWithError(writeTrade(out, scenario{Preset: s.Preset, Seed: seed, Noise: s.Noise}.of(setting)))
		}()
		one, err := s.trade(ctx, in, std.err)
		in.CloseWithError(err)
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", seed, err)
		}
		scored = append(scored, one)
	}
	return scored, nil
}

// data scores the demo's ledger.
func (s score) data() (scored []scoring, err error) {
	dir := dataDir(s.Data)
	state, err := readDemoState(dir)
	if err != nil {
		return nil, usagef("%s holds no demo: %w", dir, err)
	}
	err = dir.read(func(h *house) error {
		h.until = state.Last
		w := scenario{state.Preset, state.Seed, state.Noise}.generate()
		a := arrivals{}
		for m := range w.Messages() {
			a.message(m)
		}
		r, err := h.score(w.Truth, a)
		scored = []scoring{{Report: r}}
		if s.Baselines {
			usual := sim.ScoreUsual(w.Messages(), w.Master, w.Truth, len(a))
			scored[0].usual = &usual
		}
		return err
	})
	return scored, err
}

// trade posts a trade to a server of its own, in memory, and scores what was
// found in it.
func (s score) trade(ctx context.Context, in io.Reader, watch io.Writer) (r scoring, err error) {
	logger := slog.New(slog.NewTextHandler(watch, &slog.HandlerOptions{Level: slog.LevelError}))
	h, err := inMemory(logger)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	listener, err := listen("127.0.0.1:0", true)
	if err != nil {
		return r, err
	}
	running, err := h.serve(listener, api.Config{Dev: true, Logger: logger})
	if err != nil {
		return r, errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, running.stop()) }()
	p := &poster{base: "http://" + listener.Addr().String(), seen: arrivals{}}
	if s.Baselines {
		p.kept = &keptTrade{}
	}
	truth, err := p.trade(ctx, in, watch, 0)
	if err != nil {
		return r, err
	}
	if err := h.views.Wait(ctx, h.log.Last()); err != nil {
		return r, err
	}
	if s.Baselines {
		usual := sim.ScoreUsual(slices.Values(p.kept.messages), p.kept.master, truth, len(p.seen))
		r.usual = &usual
	}
	r.Report, err = h.score(truth, p.seen)
	return r, err
}

// arrivals says when each message arrived, by the stream that holds it, and how
// many messages saw goods.
type arrivals map[string]time.Time

func (a arrivals) message(m sim.Message) {
	switch {
	case m.Hop != nil:
		a[ledger.CaptureStream(ledger.CaptureID(m.Hop.ID))] = m.Arrival
	case m.Observation != nil:
		a[ledger.CaptureStream(ledger.CaptureID(m.Observation.ID))] = m.Arrival
	case m.Leak != nil:
		a[ledger.AggregateStream("leak", m.Leak.ID)] = m.Arrival
	}
}

// score scores what the views hold against the truth.
func (h *house) score(truth []sim.Truth, a arrivals) (sim.Report, error) {
	var found []sim.Found
	err := h.findings(func(f projections.Finding) error {
		if h.until > 0 && f.RaisedPosition > h.until {
			return nil
		}
		raised, err := h.arrival(f.RaisedPosition, a)
		found = append(found, sim.Found{Rule: f.Rule, Strength: string(f.Strength), Withdrawn: f.Status == diversion.Withdrawn, Silent: !f.Alerted,
			Partner: f.Partner, From: f.From, To: f.To, Items: f.Items, First: f.FirstEventTime, Raised: raised})
		return err
	})
	return sim.Score(expected(truth), found, len(a)), err
}

// expected leaves out what no rule here looks for.
func expected(truth []sim.Truth) []sim.Truth {
	return sim.Expected(truth, func(rule string) bool {
		_, ok := diversion.ByID(rule)
		return ok
	})
}

// findings calls f with every finding in full, those withdrawn too.
func (h *house) findings(f func(projections.Finding) error) error {
	for _, status := range []diversion.Status{"", diversion.Withdrawn} {
		for q := (projections.FindingQuery{Status: status, Limit: 1000}); ; {
			page, err := h.views.Findings(q)
			if err != nil {
				return err
			}
			for _, x := range page.Findings {
				if len(x.Items) >= projections.Listed { // there may be more
					if x, _, err = h.views.Finding(x.ID, ""); err != nil {
						return err
					}
				}
				if err := f(x); err != nil {
					return err
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return nil
}

// arrival returns when the message at a position arrived in the scenario.
func (h *house) arrival(p ledger.Position, a arrivals) (time.Time, error) {
	for r, err := range h.log.All(context.Background(), p-1, false) {
		return a[r.Stream], err
	}
	return time.Time{}, nil
}

// exampleItem returns an item that a finding of some weight concerns.
func (h *house) exampleItem() (string, error) {
	for _, rule := range []string{"R02", ""} {
		page, err := h.views.Findings(projections.FindingQuery{Rule: rule, Limit: 1})
		if err != nil {
			return "", err
		}
		for _, f := range page.Findings {
			if len(f.Items) > 0 {
				return short(f.Items[0]), nil
			}
		}
	}
	return "(01)09521234100010(21)1", nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
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
	Data   string     `type:"path" placeholder:"DIR" help:"Score the demo's ledger in this folder, which no server has open."`
	Seeds  string     `placeholder:"FROM-TO" help:"Generate these seeds, one after the other, and score each."`
	Preset sim.Preset `default:"S" enum:"S,M,L" help:"Size of what --seeds generates."`
	Noise  float64    `default:"1" help:"Noise of what --seeds generates."`
	Exact  bool       `help:"Exit with 1 unless everything planted was found, and nothing else."`
	JSON   bool       `help:"Print JSON."`
}

// Run scores a trade that it reads from standard input, as sim writes it, or
// what its flags name.
func (s score) Run(ctx context.Context, std streams) error {
	var reports []sim.Report
	var err error
	switch {
	case s.Data != "" && s.Seeds != "":
		return usagef("--data and --seeds exclude each other")
	case s.Data != "":
		reports, err = s.data()
	case s.Seeds != "":
		reports, err = s.seeds(ctx, std)
	default:
		var r sim.Report
		r, err = scoreTrade(ctx, std.in, std.err)
		reports = []sim.Report{r}
	}
	if err != nil {
		return err
	}
	if err := s.print(std.out, reports); err != nil {
		return err
	}
	for _, r := range reports {
		if s.Exact && !r.Exact() {
			return errNo
		}
	}
	return nil
}

// results is what score prints for machines.
type results struct {
	Reports []sim.Report `json:"reports"`
	Spread  *sim.Spread  `json:"spread,omitempty"` // of several
}

func (s score) print(out io.Writer, reports []sim.Report) error {
	r := results{Reports: reports}
	if len(reports) > 1 {
		spread := sim.SpreadOf(reports)
		r.Spread = &spread
	}
	if s.JSON {
		if err := json.MarshalWrite(out, r, jsontext.Multiline(true)); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out)
		return err
	}
	if r.Spread != nil {
		_, err := fmt.Fprint(out, *r.Spread)
		return err
	}
	_, err := fmt.Fprint(out, reports[0])
	return err
}

// seeds generates and scores one seed after the other.
func (s score) seeds(ctx context.Context, std streams) (reports []sim.Report, err error) {
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
			out.CloseWithError(writeTrade(out, scenario{Preset: s.Preset, Seed: seed, Noise: s.Noise}.generate()))
		}()
		r, err := scoreTrade(ctx, in, std.err)
		in.CloseWithError(err)
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", seed, err)
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// data scores the demo's ledger.
func (s score) data() (reports []sim.Report, err error) {
	dir := dataDir(s.Data)
	state, err := readDemoState(dir)
	if err != nil {
		return nil, usagef("%s holds no demo: %w", dir, err)
	}
	err = dir.read(func(h *house) error {
		w := scenario{state.Preset, state.Seed, state.Noise}.generate()
		a := arrivals{}
		for m := range w.Messages() {
			a.message(m)
		}
		r, err := h.score(w.Truth, a)
		reports = []sim.Report{r}
		return err
	})
	return reports, err
}

// scoreTrade posts a trade to a server of its own, in memory, and scores what
// was found in it.
func scoreTrade(ctx context.Context, in io.Reader, watch io.Writer) (r sim.Report, err error) {
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
	truth, err := p.trade(ctx, in, watch, 0)
	if err != nil {
		return r, err
	}
	if err := h.views.Wait(ctx, h.log.Last()); err != nil {
		return r, err
	}
	return h.score(truth, p.seen)
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
	}
}

// score scores what the views hold against the truth.
func (h *house) score(truth []sim.Truth, a arrivals) (sim.Report, error) {
	var found []sim.Found
	err := h.findings(func(f projections.Finding) error {
		raised, err := h.arrival(f.RaisedPosition, a)
		found = append(found, sim.Found{Rule: f.Rule, Strength: string(f.Strength), Withdrawn: f.Status == diversion.Withdrawn, Silent: !f.Alerted,
			Partner: f.Partner, From: f.From, To: f.To, Items: f.Items, First: f.FirstEventTime, Raised: raised})
		return err
	})
	return sim.Score(expected(truth), found, len(a)), err
}

// expected leaves out what no rule here looks for, and what rests on the policy
// pack, which is not recorded.
func expected(truth []sim.Truth) []sim.Truth {
	return sim.Expected(truth, func(rule string) bool {
		_, ok := diversion.ByID(rule)
		return ok && rule != "R19"
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
				if x, _, err = h.views.Finding(x.ID, ""); err != nil {
					return err
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

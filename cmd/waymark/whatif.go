package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/projections"
)

type whatIf struct {
	location `embed:""`

	Rule   string   `placeholder:"ID" help:"Rule whose parameters --set changes, such as R06."`
	Set    []string `sep:"none" placeholder:"NAME=VALUE" help:"Judge with this value of a parameter of the rule. May be given more than once."`
	Policy string   `type:"existingfile" placeholder:"FILE" help:"Judge by this policy pack instead of the one in force; --set changes it further."`
	Since  string   `placeholder:"DATE" help:"Compare findings of what happened from this day on, UTC; else all."`
	JSON   bool     `help:"Print JSON."`
}

// Run judges all that is recorded by another policy, in memory, and prints what
// would be found instead. Nothing is written.
func (w whatIf) Run(ctx context.Context, std streams) (err error) {
	since, err := w.since()
	if err != nil {
		return err
	}
	if _, err := w.policy(diversion.Standard); err != nil { // before much work
		return err
	}
	log, err := w.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()

	recorded, err := w.dir().recorded(ctx, std, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, recorded.Close()) }()
	base := recorded.Policies().At(recorded.AsOf().Time)
	policy, err := w.policy(base)
	if err != nil {
		return err
	}
	asked, err := draw(ctx, std, log, "judge anew", policy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, asked.Close()) }()
	c := comparison{Policy: base.Version, Changes: w.changes(base), Since: w.Since, AsOf: recorded.AsOf()}
	if err := c.compare(recorded, asked, since); err != nil {
		return err
	}
	if w.JSON {
		return writeJSON(std.out, c)
	}
	return c.print(std.out)
}

// since returns the first moment that is compared.
func (w whatIf) since() (time.Time, error) {
	if w.Since == "" {
		return time.Time{}, nil
	}
	t, ok := partner.Date(w.Since).Start()
	if !ok {
		return t, usagef("--since %q, want a date such as 2026-01-31", w.Since)
	}
	return t, nil
}

// policy returns the pack to judge by: the one in force, or that of the file,
// with what is set.
func (w whatIf) policy(inForce *diversion.Policy) (*diversion.Policy, error) {
	if w.Policy == "" && len(w.Set) == 0 {
		return nil, usagef("nothing is changed: want --rule with --set, or --policy")
	}
	if (w.Rule == "") != (len(w.Set) == 0) {
		return nil, usagef("--rule and --set go together")
	}
	p := *inForce
	if w.Policy != "" {
		data, err := os.ReadFile(w.Policy)
		if err != nil {
			return nil, usageError{err}
		}
		p = diversion.Policy{}
		if err := json.Unmarshal(data, &p, json.RejectUnknownMembers(true)); err != nil {
			return nil, usagef("%s holds no policy pack: %w", w.Policy, err)
		}
		if faults := p.Validate(); len(faults) > 0 {
			return nil, usagef("%s: %w", w.Policy, faults[0])
		}
	}
	p.Version, p.From = "what-if", ""
	if w.Rule != "" {
		rule, err := w.rulePolicy(p.Rules[w.Rule])
		if err != nil {
			return nil, err
		}
		p.Rules = maps.Clone(p.Rules)
		if p.Rules == nil {
			p.Rules = map[string]diversion.RulePolicy{}
		}
		p.Rules[w.Rule] = rule
	}
	if faults := p.Validate(); len(faults) > 0 {
		return nil, usageError{faults[0]}
	}
	var ps diversion.Policies
	ps.Set(p) // fills in what is left out
	whole, _ := ps.Get(p.Version)
	return &whole, nil
}

func (w whatIf) rulePolicy(rp diversion.RulePolicy) (diversion.RulePolicy, error) {
	if _, ok := diversion.ByID(w.Rule); !ok {
		var known []string
		for _, r := range diversion.Rules {
			known = append(known, r.ID)
		}
		slices.Sort(known)
		return rp, usagef("no rule %q, want one of: %s", w.Rule, strings.Join(known, ", "))
	}
	rp.Set = maps.Clone(rp.Set)
	if rp.Set == nil {
		rp.Set = map[string]float64{}
	}
	for _, s := range w.Set {
		name, value, ok := strings.Cut(s, "=")
		v, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil {
			return rp, usagef("--set %q, want a name and a number such as threshold=0.01", s)
		}
		rp.Set[name] = v
	}
	return rp, nil
}

// changes says what is changed, for people.
func (w whatIf) changes(inForce *diversion.Policy) (out []string) {
	if w.Policy != "" {
		out = append(out, "policy of "+w.Policy)
	}
	r, _ := diversion.ByID(w.Rule)
	for _, s := range w.Set {
		name, value, _ := strings.Cut(s, "=")
		if w.Policy == "" {
			out = append(out, fmt.Sprintf("%s %s %v → %s", w.Rule, name, inForce.Value(r, name), value))
			continue
		}
		out = append(out, fmt.Sprintf("%s %s = %s", w.Rule, name, value))
	}
	return out
}

// recorded returns views of the log as it was judged: those on disk where they
// are current, else drawn in memory.
func (d dataDir) recorded(ctx context.Context, std streams, log *reading) (*projections.Views, error) {
	views, err := projections.Open(log, projections.Options{Dir: d.views(), ReadOnly: true})
	if err == nil && views.AsOf().Position == log.end {
		return views, nil
	}
	if err == nil {
		if err := views.Close(); err != nil {
			return nil, err
		}
	}
	return draw(ctx, std, log, "judge as recorded", nil)
}

// draw draws views of a log in memory, by the packs that were adopted, or else by
// one.
func draw(ctx context.Context, std streams, log *reading, what string, by *diversion.Policy) (*projections.Views, error) {
	views, err := projections.Open(log, projections.Options{Policy: by})
	if err != nil {
		return nil, err
	}
	shown, at := log.progress(std.err, what)
	defer shown.end()
	err = views.CatchUp(ctx, at)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, errors.Join(err, views.Close())
	}
	return views, nil
}

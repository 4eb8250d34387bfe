package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"waymark/internal/custody"
	"waymark/ledger"
	"waymark/ledger/seal"
)

// sealing are the flags of what seals a ledger.
type sealing struct {
	Seal        *bool  `negatable:"" help:"Seal the ledger, so that outsiders can check it. On where the ledger is in the folder; in a cluster, give it to one node."`
	SealLock    string `type:"path" placeholder:"DIR" help:"Folder of the newest signed checkpoint, best on another disk, and never in a backup: it tells an old backup from the ledger. By default seal-lock in the data folder."`
	SealName    string `placeholder:"NAME" help:"Name of the log where it is sealed for the first time, such as ledger.example.com/goods."`
	SealPolicy  string `type:"existingfile" placeholder:"FILE" help:"Policy (C2SP tlog-policy) whose witnesses, those with addresses, are asked to cosign each checkpoint. Without their quorum it is published unwitnessed."`
	NewLogAfter string `type:"existingfile" placeholder:"FILE" help:"Begin another log where the sealed one is lost for good. The file is its last known checkpoint, which the new log's first entry names."`
}

// wanted tells whether to seal: a ledger of one's own, unless told not to.
func (o sealing) wanted(own bool) bool {
	if o.Seal != nil {
		return *o.Seal
	}
	return own
}

func (o sealing) lock(d dataDir) seal.LockDir {
	if o.SealLock != "" {
		return seal.LockDir(o.SealLock)
	}
	return seal.LockDir(d.sealLock())
}

// sealedFacts returns what an event says of items, under a schema.
func sealedFacts(schema byte, r ledger.Recorded) ([]seal.Fact, error) {
	facts, err := custody.Sealed(schema, r.Event)
	if err != nil {
		return nil, err
	}
	out := make([]seal.Fact, len(facts))
	for i, f := range facts {
		out[i] = seal.Fact{Stream: f.Item.String(), Content: f.Content}
	}
	return out, nil
}

// A sealer seals a house's ledger in the background.
type sealer struct {
	*seal.Sealer
	public  string
	figures *sealFigures
	stop    context.CancelFunc
	done    chan struct{}
}

// newSealer opens the seal of a log whose files are in d.
func (o sealing) newSealer(ctx context.Context, d dataDir, log ledger.Log) (*sealer, error) {
	after, err := o.renew(d)
	if err != nil {
		return nil, err
	}
	secret, err := d.secret(o.SealName)
	if err != nil {
		return nil, err
	}
	cosign, err := cosigning(o.SealPolicy)
	if err != nil {
		return nil, err
	}
	s := &sealer{public: secret.public, figures: &sealFigures{log: log}}
	s.Sealer, err = seal.Open(ctx, seal.Config{
		Log: log, Store: seal.Dir(d.seal()), Lock: o.lock(d), Signer: secret.signer, Verifier: secret.verifier, Key: secret.salts,
		Facts: sealedFacts, Schema: custody.SealedSchema, After: after, Cosign: cosign, Told: s.figures.told,
	})
	if err == nil {
		s.figures.at.Store(uint64(s.Position()))
		s.figures.entries.Store(s.Size())
		err = s.Holds(ctx)
	}
	return s, err
}

// run seals until close. What goes wrong is logged and counted; the ledger goes
// on unsealed, as its events are durable without.
func (s *sealer) run(logger *slog.Logger) {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop, s.done = cancel, make(chan struct{})
	go func() {
		defer close(s.done)
		err := s.Run(ctx)
		if ctx.Err() == nil {
			s.figures.failed.Store(true)
			logger.Error("the ledger is no longer sealed; what is recorded from now on cannot be proven until a restart", "error", err)
		}
	}()
}

// close ends sealing, with what is recorded already.
func (s *sealer) close() error {
	if s == nil || s.stop == nil {
		return nil
	}
	s.stop()
	<-s.done
	if s.figures.failed.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	if err := s.CatchUp(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("seal what was recorded last: %w", err)
	}
	return s.Snapshot()
}

// renew puts a lost log's seal aside, where that is asked for, and returns its
// checkpoint.
func (o sealing) renew(d dataDir) ([]byte, error) {
	if o.NewLogAfter == "" {
		return nil, nil
	}
	signed, err := os.ReadFile(o.NewLogAfter)
	if err != nil {
		return nil, err
	}
	old, err := d.secret(o.SealName)
	if err != nil {
		return nil, err
	}
	c, _, err := seal.Policy{Log: old.verifier}.Open(signed)
	if err != nil {
		return nil, usagef("%s is no checkpoint of the log that was sealed here: %v", o.NewLogAfter, err)
	}
	name := fmt.Sprintf("%s/after-%d", c.Origin, c.Size)
	next, err := newSecret(name)
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{d.seal(), string(o.lock(d)), d.sealKey()} { // the key last: until it is gone, this can be done again
		if err := os.Rename(dir, fmt.Sprintf("%s.after-%d", dir, c.Size)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return signed, writeSecret(d.sealKey(), next)
}

// sealFigures are what a sealer's metrics show.
type sealFigures struct {
	log     ledger.Log
	alone   atomic.Bool // the newest checkpoint lacks its quorum
	at      atomic.Uint64
	entries atomic.Int64
	nanos   atomic.Int64
	count   atomic.Int64
	failed  atomic.Bool
}

func (f *sealFigures) told(s seal.Sealed) {
	f.nanos.Add(int64(s.Took))
	f.count.Add(1)
	if s.Err != nil {
		f.failed.Store(true)
		return
	}
	f.at.Store(uint64(s.Position))
	f.entries.Store(s.Size)
	f.alone.Store(s.Witness != nil)
}

var (
	descSealPosition = prometheus.NewDesc("waymark_seal_position", "Position of the last event that is sealed.", nil, nil)
	descSealBehind   = prometheus.NewDesc("waymark_seal_behind_positions", "Positions that the log is ahead of the seal, where they are dense.", nil, nil)
	descSealEntries  = prometheus.NewDesc("waymark_seal_entries", "Entries under the newest checkpoint.", nil, nil)
	descSealSeconds  = prometheus.NewDesc("waymark_seal_seconds_total", "Time spent sealing, files and witnesses included.", nil, nil)
	descSealCount    = prometheus.NewDesc("waymark_seal_checkpoints_total", "Checkpoints signed since the start.", nil, nil)
	descSealAlone    = prometheus.NewDesc("waymark_seal_unwitnessed", "1 where the newest checkpoint lacks the quorum of the policy that is set, or one of its witnesses.", nil, nil)
	descSealFailed   = prometheus.NewDesc("waymark_seal_failed", "1 where sealing has stopped: what is recorded since cannot be proven until a restart.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (f *sealFigures) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(f, ch) }

// Collect implements [prometheus.Collector].
func (f *sealFigures) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	at := f.at.Load()
	gauge(descSealPosition, float64(at))
	if l, ok := f.log.(interface{ Last() ledger.Position }); ok {
		gauge(descSealBehind, float64(l.Last())-float64(at))
	}
	gauge(descSealEntries, float64(f.entries.Load()))
	alone := 0.0
	if f.alone.Load() {
		alone = 1
	}
	gauge(descSealAlone, alone)
	failed := 0.0
	if f.failed.Load() {
		failed = 1
	}
	gauge(descSealFailed, failed)
	ch <- prometheus.MustNewConstMetric(descSealSeconds, prometheus.CounterValue, time.Duration(f.nanos.Load()).Seconds())
	ch <- prometheus.MustNewConstMetric(descSealCount, prometheus.CounterValue, float64(f.count.Load()))
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"waymark/internal/evidence"
	"waymark/internal/gs1"
	"waymark/ledger"
	"waymark/ledger/seal"
	"waymark/ledger/seal/witness"
)

type verification struct {
	File   string        `arg:"" type:"existingfile" help:"Proof of an item, as waymark trace --proof writes it, or receipt of a capture (.tlog-proof)."`
	Policy string        `required:"" type:"existingfile" placeholder:"FILE" help:"Whose word counts: the log's key, witnesses and their quorum, as C2SP tlog-policy has it."`
	Item   string        `placeholder:"ITEM" help:"Demand that the proof is of this item."`
	MaxAge time.Duration `placeholder:"DURATION" help:"Demand that the proof is no older, by the log's clock, such as 24h."`
}

// Run checks a proof, with nothing but the two files, and says what it proves;
// errNo where it does not hold.
func (v verification) Run(std streams) error {
	policy, err := readPolicy(v.Policy)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(v.File)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(data, []byte("c2sp.org/tlog-proof@")) {
		err = v.receipt(std.out, data, policy)
	} else {
		err = v.bundle(std.out, data, policy)
	}
	var wrong usageError
	if err == nil || errors.Is(err, errNo) || errors.Is(err, ledger.ErrDamaged) || errors.As(err, &wrong) {
		return err
	}
	fmt.Fprintf(std.out, "the proof does not hold: %s\n", err)
	return errNo
}

// readPolicy reads a policy that names a log.
func readPolicy(file string) (witness.Policy, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return witness.Policy{}, usageError{err}
	}
	p, err := witness.ParsePolicy(data)
	if err != nil {
		return p, usagef("%s: %w", file, err)
	}
	if len(p.Logs) == 0 {
		return p, usagef("%s names no log; want a line log and the key that waymark seal key prints", file)
	}
	return p, nil
}

// damagedf says that a file is not one that anybody made so.
func damagedf(format string, args ...any) error { return damageError{fmt.Errorf(format, args...)} }

// A damageError is [ledger.ErrDamaged] in other words.
type damageError struct{ error }

func (d damageError) Unwrap() error        { return d.error }
func (d damageError) Is(target error) bool { return target == ledger.ErrDamaged }

// bundle checks the proof of an item and folds its way.
func (v verification) bundle(out io.Writer, data []byte, policy witness.Policy) error {
	b, err := seal.ParseBundle(data)
	if err != nil {
		return damagedf("%s is neither a proof nor a receipt: %w", v.File, err)
	}
	opened, err := policy.Open([]byte(b.Checkpoint))
	if err != nil {
		return err
	}
	st, err := seal.Verify(b, opened.Log)
	if err != nil {
		return err
	}
	if err := v.fresh(st.Time); err != nil {
		return err
	}
	it, err := v.subject(st)
	if err != nil {
		return err
	}
	w, err := evidence.Fold(st, it)
	if err != nil {
		return err
	}
	fmt.Fprint(out, w)
	if !w.Complete() {
		return fmt.Errorf("what is recorded of %d of the things that it was in is not shown", len(w.Missing))
	}
	if len(w.Unused) > 0 {
		fmt.Fprintf(out, "the proof also shows %d streams that say nothing of it\n", len(w.Unused))
	}
	_, err = fmt.Fprintf(out, "complete up to entry %d of %s at %s, %s\n", st.Size, st.Log, st.Time.Format(time.RFC3339), opened)
	return err
}

// fresh refuses what is older than was asked for.
func (v verification) fresh(at time.Time) error {
	if age := time.Since(at); v.MaxAge > 0 && age > v.MaxAge {
		return fmt.Errorf("it is of %s, older than %v: what happened since may be withheld", at.Format(time.RFC3339), v.MaxAge)
	}
	return nil
}

// subject returns the item that a proof is of: its first stream.
func (v verification) subject(st seal.Statement) (gs1.Item, error) {
	if len(st.Streams) == 0 {
		return "", errors.New("it is of nothing")
	}
	it, err := gs1.ParseItem(st.Streams[0].Stream)
	if err != nil || evidence.Stream(it) != st.Streams[0].Stream {
		return "", fmt.Errorf("it is of %q, which is no item", st.Streams[0].Stream)
	}
	if v.Item == "" {
		return it, nil
	}
	want, err := gs1.ParseItem(v.Item)
	if err != nil {
		return "", usagef("%w", err)
	}
	if want != it {
		return "", fmt.Errorf("it is of %s, not of %s", short(it), short(want))
	}
	return it, nil
}

// receipt checks the proof that a capture was recorded.
func (v verification) receipt(out io.Writer, data []byte, policy witness.Policy) error {
	if v.Item != "" {
		return usagef("a receipt is of a capture, not of an item")
	}
	r, err := seal.ParseReceipt(data)
	if err != nil {
		return damagedf("%s is no receipt: %w", v.File, err)
	}
	opened, err := policy.Open([]byte(r.Checkpoint))
	if err != nil {
		return err
	}
	l, err := seal.VerifyReceipt(r, opened.Log)
	if err != nil {
		return err
	}
	at := time.UnixMilli(int64(l.Recorded)).UTC()
	if err := v.fresh(at); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "event %s was recorded at %s, position %d, as entry %d of the %d of %s, %s\nits content has the SHA-256 %x\n",
		l.Event, at.Format(time.RFC3339), l.Position, l.Index, opened.Size, opened.Origin, opened, l.Payload)
	return err
}

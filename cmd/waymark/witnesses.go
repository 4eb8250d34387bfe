package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal/witness"
)

// witnessWait is what witnesses are given to cosign. Sealing waits for it, and
// who asks for a proof meanwhile; recording does not.
const witnessWait = 3 * time.Second

// cosigning returns what asks the witnesses of a policy, nil where there is none.
func cosigning(policy string) (func(context.Context, []byte, int64, func(int64) ([]tlog.Hash, error)) ([]byte, error), error) {
	if policy == "" {
		return nil, nil
	}
	p, err := readPolicy(policy)
	if err != nil {
		return nil, err
	}
	c := &witness.Client{Policy: p, HTTP: &http.Client{Timeout: witnessWait}}
	return func(ctx context.Context, signed []byte, size int64, prove func(int64) ([]tlog.Hash, error)) ([]byte, error) {
		// the last checkpoint before the end is worth as much as any
		got, err := c.Cosign(context.WithoutCancel(ctx), signed, size, prove)
		if _, missed := p.Open(got); missed != nil {
			err = errors.Join(err, missed)
		}
		return got, err
	}, nil
}

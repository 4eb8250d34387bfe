package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal"
)

// A Client asks the witnesses of a policy to cosign the checkpoints of a log.
// Its methods may be called concurrently.
type Client struct {
	Policy Policy
	HTTP   *http.Client // nil means [http.DefaultClient]; give it a timeout

	mu    sync.Mutex
	sizes map[string]int64 // what each witness cosigned last, by its key
}

// Cosign returns the signed checkpoint of a tree of that size with the
// cosignatures of all witnesses that gave one, and what befell the others.
// prove returns the consistency proof from a smaller size. Whether the quorum
// is met, [Policy.Open] tells.
func (c *Client) Cosign(ctx context.Context, signed []byte, size int64, prove func(old int64) ([]tlog.Hash, error)) ([]byte, error) {
	lines := make([][]byte, len(c.Policy.Witnesses))
	errs := make([]error, len(c.Policy.Witnesses))
	var wait sync.WaitGroup
	for i, w := range c.Policy.Witnesses {
		if w.URL == "" {
			continue
		}
		wait.Go(func() {
			if lines[i], errs[i] = c.ask(ctx, w, signed, size, prove); errs[i] != nil {
				errs[i] = fmt.Errorf("witness %s: %w", w.Name, errs[i])
			}
		})
	}
	wait.Wait()
	out := bytes.Clone(signed)
	for _, l := range lines {
		out = append(out, l...)
	}
	return out, errors.Join(errs...)
}

// ask returns a witness's signature line. Where it is at another size than we
// thought it says so, and is asked once more.
func (c *Client) ask(ctx context.Context, w Party, signed []byte, size int64, prove func(int64) ([]tlog.Hash, error)) ([]byte, error) {
	c.mu.Lock()
	old := min(c.sizes[w.Key], size)
	c.mu.Unlock()
	for range 2 {
		r := Request{Old: old, Checkpoint: signed}
		if old > 0 && old < size {
			var err error
			if r.Proof, err = prove(old); err != nil {
				return nil, err
			}
		}
		status, body, err := c.post(ctx, w, r.Encode())
		if err != nil {
			return nil, err
		}
		switch status {
		case http.StatusOK:
			line, err := cosignatureOf(w, signed, body)
			if err == nil {
				c.at(w, size)
			}
			return line, err
		case http.StatusConflict:
			at, err := strconv.ParseInt(strings.TrimSpace(string(body)), 10, 64)
			switch {
			case err != nil || at < 0:
				return nil, fmt.Errorf("answered 409 without a size")
			case at > size:
				return nil, fmt.Errorf("it cosigned size %d before, this checkpoint has %d: this log went back, or another one has its key: %w", at, size, seal.ErrForked)
			case at == old:
				return nil, fmt.Errorf("it cosigned another tree of size %d: this log has forked: %w", at, seal.ErrForked)
			}
			old = at
		default:
			return nil, fmt.Errorf("answered %d: %s", status, bytes.TrimSpace(body[:min(len(body), 200)]))
		}
	}
	return nil, fmt.Errorf("it moves while it is asked: another log has this one's key")
}

func (c *Client) at(w Party, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sizes == nil {
		c.sizes = map[string]int64{}
	}
	c.sizes[w.Key] = size
}

func (c *Client) post(ctx context.Context, w Party, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(w.URL, "/")+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	return res.StatusCode, answer, err
}

// cosignatureOf returns the line of an answer that is the witness's signature.
func cosignatureOf(w Party, signed, answer []byte) ([]byte, error) {
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return nil, errors.New("the checkpoint is not a signed note")
	}
	note1 := append(append(bytes.Clone(text), '\n', '\n'), answer...)
	n, err := note.Open(note1, note.VerifierList(w.verifier))
	if err != nil {
		return nil, fmt.Errorf("its answer is no signature of its own over the checkpoint: %w", err)
	}
	s := n.Sigs[0]
	return []byte("— " + s.Name + " " + s.Base64 + "\n"), nil
}

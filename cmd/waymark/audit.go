package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"waymark/internal/evidence"
	"waymark/ledger"
	"waymark/ledger/seal"
	"waymark/ledger/seal/witness"
)

type audit struct {
	Log    string `arg:"" help:"Address of a server, or data folder, or folder of the files of a log."`
	Policy string `required:"" type:"existingfile" placeholder:"FILE" help:"Whose word counts, as C2SP tlog-policy has it."`
	Key    string `env:"WAYMARK_KEY" help:"API key for a server; it must be one that may read everything."`
	Seen   string `type:"path" placeholder:"FILE" help:"Keep the checkpoint that was audited in this file, and demand that the log goes on from the one in it."`
}

// Run replays a log from the events behind it and compares; errNo where it
// does not follow from them, or goes on from another than was seen before.
func (a audit) Run(ctx context.Context, std streams) error {
	policy, err := readPolicy(a.Policy)
	if err != nil {
		return err
	}
	read, salts, err := a.source(ctx)
	if err != nil {
		return err
	}
	signed, err := read("checkpoint")
	if err != nil {
		return fmt.Errorf("read the checkpoint of %s: %w", a.Log, err)
	}
	c, err := policy.Open(signed)
	if err != nil {
		fmt.Fprintf(std.out, "the checkpoint is not taken: %s\n", err)
		return errNo
	}
	seen, err := a.seen(policy)
	if err != nil {
		return err
	}
	shown := newProgress(std.err, "replay", "entries", c.Size)
	got, err := seal.Audit{Read: read, Facts: evidence.Facts, Key: salts, Seen: seen, Progress: shown.at}.Run(ctx, c.Checkpoint)
	shown.end()
	switch {
	case errors.Is(err, seal.ErrFork) && a.Seen != "":
		kept := a.Seen + ".fork"
		if err := os.WriteFile(kept, signed, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s\nthe two checkpoints, in %s and %s, prove it to anybody: keep both\n", err, a.Seen, kept)
		return errNo
	case errors.Is(err, seal.ErrFork), errors.Is(err, seal.ErrFalse):
		fmt.Fprintln(std.out, err)
		return errNo
	case err != nil:
		return fmt.Errorf("audit %s, after %d entries: %w", a.Log, got.Entries, err)
	}
	report(std.out, got, c, seen)
	if a.Seen == "" {
		return nil
	}
	return seal.Dir(filepath.Dir(a.Seen)).Write(filepath.Base(a.Seen), signed)
}

// report says what was found to be so.
func report(out io.Writer, got seal.Audited, c witness.Opened, seen []seal.Checkpoint) {
	fmt.Fprintf(out, "%s: all %d entries follow from %d events, with %d head maps; %s\n", c.Origin, got.Entries, got.Events, got.Epochs, c)
	if got.Unsalted {
		fmt.Fprintln(out, "the head maps were not rebuilt: there are no salts here; whether streams were withheld is not checked")
	} else {
		fmt.Fprintf(out, "the head map of %d streams is right: nothing of them can be withheld from a proof\n", got.Streams)
	}
	for _, s := range seen {
		fmt.Fprintf(out, "it goes on from the checkpoint of %d entries seen before\n", s.Size)
	}
	if got.After != nil {
		fmt.Fprintln(out, "this log goes on where another was lost; its first entry names that one's last checkpoint")
	}
}

// seen returns the checkpoint that was kept, if any.
func (a audit) seen(p witness.Policy) ([]seal.Checkpoint, error) {
	if a.Seen == "" {
		return nil, nil
	}
	b, err := os.ReadFile(a.Seen)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p.Quorum = witness.None // it was taken once
	c, err := p.Open(b)
	if err != nil {
		return nil, damagedf("%s is no checkpoint that was seen before: %w", a.Seen, err)
	}
	return []seal.Checkpoint{c.Checkpoint}, nil
}

// source returns what reads the log's files, and the key from which salts
// follow where that is at hand.
func (a audit) source(ctx context.Context) (read func(string) ([]byte, error), salts []byte, err error) {
	if st, err := os.Stat(a.Log); err == nil && st.IsDir() {
		return a.folder()
	}
	base, err := serverURL(a.Log)
	if err != nil {
		return nil, nil, usagef("%s is neither a folder nor the address of a server", a.Log)
	}
	client := &http.Client{Timeout: time.Minute}
	return func(name string) ([]byte, error) { return a.fetch(ctx, client, base+"/log/"+name) }, nil, nil
}

func (a audit) folder() (func(string) ([]byte, error), []byte, error) {
	d := dataDir(a.Log)
	key, err := os.ReadFile(d.sealKey())
	if errors.Is(err, fs.ErrNotExist) {
		dir := seal.Dir(a.Log)
		if _, err := os.Stat(d.seal()); err == nil {
			dir = seal.Dir(d.seal())
		}
		return local(dir), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	secret, err := parseSecret(key)
	if err != nil {
		return nil, nil, damagedf("read %s: %w", d.sealKey(), err)
	}
	return local(seal.Dir(d.seal())), secret.salts, nil
}

// local reads files, of which none but those of salts may be missing.
func local(dir seal.Dir) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		b, err := dir.Read(name)
		if errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, "salts/") {
			return nil, damagedf("%s is missing", name)
		}
		return b, err
	}
}

// maxLogFile bounds a file of a log: 256 events.
const maxLogFile = 256 * (ledger.MaxEvent + 4096)

func (a audit) fetch(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if a.Key != "" {
		req.Header.Set("Authorization", "Bearer "+a.Key)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxLogFile))
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", url, err)
	}
	if res.StatusCode == http.StatusOK {
		return b, nil
	}
	refused, err := refusal(b)
	if err != nil || refused.Status == 0 {
		refused = problem{Status: res.StatusCode, Title: http.StatusText(res.StatusCode)}
	}
	return nil, fmt.Errorf("GET %s: %w", url, refused)
}

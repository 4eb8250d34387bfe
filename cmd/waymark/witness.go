package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"waymark/ledger/seal"
	"waymark/ledger/seal/witness"
)

type witnessing struct {
	Addr   string `default:"127.0.0.1:8090" help:"Address to listen on."`
	Policy string `required:"" type:"existingfile" placeholder:"FILE" help:"Which logs are cosigned: the log lines of a C2SP tlog-policy."`
	State  string `default:"waymark-witness" type:"path" help:"Folder of what was cosigned, and of the key. It must never go back to an older state."`
	Name   string `placeholder:"NAME" help:"Name of the witness where it has no key yet, such as witness.example.com."`
}

// Run serves POST /add-checkpoint until the process is asked to end.
func (w witnessing) Run(ctx context.Context, std streams) error {
	policy, err := readPolicy(w.Policy)
	if err != nil {
		return err
	}
	signer, err := witnessKey(w.State+"/witness.key", w.Name)
	if err != nil {
		return err
	}
	server := &witness.Server{Logs: policy.Logs, State: w.State, Signer: signer}
	listener, err := listen(w.Addr, false)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "witness %s %s http://%s\n", signer.Name(), signer.Key(), listener.Addr())
	fmt.Fprintf(std.err, "cosigns %s; the line above goes into the policies of those who take its word\n", strings.Join(server.Origins(), ", "))
	h := &http.Server{Handler: server, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	return h.Shutdown(end)
}

const witnessKeyHead = "PRIVATE+KEY+"

// witnessKey reads a witness's key, which is made where there is none, and
// which nobody but its owner may read.
func witnessKey(file, name string) (*seal.Cosigner, error) {
	st, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := newWitnessKey(file, name); err != nil {
			return nil, err
		}
		st, err = os.Stat(file)
	}
	if err != nil {
		return nil, err
	}
	if st.Mode().Perm()&0o077 != 0 {
		return nil, usagef("%s can be read by others; give it the mode 600, and think whether it was read", file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	kept, encoded, ok := strings.Cut(strings.TrimPrefix(string(bytes.TrimSpace(b)), witnessKeyHead), "+")
	seed, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(seed) != ed25519.SeedSize {
		return nil, damagedf("%s is not the key of a witness", file)
	}
	if name != "" && name != kept {
		return nil, usagef("the key in %s is of %s, not of %s", file, kept, name)
	}
	return seal.NewCosigner(kept, ed25519.NewKeyFromSeed(seed), time.Now), nil
}

func newWitnessKey(file, name string) error {
	if name == "" || strings.ContainsAny(name, "+ \t\r\n") {
		return usagef("there is no key in %s yet; give the witness a name without spaces and plus signs with --name, such as witness.example.com", file)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	return writeSecret(file, fmt.Appendf(nil, "%s%s+%s\n", witnessKeyHead, name, base64.StdEncoding.EncodeToString(key.Seed())))
}

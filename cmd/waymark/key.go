package main

import (
	"crypto/rand"
	"fmt"

	"github.com/go-json-experiment/json"

	"waymark/api/auth"
	"waymark/internal/partner"
)

type key struct {
	ID      string     `arg:"" help:"Name of the key; it is recorded with what its holder records."`
	Scope   []string   `enum:"capture,read,admin" default:"read" help:"What its holder may do: capture (record), read (ask), admin (change master data); several with commas."`
	Partner partner.ID `placeholder:"ID" help:"Bind the key to one partner and those below it."`
	Role    []string   `placeholder:"ROLE" help:"What its holder may do in cases: inspector, officer, counsel, finance, auditor; several with commas."`
	Env     string     `default:"live" help:"Part of the key, to tell where it belongs."`
}

// Run makes a key. The key goes to standard error, for whoever will call; the
// line for the file given to serve --keys, which does not reveal it, to standard
// output.
func (k key) Run(std streams) error {
	if len(k.Scope) == 0 {
		return usagef("a key without a scope opens nothing; want --scope capture, read or admin, or several with commas")
	}
	secret, kept, err := auth.Mint(k.Env, k.ID, rand.Reader, k.Scope...)
	if err != nil {
		return usageError{err}
	}
	kept.Partner, kept.Roles = k.Partner, k.Role
	if _, err := auth.NewKeys(kept); err != nil {
		return usageError{err}
	}
	line, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintf(std.out, "%s\n", line); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.err, "Give this to the holder, it is not shown again:\n%s\n", secret)
	return err
}

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
	Scope   []string   `enum:"capture,read,admin" default:"read" help:"What its holder may do: capture, read, admin."`
	Partner partner.ID `placeholder:"ID" help:"Bind the key to one partner and those below it."`
	Env     string     `default:"live" help:"Part of the key, to tell where it belongs."`
}

// Run makes a key. The key goes to whoever will call; the line of JSON, which
// does not reveal it, into the array in the file given to serve --keys.
func (k key) Run(std streams) error {
	secret, kept, err := auth.Mint(k.Env, k.ID, rand.Reader, k.Scope...)
	if err != nil {
		return usageError{err}
	}
	kept.Partner = k.Partner
	line, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s\n%s\n", secret, line)
	return err
}

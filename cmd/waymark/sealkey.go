package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"waymark/ledger"
)

// A sealSecret is what seals a ledger: the key that signs checkpoints, and the
// one from which salts follow. Its file is of two lines.
type sealSecret struct {
	signer   note.Signer
	verifier note.Verifier
	public   string // the verifier's key, as policies name it
	salts    []byte
}

func (d dataDir) seal() string     { return filepath.Join(string(d), "seal") }
func (d dataDir) sealLock() string { return filepath.Join(string(d), "seal-lock") }
func (d dataDir) sealKey() string  { return filepath.Join(string(d), "seal.key") }

// secret reads the secret in d, which is made where nothing was sealed yet. The
// log is called name, or by an id of its own where that is empty.
func (d dataDir) secret(name string) (sealSecret, error) {
	b, err := os.ReadFile(d.sealKey())
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(d.seal(), "checkpoint")); err == nil {
			return sealSecret{}, fmt.Errorf("%s is missing, which signed what is in %s: put it back from where it is kept; backups do not hold it: %w", d.sealKey(), d.seal(), ledger.ErrDamaged)
		}
		if b, err = newSecret(name); err == nil {
			err = writeSecret(d.sealKey(), b)
		}
	}
	if err != nil {
		return sealSecret{}, err
	}
	s, err := parseSecret(b)
	if err != nil {
		return s, fmt.Errorf("read %s: %w: %w", d.sealKey(), ledger.ErrDamaged, err)
	}
	return s, nil
}

// newSecret makes a secret. A name without a dot in it is nobody's domain.
func newSecret(name string) ([]byte, error) {
	if name == "" {
		name = "waymark.invalid/" + uuid.NewString()
	}
	private, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, usagef("the log cannot be called %q: want a name such as ledger.example.com/goods", name)
	}
	salts := make([]byte, 32)
	if _, err := rand.Read(salts); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s\n%s\n%s\n", private, public, base64.StdEncoding.EncodeToString(salts)), nil
}

func parseSecret(b []byte) (s sealSecret, err error) {
	lines := strings.Split(string(bytes.TrimSpace(b)), "\n")
	if len(lines) != 3 {
		return s, errors.New("want the signing key, the public key and the salt key, a line each")
	}
	s.public = lines[1]
	var err1, err2, err3 error
	s.signer, err1 = note.NewSigner(lines[0])
	s.verifier, err2 = note.NewVerifier(lines[1])
	s.salts, err3 = base64.StdEncoding.DecodeString(lines[2])
	if err = errors.Join(err1, err2, err3); err != nil {
		return s, err
	}
	if s.signer.Name() != s.verifier.Name() || s.signer.KeyHash() != s.verifier.KeyHash() || len(s.salts) < 16 {
		return s, errors.New("the keys do not belong together")
	}
	return s, nil
}

// writeSecret writes a file that only its owner reads, and never over another.
func writeSecret(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(name+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Link(name+".tmp", name)
	}
	err = errors.Join(err, os.Remove(name+".tmp"))
	if err == nil {
		err = syncFile(filepath.Dir(name))
	}
	return err
}

// sealCommand is the group of commands on the seal.
type sealCommand struct {
	Key sealPublic `cmd:"" help:"Print the public key of the seal, as a policy names a log."`
}

type sealPublic struct {
	Data string `default:"waymark-data" type:"path" help:"Folder of the ledger."`
}

// Run prints the public key.
func (c sealPublic) Run(std streams) error {
	if _, err := os.Stat(dataDir(c.Data).sealKey()); errors.Is(err, fs.ErrNotExist) {
		return usagef("nothing was sealed in %s yet", c.Data)
	}
	s, err := dataDir(c.Data).secret("")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, s.public)
	return err
}

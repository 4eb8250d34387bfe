package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"waymark/api"
	"waymark/internal/webhook"
)

// webhookFlags say how serve delivers alerts to webhooks.
type webhookFlags struct {
	Key     string `type:"existingfile" placeholder:"FILE" help:"Key that the secrets of webhooks come from, 64 hexadecimal digits; the same on every node of a cluster. A ledger in a folder makes its own where absent, webhook.key."`
	Private bool   `help:"Let webhooks have private addresses, and http. Implied by --dev."`
}

// webhookKey is the name of the key's file in a data folder.
func (d dataDir) webhookKey() string { return filepath.Join(string(d), "webhook.key") }

// webhooks returns how alerts are delivered from the house. Without a file, a
// ledger of its own has a key of its own; a cluster's has none.
func (f webhookFlags) webhooks(h *house, dev bool, logger *slog.Logger) (api.Webhooks, error) {
	w := api.Webhooks{Private: f.Private || dev}
	file := f.Key
	if file == "" {
		if h.log == nil || h.dir == "" {
			return w, nil
		}
		file = h.dir.webhookKey()
		if err := makeWebhookKey(file); err != nil {
			return w, err
		}
	}
	if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o007 != 0 {
		logger.Warn("the key of webhooks can be read by every user of this machine", "file", file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return w, fmt.Errorf("read the key of webhooks: %w", err)
	}
	if w.Key, err = webhook.ParseKey(string(text)); err != nil {
		return w, usageError{fmt.Errorf("%s: %w", file, err)}
	}
	return w, nil
}

// makeWebhookKey makes the file with a new key, unless it is there. It is whole
// or not there at all: a key that is lost takes all secrets with it.
func makeWebhookKey(file string) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var random [webhook.KeySize]byte
	if _, err := rand.Read(random[:]); err != nil {
		return fmt.Errorf("make a key of webhooks: %w", err)
	}
	if err := writeSecret(file, []byte(webhook.NewKey(random).Text()+"\n")); err != nil {
		return fmt.Errorf("make a key of webhooks: %w", err)
	}
	return nil
}

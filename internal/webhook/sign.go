package webhook

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// KeySize is the length of an installation key, in bytes.
const KeySize = 32

// A Key is the secret of an installation, from which the secrets of its
// webhooks come. Every node of a cluster has the same.
type Key struct{ b []byte }

// ParseKey reads a key as [Key.Text] writes it.
func ParseKey(text string) (Key, error) {
	b, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) != KeySize {
		return Key{}, errors.New("parse webhook key: want 64 hexadecimal digits")
	}
	return Key{b}, nil
}

// NewKey returns the key of so many random bytes.
func NewKey(random [KeySize]byte) Key { return Key{random[:]} }

// Text returns the key in hexadecimal digits, for its file.
func (k Key) Text() string { return hex.EncodeToString(k.b) }

// String hides the key.
func (k Key) String() string { return "webhook key " + k.Name() }

// IsZero tells whether there is no key.
func (k Key) IsZero() bool { return k.b == nil }

// Name names the key without telling anything of it.
func (k Key) Name() string {
	if k.IsZero() {
		return "none"
	}
	return hex.EncodeToString(k.derive("waymark webhook key name", 8))
}

// Secret returns the secret of a webhook, as its receiver is given it.
func (k Key) Secret(id string, version int) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(k.secret(id, version))
}

func (k Key) secret(id string, version int) []byte {
	return k.derive(fmt.Sprintf("waymark webhook secret\x00%s\x00%d", id, version), 32)
}

func (k Key) derive(info string, n int) []byte {
	b, err := hkdf.Key(sha256.New, k.b, nil, info, n)
	if err != nil {
		panic(err) // unreachable: n is short
	}
	return b
}

// overlap is for how long the secret before the last one still signs.
const overlap = 24 * time.Hour

// Versions returns the versions of the secret that sign at a time, the newest
// first.
func (s *State) Versions(now time.Time) []int {
	if s.Version > 1 && !s.Rotated.IsZero() && now.Before(s.Rotated.Add(overlap)) {
		return []int{s.Version, s.Version - 1}
	}
	return []int{s.Version}
}

// Sign returns the header webhook-signature of a message that is sent at a
// time, by Standard Webhooks: an HMAC-SHA256 of "id.timestamp.body" by each of
// the versions.
func (k Key) Sign(webhook string, versions []int, message string, at time.Time, body []byte) string {
	parts := make([]string, 0, len(versions))
	for _, v := range versions {
		mac := hmac.New(sha256.New, k.secret(webhook, v))
		mac.Write([]byte(message + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		parts = append(parts, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(parts, " ")
}

// MessageID returns the webhook-id of an alert, by which receivers know it again.
func MessageID(token string) string { return "alert_" + token }

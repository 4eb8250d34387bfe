package webhook_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"waymark/internal/webhook"
)

func TestValidate(t *testing.T) {
	known, langs := []string{"raised", "withdrawn"}, []string{"en", "zh"}
	good := webhook.Subscription{ID: "hq", URL: "https://example.com/in", Events: []string{"raised"}, Partner: "P01", Lang: "zh"}
	if faults := good.Validate(known, langs, false); len(faults) > 0 {
		t.Errorf("a good one has faults: %v", faults)
	}
	for _, tt := range []struct {
		name   string
		change func(*webhook.Subscription)
		field  string
	}{
		{"no address", func(s *webhook.Subscription) { s.URL = "" }, "/url"},
		{"not https", func(s *webhook.Subscription) { s.URL = "http://example.com" }, "/url"},
		{"a file", func(s *webhook.Subscription) { s.URL = "file:///etc/passwd" }, "/url"},
		{"a user", func(s *webhook.Subscription) { s.URL = "https://user:pass@example.com" }, "/url"},
		{"a fragment", func(s *webhook.Subscription) { s.URL = "https://example.com/#a" }, "/url"},
		{"mail", func(s *webhook.Subscription) { s.URL = "https://example.com:25" }, "/url"},
		{"an empty port", func(s *webhook.Subscription) { s.URL = "https://example.com:/" }, "/url"},
		{"no host", func(s *webhook.Subscription) { s.URL = "https:///in" }, "/url"},
		{"a host of digits", func(s *webhook.Subscription) { s.URL = "https://[::ffff:7f00:1]/" }, "/url"},
		{"instance metadata", func(s *webhook.Subscription) { s.URL = "https://169.254.169.254/" }, "/url"},
		{"a new line", func(s *webhook.Subscription) { s.URL = "https://example.com/\r\nX: y" }, "/url"},
		{"too long", func(s *webhook.Subscription) { s.URL = "https://example.com/" + strings.Repeat("a", 1024) }, "/url"},
		{"no such change", func(s *webhook.Subscription) { s.Events = []string{"raised", "risen"} }, "/events/1"},
		{"a change twice", func(s *webhook.Subscription) { s.Events = []string{"raised", "raised"} }, "/events/1"},
		{"no such language", func(s *webhook.Subscription) { s.Lang = "xx" }, "/lang"},
		{"no partner's id", func(s *webhook.Subscription) { s.Partner = "a b" }, "/partner"},
		{"no id", func(s *webhook.Subscription) { s.ID = "" }, "/id"},
	} {
		s := good
		tt.change(&s)
		if faults := s.Validate(known, langs, false); len(faults) != 1 || faults[0].Field != tt.field {
			t.Errorf("%s: faults are %v, want one of %s", tt.name, faults, tt.field)
		}
	}
	good.URL = "http://127.0.0.1:8080/in"
	if faults := good.Validate(known, langs, true); len(faults) > 0 {
		t.Errorf("where private addresses may be, %s has faults: %v", good.URL, faults)
	}
}

func TestPublic(t *testing.T) {
	for _, s := range []string{
		"127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "224.0.0.1", "255.255.255.255",
		"198.18.0.1", "192.0.2.1", "240.0.0.1", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
		"2002:7f00:1::", "2001:0:1::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
	} {
		if webhook.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public, want not", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "8.8.8.8", "100.63.0.1", "172.32.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"} {
		if !webhook.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not public, want it to be", s)
		}
	}
	if webhook.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestSchedule(t *testing.T) {
	var all time.Duration
	last := time.Duration(0)
	for attempt := 1; attempt < webhook.Attempts; attempt++ {
		f, why := webhook.Failed("hq", webhook.Timeout, 0, attempt, day)
		delay := f.Next.Sub(day)
		if why != "" || delay <= last {
			t.Errorf("after attempt %d the next comes after %s, %q; want later than %s", attempt, delay, why, last)
		}
		last = delay
		all += delay
	}
	if all < 75*time.Hour || all > 84*time.Hour {
		t.Errorf("all attempts take %s, want three days and a little", all)
	}
	if f, why := webhook.Failed("hq", webhook.BadStatus, 503, webhook.Attempts, day); why != webhook.Exhausted || !f.Next.IsZero() {
		t.Errorf("after the last attempt comes %v, %q", f, why)
	}
	if _, why := webhook.Failed("hq", webhook.BadStatus, 410, 1, day); why != webhook.Gone {
		t.Errorf("a receiver that is gone is %q", why)
	}
}

// TestSignature verifies as receivers do, with the library that they use.
func TestSignature(t *testing.T) {
	key := webhook.NewKey([webhook.KeySize]byte{1, 2, 3})
	again, err := webhook.ParseKey(key.Text() + "\n")
	if err != nil || again.Secret("hq", 1) != key.Secret("hq", 1) || again.Name() != key.Name() {
		t.Fatalf("the key read back differs: %v", err)
	}
	body, at := []byte(`{"type":"alert.raised"}`), time.Now()
	header := http.Header{}
	header.Set("webhook-id", webhook.MessageID("12-1"))
	header.Set("webhook-timestamp", fmt.Sprint(at.Unix()))
	header.Set("webhook-signature", key.Sign("hq", []int{2, 1}, webhook.MessageID("12-1"), at, body))
	for version, want := range map[int]bool{1: true, 2: true, 3: false} {
		receiver, err := standardwebhooks.NewWebhook(key.Secret("hq", version))
		if err != nil {
			t.Fatal(err)
		}
		if err := receiver.Verify(body, header); (err == nil) != want {
			t.Errorf("whoever has version %d of the secret verifies: %v", version, err)
		}
	}
	if said := fmt.Sprintf("%v %+v %s %#v", key, key, key, key.Name()); strings.Contains(said, key.Text()) || strings.Contains(said, "1 2 3") {
		t.Errorf("printed it shows: %s", said)
	}
	for _, text := range []string{"", "00", key.Text() + "00", strings.Repeat("g", 64)} {
		if _, err := webhook.ParseKey(text); err == nil {
			t.Errorf("%q is taken as a key", text)
		}
	}
}

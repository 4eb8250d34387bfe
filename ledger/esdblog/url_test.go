package esdblog_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark/ledger"
	"waymark/ledger/esdblog"
	"waymark/ledger/esdblog/esdbtest"
)

func TestOpen(t *testing.T) {
	for _, c := range []struct{ url, want string }{
		{"esdb://a:2113,b:2113,c:2113?tls=true", ""},
		{"esdb://a", ""},
		{"esdb://user:p@a:2113", ""},
		{"esdb+discover://cluster:2113?nodePreference=follower&keepAliveInterval=10000", ""},
		{"", "must begin with esdb://"},
		{"http://a:2113", "must begin with esdb://"},
		{"esdb://", "host is missing"},
		{"esdb://a:2113,,c:2113", "host is missing"},
		{"esdb://a:port", "not a host and port"},
		{"esdb://a:70000", "not a host and port"},
		{"esdb://a?tls=maybe", "want one of true, false"},
		{"esdb://a?tsl=false", "tsl is not a setting"},
		{"esdb://a?tls=true&TLS=false", "set twice"},
		{"esdb://a?defaultDeadline=5s", "want a whole number"},
		{"esdb://a?nodePreference=best", "want one of"},
		{"esdb://a?keepAliveInterval=-1", "want a whole number"},
		{"esdb://a?tlsCaFile=absent.pem", "absent.pem"},
		{"esdb://a?userCertFile=only.crt", "userKeyFile"},
		{"esdb://user:secret@a?tls=false", "without TLS"},
		{"esdb://user:secret@a:2113,b c?tls=true", "not a host"},
	} {
		l, err := esdblog.Open(esdblog.Options{URL: c.url})
		if err == nil {
			_ = l.Close()
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("open %q: %v, want %q", c.url, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("open %q tells the password: %v", c.url, err)
		}
	}
}

// certify writes a certificate for the loopback interface, its own authority,
// and its key.
func certify(t *testing.T, name string) (pair tls.Certificate, file, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	file, key = filepath.Join(t.TempDir(), name+".crt"), filepath.Join(t.TempDir(), name+".key")
	for path, block := range map[string]*pem.Block{file: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if pair, err = tls.LoadX509KeyPair(file, key); err != nil {
		t.Fatal(err)
	}
	return pair, file, key
}

// Three nodes behind TLS that ask for a password and a user's certificate.
func TestTLS(t *testing.T) {
	pair, ca, _ := certify(t, "node")
	user, userFile, userKey := certify(t, "user")
	pool := x509.NewCertPool()
	pool.AddCert(user.Leaf)
	c := start(t, esdbtest.Options{
		Nodes: 3, User: "waymark", Password: "p",
		TLS: &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool},
	})
	certified := "&userCertFile=" + userFile + "&userKeyFile=" + userKey
	l := open(t, esdblog.Options{URL: c.URL() + "&tlsCaFile=" + ca + certified})
	feed, err := l.Follow(t.Context(), 0)
	must(t, l, "a")
	if got := next(t, feed, err); string(got.Data) != "a" {
		t.Errorf("followed %q", got.Data)
	}

	wrong := strings.Replace(c.URL(), "waymark:p@", "waymark:q@", 1) + "&tlsCaFile=" + ca + certified
	l = open(t, esdblog.Options{URL: wrong})
	if _, err := l.Append(t.Context(), "b", ledger.NoStream, named("b")); err == nil || errors.Is(err, ledger.ErrUnknown) {
		t.Errorf("wrong password: %v", err) // for good: it is not tried again
	}
	feed, ended := l.Follow(t.Context(), 0)
	for range feed {
	}
	if ended() == nil {
		t.Error("wrong password: the follower ended without an error")
	}

	for what, url := range map[string]string{"unknown authority": c.URL() + certified, "no user's certificate": c.URL() + "&tlsCaFile=" + ca} {
		l := open(t, esdblog.Options{URL: url})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if _, err := l.Append(ctx, "c", ledger.NoStream, named("c")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", what, err)
		}
		cancel()
		if l.Health() == nil {
			t.Errorf("%s: the log is healthy", what)
		}
	}
}

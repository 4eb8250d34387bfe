package esdblog

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// settings are what a connection string may set, with what it may be set to.
var settings = map[string]func(string) error{
	"tls":                 boolean,
	"tlsverifycert":       boolean,
	"tlscafile":           anything,
	"usercertfile":        anything,
	"userkeyfile":         anything,
	"nodepreference":      oneOf("leader", "follower", "random", "readonlyreplica"),
	"gossiptimeout":       atLeast(1),
	"discoveryinterval":   atLeast(1),
	"maxdiscoverattempts": atLeast(1),
	"defaultdeadline":     atLeast(1),
	"keepaliveinterval":   atLeast(10_000),
	"keepalivetimeout":    atLeast(1),
}

// gossipTimeout is how long a node may take to say where the others are, in
// seconds, where the connection string does not.
const gossipTimeout = 2

// configuration returns what a connection string says. The client takes a bad
// deadline for none at all, settings that it does not know for nothing, and
// keeps a password to itself without TLS; here these are errors. The retries of
// its discovery are not used: one that fails is the end of a client.
func configuration(s string) (*esdb.Configuration, error) {
	given, err := check(s)
	if err != nil {
		return nil, fmt.Errorf("connection string: %w", err)
	}
	c, err := esdb.ParseConnectionString(s)
	if err != nil {
		return nil, fmt.Errorf("connection string: %w", hidden(err, s))
	}
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("connection string: %w", err)
	}
	if c.Username != "" && c.DisableTLS {
		return nil, errors.New("connection string: a password is not sent without TLS")
	}
	if !given.Has("gossiptimeout") {
		c.GossipTimeout = gossipTimeout
	}
	c.MaxDiscoverAttempts, c.DiscoveryInterval = 1, 1
	c.DefaultDeadline = nil // contexts say how long
	c.Logger = esdb.NoopLogging()
	return c, nil
}

// check refuses what the client would overlook, and returns the settings, their
// names in lower case.
func check(s string) (url.Values, error) {
	scheme, rest, _ := strings.Cut(s, "://")
	if scheme != "esdb" && scheme != "esdb+discover" {
		return nil, errors.New("it must begin with esdb:// or esdb+discover://")
	}
	hosts, query, _ := strings.Cut(rest, "?")
	if at := strings.LastIndexByte(hosts, '@'); at >= 0 {
		hosts = hosts[at+1:]
	}
	for host := range strings.SplitSeq(strings.TrimSuffix(hosts, "/"), ",") {
		if err := checkHost(host); err != nil {
			return nil, err
		}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	given := url.Values{}
	for name, vs := range values {
		lower := strings.ToLower(name)
		valid, ok := settings[lower]
		if !ok {
			return nil, fmt.Errorf("%s is not a setting", name)
		}
		if len(vs) != 1 || given.Has(lower) {
			return nil, fmt.Errorf("%s is set twice", name)
		}
		if err := valid(vs[0]); err != nil {
			return nil, fmt.Errorf("%s is %q, %w", name, vs[0], err)
		}
		given[lower] = vs
	}
	return given, nil
}

func checkHost(host string) error {
	name, port, found := strings.Cut(host, ":")
	if name == "" {
		return errors.New("a host is missing")
	}
	if strings.ContainsAny(name, " /@") {
		return fmt.Errorf("%q is not a host", name)
	}
	if n, err := strconv.ParseUint(port, 10, 16); found && (err != nil || n == 0) {
		return fmt.Errorf("%q is not a host and port", host)
	}
	return nil
}

// hidden leaves the connection string, which may hold a password, out of an
// error.
func hidden(err error, s string) error {
	if u := new(url.Error); errors.As(err, &u) {
		err = u.Err
	}
	return errors.New(strings.ReplaceAll(err.Error(), s, "it"))
}

func anything(string) error { return nil }

func boolean(s string) error {
	return oneOf("true", "false")(s)
}

func oneOf(words ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(words, strings.ToLower(s)) {
			return errors.New("want one of " + strings.Join(words, ", "))
		}
		return nil
	}
}

// atLeast takes whole numbers from low on.
func atLeast(low int) func(string) error {
	return func(s string) error {
		if n, err := strconv.Atoi(s); err != nil || n < low {
			return fmt.Errorf("want a whole number of at least %d", low)
		}
		return nil
	}
}

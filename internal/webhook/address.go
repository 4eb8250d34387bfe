package webhook

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// checkURL says what is wrong with an address to deliver to, or "".
func checkURL(s string, private bool) string {
	if s == "" {
		return "missing, want an https address"
	}
	if len(s) > maxURL {
		return fmt.Sprintf("longer than %d bytes", maxURL)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return "want printable ASCII: a name in Punycode, the rest percent-encoded"
		}
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "is no address"
	case u.Scheme != "https" && !(private && u.Scheme == "http"):
		return "want an https address"
	case u.User != nil:
		return "must not name a user: the address is recorded"
	case u.Fragment != "":
		return "must not have a fragment"
	case u.Opaque != "" || u.Hostname() == "":
		return "has no host"
	}
	if p := u.Port(); p != "" || strings.HasSuffix(u.Host, ":") {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n != 80 && n != 443 && n < 1024 {
			return "want port 80, 443, or one from 1024 to 65535"
		}
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !private && !Public(ip) {
		return "the host is not a public address"
	}
	return ""
}

// notPublic are the networks that lie inside an installation, or that lead
// there, beyond those that netip knows: RFC 6890 and the registries it began.
var notPublic = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Public tells whether an address is one of the Internet at large: not of this
// machine, of a private network or a link, such as where clouds keep their
// instances' credentials, nor of many receivers.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

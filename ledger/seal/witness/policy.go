package witness

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"waymark/ledger/seal"
)

// None is the quorum that asks for no witness.
const None = "none"

// Most logs, witnesses, groups and members that a policy may have, and most
// bytes.
const (
	maxLines  = 256
	maxPolicy = 256 << 10
)

// A Policy says whose checkpoints a reader takes, and who must have cosigned
// them (C2SP tlog-policy).
type Policy struct {
	Logs      []Log
	Witnesses []Party
	Groups    []Group // each after those that it names
	Quorum    string  // name of a witness or a group, or [None]
}

// A Log is one whose checkpoints are taken.
type Log struct {
	Key string // verifier key; its name is the log's origin
	URL string // "" where it is not given

	verifier note.Verifier
}

// A Party is a witness.
type Party struct {
	Name string // in this policy
	Key  string // verifier key
	URL  string // prefix of its add-checkpoint; "" where it is not given

	verifier note.Verifier
}

// A Group has witnessed what at least Least of its members have.
type Group struct {
	Name    string
	Least   int
	Members []string
}

// ParsePolicy reads a policy. The error names the line that is wrong.
func ParsePolicy(data []byte) (Policy, error) {
	p := reading{names: map[string]bool{}, member: map[string]bool{}, keys: map[string]bool{}}
	if len(data) > maxPolicy {
		return Policy{}, fmt.Errorf("read policy of %d bytes, at most %d: %w", len(data), maxPolicy, seal.ErrMalformed)
	}
	if len(data) > 0 && data[len(data)-1] != '\n' {
		data = append(bytes.Clone(data), '\n')
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if err := p.line(line); err != nil {
			return Policy{}, fmt.Errorf("read policy, line %d: %w: %w", i+1, err, seal.ErrMalformed)
		}
	}
	if p.Quorum == "" {
		return Policy{}, fmt.Errorf("read policy: it has no quorum line; want quorum and the name of a witness or a group, or quorum none: %w", seal.ErrMalformed)
	}
	return p.Policy, nil
}

// A reading is a policy so far.
type reading struct {
	Policy
	names, member, keys map[string]bool
}

func (p *reading) line(line string) error {
	for i := range len(line) {
		if c := line[i]; c < ' ' && c != '\t' || c == 0x7f {
			return fmt.Errorf("byte %#02x is not allowed", c)
		}
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(words) == 0 || strings.HasPrefix(words[0], "#") {
		return nil
	}
	if len(p.keys)+len(p.Groups) >= maxLines {
		return fmt.Errorf("more than %d logs, witnesses and groups", maxLines)
	}
	switch {
	case words[0] == "log" && (len(words) == 2 || len(words) == 3):
		return p.log(words[1:])
	case words[0] == "witness" && (len(words) == 3 || len(words) == 4):
		return p.witness(words[1:])
	case words[0] == "group" && len(words) >= 4:
		return p.group(words[1], words[2], words[3:])
	case words[0] == "quorum" && len(words) == 2:
		return p.quorum(words[1])
	}
	return fmt.Errorf("want log KEY [URL], witness NAME KEY [URL], group NAME all|any|NUMBER NAME…, or quorum NAME")
}

func (p *reading) log(words []string) error {
	v, err := note.NewVerifier(words[0])
	if err != nil {
		return fmt.Errorf("the log's key: %v; want an Ed25519 key of a signed note", err)
	}
	l := Log{Key: words[0], verifier: v}
	if len(words) == 2 {
		l.URL = words[1]
	}
	p.Logs = append(p.Logs, l)
	return p.key(words[0])
}

func (p *reading) witness(words []string) error {
	v, err := seal.NewWitness(words[1])
	if err != nil {
		return fmt.Errorf("the key of witness %q: want an Ed25519 key of C2SP tlog-cosignature (%v)", words[0], err)
	}
	w := Party{Name: words[0], Key: words[1], verifier: v}
	if len(words) == 3 {
		w.URL = words[2]
	}
	p.Witnesses = append(p.Witnesses, w)
	if err := p.name(w.Name); err != nil {
		return err
	}
	return p.key(words[1])
}

// key refuses a public key that came before, whatever it was called.
func (p *reading) key(vkey string) error {
	_, rest, _ := strings.Cut(vkey, "+")
	_, encoded, _ := strings.Cut(rest, "+") // base64 may have a plus itself
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) == 0 {
		return fmt.Errorf("the key is not base64")
	}
	if p.keys[string(raw)] {
		return fmt.Errorf("the key stands there twice")
	}
	p.keys[string(raw)] = true
	return nil
}

func (p *reading) name(n string) error {
	if n == None || p.names[n] {
		return fmt.Errorf("the name %q is taken", n)
	}
	p.names[n] = true
	return nil
}

func (p *reading) group(name, least string, members []string) error {
	g := Group{Name: name, Members: members}
	switch least {
	case "all":
		g.Least = len(members)
	case "any":
		g.Least = 1
	default:
		n, err := strconv.Atoi(least)
		if err != nil || strconv.Itoa(n) != least || n < 1 || n > len(members) {
			return fmt.Errorf("group %q asks for %q of its %d members", name, least, len(members))
		}
		g.Least = n
	}
	if len(members) > maxLines {
		return fmt.Errorf("group %q has more than %d members", name, maxLines)
	}
	for _, m := range members {
		if !p.names[m] {
			return fmt.Errorf("group %q names %q, which no line before defines", name, m)
		}
		if p.member[m] {
			return fmt.Errorf("group %q names %q, which is a member already", name, m)
		}
		p.member[m] = true
	}
	p.Groups = append(p.Groups, g)
	return p.name(name)
}

func (p *reading) quorum(name string) error {
	if p.Quorum != "" {
		return fmt.Errorf("a second quorum")
	}
	if name != None && !p.names[name] {
		return fmt.Errorf("quorum %q, which no line before defines", name)
	}
	p.Quorum = name
	return nil
}

// Encode returns the policy in one form, that [ParsePolicy] reads.
func (p Policy) Encode() []byte {
	var b strings.Builder
	line := func(words ...string) {
		b.WriteString(strings.TrimRight(strings.Join(words, " "), " ") + "\n")
	}
	for _, l := range p.Logs {
		line("log", l.Key, l.URL)
	}
	for _, w := range p.Witnesses {
		line("witness", w.Name, w.Key, w.URL)
	}
	for _, g := range p.Groups {
		line(append([]string{"group", g.Name, strconv.Itoa(g.Least)}, g.Members...)...)
	}
	line("quorum", p.Quorum)
	return []byte(b.String())
}

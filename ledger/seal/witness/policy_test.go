package witness_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"waymark/ledger/seal"
	"waymark/ledger/seal/witness"
)

// TestQuorum is the example of C2SP tlog-policy: two of three, and any of
// three others.
func TestQuorum(t *testing.T) {
	l := newLog(t, origin, "")
	var lines []string
	signers := map[string]note.Signer{}
	for _, name := range []string{"X1", "X2", "X3", "Y1", "Y2", "Y3"} {
		c := cosigner("witness.example/" + name)
		if name[0] == 'Y' {
			c = cosigner("long.witness.example/" + name)
		}
		signers[name] = c
		lines = append(lines, "\twitness  "+name+" "+c.Key()+" ")
	}
	p := policy(t, "# example\n\n log "+l.vkey+" https://ledger.example/log", strings.Join(lines, "\n"),
		"group X 2 X1 X2 X3", "group Y any Y1 Y2 Y3", "group both all X Y", "quorum both")
	for _, tt := range []struct {
		by   string
		want string // "" where the quorum is not met
	}{
		{"X1 X2 Y3", "cosigned by X1, X2 and Y3"}, {"X1 X2 X3 Y1 Y2 Y3", "cosigned by X1, X2, X3, Y1, Y2 and Y3"},
		{"", ""}, {"X1 X2 X3", ""}, {"X1 Y1 Y2 Y3", ""}, {"Y1", ""},
	} {
		signed := l.sign(t, 8)
		n, err := note.Open(signed, note.VerifierList(verifier(t, l.vkey)))
		if err != nil {
			t.Fatal(err)
		}
		var by []note.Signer
		for _, name := range strings.Fields(tt.by) {
			by = append(by, signers[name])
		}
		if signed, err = note.Sign(n, by...); err != nil {
			t.Fatal(err)
		}
		o, err := p.Open(signed)
		if tt.want == "" {
			if !errors.Is(err, witness.ErrQuorum) {
				t.Errorf("%q: %v, want that the quorum is missed", tt.by, err)
			}
			continue
		}
		if err != nil || o.String() != tt.want {
			t.Errorf("%q: %q %v, want %q", tt.by, o, err, tt.want)
		}
	}
}

func verifier(t testing.TB, vkey string) note.Verifier {
	t.Helper()
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestForged: a signature under a known key that does not verify is said to be
// forged, whoever's it is.
func TestForged(t *testing.T) {
	l, other := newLog(t, origin, ""), newLog(t, "other.example", "")
	w := cosigner("w")
	p := policy(t, "log "+l.vkey, "witness w "+w.Key(), "quorum w")
	n, err := note.Open(l.sign(t, 8), note.VerifierList(verifier(t, l.vkey)))
	if err != nil {
		t.Fatal(err)
	}
	good, err := note.Sign(n, w)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := p.Open(good); err != nil || o.Unwitnessed() {
		t.Fatalf("%v %v", o, err)
	}
	flip := func(behind string) []byte {
		b := bytes.Clone(good)
		b[bytes.LastIndex(b, []byte(behind))+len(behind)+20] ^= 1
		return b
	}
	for _, tt := range []struct {
		name   string
		signed []byte
		want   error
	}{
		{"the witness's signature", flip("— w "), witness.ErrForged},
		{"the log's signature", flip("— " + origin + " "), witness.ErrForged},
		{"the size", bytes.Replace(good, []byte("\n8\n"), []byte("\n9\n"), 1), witness.ErrForged},
		{"another log", other.sign(t, 8), witness.ErrForeign},
		{"no note", []byte("x"), witness.ErrForeign},
		{"no cosignature", l.sign(t, 8), witness.ErrQuorum},
	} {
		if _, err := p.Open(tt.signed); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestBadPolicies(t *testing.T) {
	l, w := newLog(t, origin, "").vkey, cosigner("w").Key()
	for text, want := range map[string]string{
		"":                                 "no quorum line",
		"quorum none\nquorum none":         "second quorum",
		"quorum w":                         "no line before defines",
		"log x\nquorum none":               "the log's key",
		"log " + w + "\nquorum none":       "the log's key",
		"witness w " + l + "\nquorum none": "the key of witness",
		"log " + l + "\nlog " + l + "\nquorum none":                   "twice",
		"witness a " + w + "\nwitness b " + w + "\nquorum none":       "twice",
		"witness none " + w + "\nquorum none":                         "is taken",
		"witness w " + w + "\ngroup w any w\nquorum w":                "is taken",
		"witness w " + w + "\ngroup g 2 w\nquorum g":                  "asks for",
		"witness w " + w + "\ngroup g 0 w\nquorum g":                  "asks for",
		"witness w " + w + "\ngroup g 01 w\nquorum g":                 "asks for",
		"witness w " + w + "\ngroup g any w w\nquorum g":              "a member already",
		"witness w " + w + "\ngroup g any x\nquorum g":                "no line before defines",
		"witness w " + w + "\ngroup g any none\nquorum g":             "no line before defines",
		"witness w " + w + "\ngroup g any w\ngroup h any w\nquorum h": "a member already",
		"hello\nquorum none":                                          "want log KEY",
		"quorum\x00none":                                              "not allowed",
		"quorum none\r\n":                                             "not allowed",
		strings.Repeat("#", 1<<20) + "\nquorum none":                  "at most",
	} {
		if _, err := witness.ParsePolicy([]byte(text)); !errors.Is(err, seal.ErrMalformed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80q: %v, want %q", text, err, want)
		}
	}
}

func FuzzPolicy(f *testing.F) {
	l, w := newLog(f, origin, "").vkey, cosigner("w").Key()
	f.Add([]byte("log " + l + " https://x\n#c\nwitness w " + w + "\n\tgroup g all w \nquorum g\n"))
	f.Add([]byte("quorum none"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := witness.ParsePolicy(data)
		if err != nil {
			return
		}
		again, err := witness.ParsePolicy(p.Encode())
		if err != nil || !bytes.Equal(again.Encode(), p.Encode()) {
			t.Errorf("%q becomes %q: %v", data, p.Encode(), err)
		}
	})
}

func FuzzRequest(f *testing.F) {
	l := newLog(f, origin, "")
	f.Add(l.request(f, 0, 5).Encode())
	f.Add(l.request(f, 5, 9).Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := witness.ParseRequest(data)
		if err == nil && !bytes.Equal(r.Encode(), data) {
			t.Errorf("%q becomes %q", data, r.Encode())
		}
	})
}

// Package gs1 reads every spelling of a GS1 key and keeps one: Digital Links,
// EPC URNs, bracketed element strings and raw scanner data all become an [Item].
//
// Clauses are those of the GS1 General Specifications ("GenSpecs"), the EPC Tag
// Data Standard ("TDS"), the GS1 Digital Link standard: URI syntax ("DL"), and
// the Core Business Vocabulary ("CBV").
package gs1

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxInput bounds what any parser here reads, in bytes.
const maxInput = 2048

// A Fault is the way in which an input is not a GS1 key.
type Fault uint8

const (
	FaultSyntax     Fault = iota + 1 // not of the form: unknown AI, missing bracket, not an absolute URI
	FaultLength                      // too few or too many characters
	FaultCharacter                   // a character the AI does not allow
	FaultCheckDigit                  // the check digit does not close the number
	FaultAmbiguous                   // more than one key, or one AI with two values
)

// An Error says why an input was refused and where.
type Error struct {
	Input  string // as given; cut when long
	At     int    // byte offset in what was given
	Fault  Fault
	Reason string // in words, such as "check digit of (01) is 1, want 0"
}

// Error returns the reason, its place and the input.
func (e *Error) Error() string {
	return "parse " + strconv.QuoteToASCII(e.Input) + ": " + e.Reason + " at byte " + strconv.Itoa(e.At)
}

func fault(in string, at int, f Fault, format string, args ...any) *Error {
	if len(in) > 120 {
		cut := 120
		for cut > 0 && !utf8.RuneStart(in[cut]) {
			cut--
		}
		in = in[:cut] + "…"
	}
	return &Error{Input: in, At: at, Fault: f, Reason: fmt.Sprintf(format, args...)}
}

// character names the character at in[at] so that it can be seen in a message.
func character(in string, at int) string {
	r, n := utf8.DecodeRuneInString(in[at:])
	if r == utf8.RuneError && n <= 1 {
		return fmt.Sprintf("byte 0x%02X", in[at])
	}
	if r < 0x20 || r >= 0x7F {
		return fmt.Sprintf("U+%04X", r)
	}
	return strconv.QuoteRune(r)
}

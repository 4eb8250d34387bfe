package sim

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"waymark/internal/custody"
	"waymark/internal/quote"
)

// A Message is what arrives at one moment: exactly one of a hop, an
// observation, an order, an advance shipping notice and a copy of a quote that
// turned up.
type Message struct {
	Arrival     time.Time            `json:"arrival"`
	Hop         *custody.Hop         `json:"hop,omitzero"`
	Observation *custody.Observation `json:"observation,omitzero"`
	Order       *custody.Order       `json:"order,omitzero"`
	ASN         *custody.ASN         `json:"asn,omitzero"`
	Leak        *quote.Surfacing     `json:"leak,omitzero"`
	// Misread tells that the scanner got a digit wrong: the check digit of the
	// item does not close it, and the front door must refuse it.
	Misread bool `json:"misread,omitzero"`
}

// MarshalLine returns the message as one line of JSON, with its end.
func (m Message) MarshalLine() ([]byte, error) {
	b, err := json.Marshal(m)
	return append(b, '\n'), err
}

// A Sum is the SHA-256 of what was written.
type Sum [sha256.Size]byte

func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// A digest counts what passes through it into a sum.
func digest(out io.Writer, write func(io.Writer) error) (Sum, error) {
	h := sha256.New()
	b := bufio.NewWriterSize(io.MultiWriter(out, h), 1<<16)
	if err := write(b); err != nil {
		return Sum{}, err
	}
	if err := b.Flush(); err != nil {
		return Sum{}, err
	}
	return Sum(h.Sum(nil)), nil
}

// WriteMaster writes the master data as one JSON document.
func (w *World) WriteMaster(out io.Writer) (Sum, error) {
	sum, err := digest(out, func(b io.Writer) error { return json.MarshalWrite(b, w.Master) })
	if err != nil {
		return Sum{}, fmt.Errorf("write master data: %w", err)
	}
	return sum, nil
}

// WriteEvents writes the messages in order of arrival, one JSON document a
// line.
func (w *World) WriteEvents(out io.Writer) (Sum, error) {
	n := 0
	sum, err := digest(out, func(b io.Writer) error {
		for m := range w.Messages() {
			n++
			line, err := m.MarshalLine()
			if err != nil {
				return err
			}
			if _, err := b.Write(line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Sum{}, fmt.Errorf("write message %d: %w", n, err)
	}
	return sum, nil
}

// WriteTruth writes what was planted as one JSON document.
func (w *World) WriteTruth(out io.Writer) (Sum, error) {
	sum, err := digest(out, func(b io.Writer) error { return json.MarshalWrite(b, w.Truth) })
	if err != nil {
		return Sum{}, fmt.Errorf("write truth: %w", err)
	}
	return sum, nil
}

// ReadMaster reads what WriteMaster wrote.
func ReadMaster(in io.Reader) (m Master, err error) {
	if err := json.UnmarshalRead(in, &m); err != nil {
		return Master{}, fmt.Errorf("read master data: %w", err)
	}
	return m, nil
}

// ReadTruth reads what WriteTruth wrote.
func ReadTruth(in io.Reader) (t []Truth, err error) {
	if err := json.UnmarshalRead(in, &t); err != nil {
		return nil, fmt.Errorf("read truth: %w", err)
	}
	return t, nil
}

// maxLine bounds a line of messages, in bytes.
const maxLine = 4 << 20

// ReadEvents yields the messages that WriteEvents wrote. A line that holds no
// valid message, such as a misread one, comes as an error together with its
// time of arrival; the lines after it still follow.
func ReadEvents(in io.Reader) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		s := bufio.NewScanner(in)
		s.Buffer(make([]byte, 1<<16), maxLine)
		for n := 1; s.Scan(); n++ {
			if !yield(readLine(s.Bytes(), n)) {
				return
			}
		}
		if err := s.Err(); err != nil {
			yield(Message{}, fmt.Errorf("read messages: %w", err))
		}
	}
}

func readLine(b []byte, n int) (Message, error) {
	var m Message
	err := json.Unmarshal(b, &m)
	if err == nil {
		return m, nil
	}
	var head struct {
		Arrival time.Time      `json:"arrival"`
		Misread bool           `json:"misread"`
		Rest    jsontext.Value `json:",unknown"`
	}
	if json.Unmarshal(b, &head) != nil {
		return Message{}, fmt.Errorf("read message of line %d: %w", n, err)
	}
	return Message{Arrival: head.Arrival, Misread: head.Misread}, fmt.Errorf("read message of line %d: %w", n, err)
}

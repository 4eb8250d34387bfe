package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"waymark/internal/sim"
)

// A tradeLine is one line of a generated trade as it travels from one program
// to the next: first the master data, then the messages in order of arrival, at
// last the truth.
//
// The documents within are kept as they are: a misread one could not be decoded
// and must arrive at the front door as the scanner sent it.
type tradeLine struct {
	Master      *sim.Master    `json:"master,omitzero"`
	Order       jsontext.Value `json:"order,omitzero"`
	ASN         jsontext.Value `json:"asn,omitzero"`
	Hop         jsontext.Value `json:"hop,omitzero"`
	Observation jsontext.Value `json:"observation,omitzero"`
	Leak        jsontext.Value `json:"leak,omitzero"`
	Misread     bool           `json:"misread,omitzero"`
	Arrival     time.Time      `json:"arrival,omitzero"` // of a message
	Truth       []sim.Truth    `json:"truth,omitempty"`

	Rest jsontext.Value `json:",unknown"`
}

// writeTrade writes a world as lines.
func writeTrade(out io.Writer, w *sim.World) error {
	b := bufio.NewWriterSize(out, 1<<16)
	if err := writeLine(b, tradeLine{Master: &w.Master}); err != nil {
		return fmt.Errorf("write master data: %w", err)
	}
	if _, err := w.WriteEvents(b); err != nil {
		return err
	}
	if err := writeLine(b, tradeLine{Truth: w.Truth}); err != nil {
		return fmt.Errorf("write truth: %w", err)
	}
	return b.Flush()
}

func writeLine(out io.Writer, l tradeLine) error {
	if err := json.MarshalWrite(out, l); err != nil {
		return err
	}
	_, err := out.Write([]byte{'\n'})
	return err
}

// readTrade hands on the lines that writeTrade wrote.
func readTrade(in io.Reader, take func(tradeLine) error) error {
	b := bufio.NewReaderSize(in, 1<<20)
	for n := 1; ; n++ {
		text, err := b.ReadBytes('\n')
		if len(text) > 0 {
			var l tradeLine
			if err := json.Unmarshal(text, &l); err != nil {
				return usagef("line %d is not of a generated trade: %w", n, err)
			}
			if err := take(l); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read line %d of a trade: %w", n, err)
		}
	}
}

// A keptTrade holds a trade that was read, without what was misread.
type keptTrade struct {
	master   sim.Master
	messages []sim.Message
}

// line keeps one line, unless there is nothing to keep it in.
func (k *keptTrade) line(l tradeLine) error {
	switch {
	case k == nil || l.Misread || l.Truth != nil:
		return nil
	case l.Master != nil:
		k.master = *l.Master
		return nil
	}
	m := sim.Message{Arrival: l.Arrival}
	for _, part := range []struct {
		document jsontext.Value
		into     any
	}{{l.Order, &m.Order}, {l.ASN, &m.ASN}, {l.Hop, &m.Hop}, {l.Observation, &m.Observation}, {l.Leak, &m.Leak}} {
		if part.document == nil {
			continue
		}
		if err := json.Unmarshal(part.document, part.into); err != nil {
			return fmt.Errorf("read a message of a trade: %w", err)
		}
	}
	k.messages = append(k.messages, m)
	return nil
}

package watermark

import (
	"bytes"
	"context"
	"fmt"
	"unicode/utf8"
)

// Trace is what a file says.
type Trace struct {
	Form     string    `json:"form"`            // png, jpeg, webp, pdf, xlsx, html or text
	Findings []Finding `json:"findings"`        // empty: nothing found
	Unread   []string  `json:"unread,omitzero"` // parts that were not looked into, and why
	Cut      bool      `json:"cut,omitzero"`    // the trace ended early, at its deadline
}

// Trace looks for marks in a file, or in typed text. It reports what it proves,
// and what has the form of a mark and fails its check; it never guesses. It
// fails with ErrTooLarge for files over the limits, before unpacking what they
// declare, and with ErrUnknownForm. ctx ends it early with what was found.
func (r *Ring) Trace(ctx context.Context, data []byte, limits Limits) (Trace, error) {
	limits = limits.withDefaults()
	if len(data) > limits.Bytes {
		return Trace{}, fmt.Errorf("trace a file of %d bytes, and %d are the most: %w", len(data), limits.Bytes, ErrTooLarge)
	}
	t := &tracing{Ring: r, ctx: ctx, limits: limits, pictures: limits.Pictures, unpacked: limits.Unpacked}
	f := formOf(data)
	var err error
	switch f {
	case formPNG, formJPEG, formWebP:
		err = t.pictureFile(data, f)
	case formPDF:
		err = t.pdf(data)
	case formXLSX:
		err = t.workbook(data)
	case formHTML:
		t.markup(data)
	case formText:
		t.plain(data)
	default:
		err = ErrUnknownForm
	}
	if err != nil {
		return Trace{}, fmt.Errorf("trace a file: %w", err)
	}
	return Trace{Form: string(f), Findings: t.findings.list, Unread: t.unread, Cut: ctx.Err() != nil}, nil
}

// FormOf is a file's form by how it begins: png, jpeg, webp, pdf, xlsx, html or
// text; "" for others.
func FormOf(data []byte) string { return string(formOf(data)) }

// tracing is one trace of a file.
type tracing struct {
	*Ring
	findings
	ctx      context.Context
	limits   Limits
	pictures int // that may still be searched
	unpacked int // bytes that may still be unpacked
	unread   []string
}

// formOf tells the form of a file from how it begins.
func formOf(data []byte) form {
	begins := func(s string) bool { return bytes.HasPrefix(data, []byte(s)) }
	head := bytes.ToLower(data[:min(len(data), 1024)])
	switch {
	case begins("\x89PNG\r\n\x1a\n"):
		return formPNG
	case begins("\xff\xd8\xff"):
		return formJPEG
	case begins("RIFF") && len(data) > 12 && string(data[8:12]) == "WEBP":
		return formWebP
	case bytes.Contains(head, []byte("%pdf-")):
		return formPDF
	case begins("PK\x03\x04"):
		return formXLSX
	case bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html")):
		return formHTML
	case utf8.Valid(data) || begins("\xff\xfe") || begins("\xfe\xff"):
		return formText
	}
	return formOther
}

// pictureFile searches a picture, and what is written beside it in the file.
func (t *tracing) pictureFile(data []byte, f form) error {
	m, err := picture(data, f, t.limits)
	if err != nil {
		return err
	}
	t.look(m)
	t.beside(data)
	return nil
}

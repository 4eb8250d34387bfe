package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/xuri/excelize/v2"

	"waymark/internal/watermark"
)

// watermarking is the group of commands about the marks of copies.
type watermarking struct {
	Keys  watermarkKeys  `cmd:"" help:"Make a file of keys, or add a new key for marks to it; the older ones still read."`
	Mark  watermarkMark  `cmd:"" help:"Mark a picture of a page, a workbook or a text. PDF files and web pages are marked when they are made."`
	Trace watermarkTrace `cmd:"" help:"Look for marks in files: PDF, PNG, JPEG, WebP, XLSX, HTML, text, or a typed token. Exit code 0: a mark was found; 1: none."`
}

// ringFile is a file of keys.
type ringFile string

// read reads the keys, which nobody but their owner may be able to.
func (f ringFile) read() (*watermark.Ring, error) {
	keys, err := f.keys()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("%s does not exist; waymark watermark keys makes it", f)
	}
	if err != nil {
		return nil, err
	}
	ring, err := watermark.NewRing(keys)
	if err != nil {
		return nil, usageError{fmt.Errorf("read %s: %w", f, err)}
	}
	return ring, nil
}

func (f ringFile) keys() (keys watermark.Keys, err error) {
	about, err := os.Stat(string(f))
	if err != nil {
		return keys, err
	}
	if about.Mode().Perm()&0o077 != 0 {
		return keys, usagef("%s can be read by others than its owner (mode %#o); who reads it can make marks: chmod 600 it, and make new keys if others had access", f, about.Mode().Perm())
	}
	b, err := os.ReadFile(string(f))
	if err != nil {
		return keys, err
	}
	if err := json.Unmarshal(b, &keys); err != nil {
		return keys, usageError{fmt.Errorf("read %s: %w", f, err)}
	}
	return keys, nil
}

type watermarkKeys struct {
	Keys ringFile `required:"" type:"path" placeholder:"FILE" help:"The file, which only its owner may read. Keep a copy: without it, no mark is ever read again."`
}

// Run adds a key for marks, and where there is none yet, one for pages.
func (k watermarkKeys) Run(std streams) error {
	keys, err := k.Keys.keys()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	secret := func() []byte { b := make([]byte, 32); rand.Read(b); return b }
	next := uint8(0)
	for _, key := range keys.Marks {
		next = max(next, key.ID+1)
	}
	keys.Marks = append(keys.Marks, watermark.Key{ID: next, Secret: secret()})
	if len(keys.Pages) == 0 {
		keys.Pages = []watermark.Key{{Secret: secret()}}
	}
	if _, err := watermark.NewRing(keys); err != nil {
		return usageError{err}
	}
	b, err := json.Marshal(keys, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	if err := replaceFile(string(k.Keys), append(b, '\n')); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s holds %d keys for marks; new marks are by key %d\n", k.Keys, len(keys.Marks), next)
	return err
}

// replaceFile writes a file that only its owner may read, whole or not at all.
func replaceFile(name string, b []byte) (err error) {
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

type watermarkMark struct {
	Keys  ringFile     `required:"" type:"path" placeholder:"FILE" help:"File of keys."`
	Copy  watermark.ID `required:"" placeholder:"ID" help:"The copy's id, 14 hexadecimal digits."`
	DPI   float64      `name:"dpi" default:"150" help:"Of a picture: pixels an inch."`
	Depth float64      `default:"8" help:"Of a picture: grey levels that white paper is darkened by at most; 12 for print."`
	File  string       `arg:"" type:"existingfile" help:"PNG, JPEG, XLSX or text."`
	Out   string       `arg:"" type:"path" help:"File to write, which must not exist. Pictures are written as PNG."`
}

// Run marks a file.
func (m watermarkMark) Run(std streams) error {
	ring, err := m.Keys.read()
	if err != nil {
		return err
	}
	data, err := os.ReadFile(m.File)
	if err != nil {
		return err
	}
	out, err := m.marked(ring, ring.Mark(m.Copy), data)
	if err != nil {
		return usageError{fmt.Errorf("mark %s: %w", m.File, err)}
	}
	f, err := os.OpenFile(m.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usagef("%s exists; nothing is ever written over", m.Out)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(out)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	token, err := ring.Token(ring.Mark(m.Copy))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s\n", token)
	return err
}

// marked is the file with its mark.
func (m watermarkMark) marked(ring *watermark.Ring, mark watermark.Mark, data []byte) ([]byte, error) {
	var out bytes.Buffer
	form := watermark.FormOf(data)
	switch form {
	case "png", "jpeg":
		picture, _, err := image.Decode(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		page, err := ring.MarkPage(mark, picture, m.DPI, m.Depth)
		if err != nil {
			return nil, err
		}
		err = png.Encode(&out, page)
		return out.Bytes(), err
	case "xlsx":
		f, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if err := ring.MarkWorkbook(mark, f); err != nil {
			return nil, err
		}
		err = f.Write(&out)
		return out.Bytes(), err
	case "text":
		for line := range bytes.Lines(data) {
			marked, err := ring.MarkText(mark, string(line))
			if err != nil {
				return nil, err
			}
			out.WriteString(marked)
		}
		return out.Bytes(), nil
	}
	return nil, fmt.Errorf("files of its form (%q) are not marked here", form)
}

type watermarkTrace struct {
	Keys    ringFile      `required:"" type:"path" placeholder:"FILE" help:"File of keys."`
	JSON    bool          `help:"Print JSON, a line a file."`
	Timeout time.Duration `default:"30s" help:"How long one file may take; what was found until then is printed."`
	Token   string        `placeholder:"TEXT" help:"A typed token, beside files or instead of them."`
	Files   []string      `arg:"" optional:"" help:"Files; - for standard input."`
}

// Run traces files.
func (t watermarkTrace) Run(ctx context.Context, std streams) error {
	if len(t.Files) == 0 && t.Token == "" {
		return usagef("nothing to trace: name files, or give --token")
	}
	ring, err := t.Keys.read()
	if err != nil {
		return err
	}
	found := false
	one := func(name string, data []byte) error {
		within, stop := context.WithTimeout(ctx, t.Timeout)
		defer stop()
		trace, err := ring.Trace(within, data, watermark.Limits{})
		if err != nil {
			return usageError{fmt.Errorf("%s: %w", name, err)}
		}
		for _, f := range trace.Findings {
			found = found || f.Verdict == watermark.Proved
		}
		return t.print(std.out, name, trace)
	}
	if t.Token != "" {
		if err := one("--token", []byte(t.Token)); err != nil {
			return err
		}
	}
	for _, name := range t.Files {
		data, err := readUpTo(name, std.in)
		if err == nil {
			err = one(name, data)
		}
		if err != nil {
			return err
		}
	}
	if !found {
		return errNo
	}
	return nil
}

// readUpTo reads a file, no further than to see that it is too large.
func readUpTo(name string, stdin io.Reader) ([]byte, error) {
	const most = 32<<20 + 1
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, most))
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("%s does not exist", name)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

// print prints what a file says.
func (t watermarkTrace) print(out io.Writer, name string, trace watermark.Trace) error {
	if t.JSON {
		b, err := json.Marshal(struct {
			File string `json:"file"`
			watermark.Trace
		}{name, trace}, jsontext.AllowInvalidUTF8(true))
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s\n", b)
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: ", name)
	if len(trace.Findings) == 0 {
		fmt.Fprintf(&b, "nothing found")
	}
	for i, f := range trace.Findings {
		if i > 0 {
			fmt.Fprintf(&b, "\n%s: ", name)
		}
		fmt.Fprintf(&b, "%s: %s", f.Carrier, f.Verdict)
		if f.Verdict == watermark.Proved {
			fmt.Fprintf(&b, ": copy %s, key %d, by chance at most %.1g", f.Mark.ID, f.Mark.Key, f.Chance)
		} else {
			fmt.Fprintf(&b, ": %s", f.Note)
		}
	}
	for _, u := range trace.Unread {
		fmt.Fprintf(&b, "\n%s: not looked into: %s", name, u)
	}
	if trace.Cut {
		fmt.Fprintf(&b, "\n%s: the time was over before all was looked into", name)
	}
	fmt.Fprintln(&b)
	_, err := out.Write(b.Bytes())
	return err
}

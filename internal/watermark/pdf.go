package watermark

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"strconv"
)

// pdf reads a PDF file without following its structure, which a file made to
// deceive need not have: every stream, as text or picture, and what stands
// between them. Encrypted files are not read.
func (t *tracing) pdf(data []byte) error {
	if bytes.Contains(data, []byte("/Encrypt")) {
		t.skip("the file is encrypted: print it to an unencrypted one, or take a picture of it")
	}
	between := []byte{}
	for t.ctx.Err() == nil {
		head, content, rest, ok := nextStream(data)
		between = append(append(between, head...), '\n')
		if !ok {
			break
		}
		t.stream(head, content)
		data = rest
	}
	t.as = Property
	t.script(between)
	t.as = ""
	return nil
}

// nextStream cuts a file at its next stream: what stands before, the stream as
// it is packed, and what follows.
func nextStream(data []byte) (head, content, rest []byte, ok bool) {
	const keyword, end = "stream", "endstream"
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte(keyword))
		if i < 0 {
			return data, nil, nil, false
		}
		i += from
		after := data[i+len(keyword):]
		switch {
		case bytes.HasPrefix(after, []byte("\r\n")):
			after = after[2:]
		case bytes.HasPrefix(after, []byte("\n")):
			after = after[1:]
		default:
			from = i + len(keyword)
			continue
		}
		n := bytes.Index(after, []byte(end))
		if declared, ok := number(dictionary(data[:i]), "/Length"); ok && declared <= len(after) && bytes.HasPrefix(bytes.TrimLeft(after[declared:], "\r\n"), []byte(end)) {
			n = declared
		}
		if n < 0 {
			return data, nil, nil, false
		}
		rest = after[n:]
		if j := bytes.Index(rest, []byte(end)); j >= 0 {
			rest = rest[j+len(end):]
		}
		return data[:i], after[:n], rest, true
	}
}

// dictionary is the last object's beginning in what stands before a stream.
func dictionary(head []byte) []byte {
	const most = 4096
	head = head[max(0, len(head)-most):]
	if i := bytes.LastIndex(head, []byte(" obj")); i >= 0 {
		return head[i:]
	}
	return head
}

// number is the number that follows a name in a dictionary.
func number(dict []byte, name string) (int, bool) {
	for {
		i := bytes.Index(dict, []byte(name))
		if i < 0 {
			return 0, false
		}
		dict = dict[i+len(name):]
		v := bytes.TrimLeft(dict, " \r\n\t")
		n := 0
		for n < len(v) && n < 10 && v[n] >= '0' && v[n] <= '9' {
			n++
		}
		if n > 0 && len(v) < len(dict) {
			out, err := strconv.Atoi(string(v[:n]))
			return out, err == nil && !bytes.HasPrefix(v[n:], []byte(" 0 R"))
		}
	}
}

// stream reads one stream.
func (t *tracing) stream(head, content []byte) {
	dict := dictionary(head)
	has := func(name string) bool { return bytes.Contains(dict, []byte(name)) }
	if has("/FlateDecode") || has("/Fl ") {
		content = t.inflate(content)
	}
	switch {
	case has("/DCTDecode"):
		t.embedded(content, "a picture")
	case has("/Subtype /Image") || has("/Subtype/Image"):
		m, err := samples(dict, content, t.limits)
		if err != nil {
			t.skip("a picture: %v", err)
			return
		}
		was := t.where
		t.where = "a picture"
		t.look(m)
		t.where = was
	case has("/FontFile"), has("/Length1"), has("/JPXDecode"), has("/CCITTFaxDecode"), has("/JBIG2Decode"):
	default:
		if has("/Metadata") || has("/ObjStm") {
			t.as = Property
		}
		t.script(content)
		t.as = ""
	}
}

// inflate unpacks a stream, as far as it is whole and may be unpacked.
func (t *tracing) inflate(content []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(z, int64(t.unpacked)))
	if t.unpacked -= len(out); t.unpacked <= 0 {
		t.skip("a stream is cut, after %d unpacked bytes", t.limits.Unpacked)
	}
	return out
}

// script reads what is written in the language of pages: as it is, and the
// strings in it, which may be of one or of two bytes a character.
func (t *tracing) script(content []byte) {
	t.text(string(bytes.ToValidUTF8(content, nil)), &t.findings)
	for _, s := range literals(content) {
		if bytes.HasPrefix(s, []byte("\xfe\xff")) {
			s = s[2:]
		}
		t.text(units(s, binary.BigEndian), &t.findings)
		t.text(string(bytes.ToValidUTF8(s, nil)), &t.findings)
	}
}

// literals are the strings of a script: in parentheses, with escapes, or in
// angle brackets, in hexadecimal digits.
func literals(content []byte) (out [][]byte) {
	const most = 1 << 16
	for i := 0; i < len(content) && len(out) < most; i++ {
		switch content[i] {
		case '(':
			s, n := parenthesised(content[i+1:])
			out, i = append(out, s), i+n
		case '<':
			s, n := hexadecimal(content[i+1:])
			out, i = append(out, s), i+n
		}
	}
	return out
}

// parenthesised reads a string up to its closing parenthesis, and tells how long
// it is written.
func parenthesised(b []byte) (s []byte, n int) {
	depth := 1
	for n < len(b) {
		c := b[n]
		n++
		switch {
		case c == '\\' && n < len(b):
			if v := bytes.IndexByte([]byte("nrtbf"), b[n]); v >= 0 {
				s = append(s, "\n\r\t\b\f"[v])
				n++
			} else if b[n] >= '0' && b[n] <= '7' {
				v := 0
				for k := 0; k < 3 && n < len(b) && b[n] >= '0' && b[n] <= '7'; k++ {
					v = v<<3 | int(b[n]-'0')
					n++
				}
				s = append(s, byte(v))
			} else {
				s = append(s, b[n])
				n++
			}
			continue
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return s, n
			}
		}
		s = append(s, c)
	}
	return s, n
}

// hexadecimal reads a string up to its closing bracket; of anything else, it
// reads nothing.
func hexadecimal(b []byte) (s []byte, n int) {
	var digits []byte
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			digits = append(digits, c|0x20-'a'+10)
		case c == '>':
			for k := 0; k+1 < len(digits); k += 2 {
				s = append(s, digits[k]<<4|digits[k+1])
			}
			return s, i + 1
		case c != ' ' && c != '\n' && c != '\r':
			return nil, 0
		}
	}
	return nil, 0
}

// samples is the picture that unpacked samples of eight bits make.
func samples(dict, content []byte, limits Limits) (image.Image, error) {
	w, okW := number(dict, "/Width")
	h, okH := number(dict, "/Height")
	if bits, ok := number(dict, "/BitsPerComponent"); !okW || !okH || !ok || bits != 8 {
		return nil, fmt.Errorf("not of eight bits a sample: %w", ErrUnknownForm)
	}
	if err := fits(w, h, limits); err != nil {
		return nil, err
	}
	channels := 0
	for _, n := range []int{1, 3, 4} {
		if len(content)/h == w*n || len(content)/h == w*n+1 {
			channels = n
		}
	}
	if channels == 0 || len(content) < w*h*channels {
		return nil, fmt.Errorf("%d bytes for %d × %d pixels: %w", len(content), w, h, ErrUnknownForm)
	}
	if len(content)/h == w*channels+1 {
		content = unpredicted(content, w*channels, h, channels)
	}
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		switch p := content[i*channels:]; channels {
		case 1:
			m.Pix[i] = p[0]
		case 3:
			m.Pix[i] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000)
		case 4: // ink
			m.Pix[i] = uint8((255 - int(p[3])) * (3*255 - int(p[0]) - int(p[1]) - int(p[2])) / (3 * 255))
		}
	}
	return m, nil
}

// unpredicted undoes the predictors of PNG, of which each row names its own.
func unpredicted(content []byte, row, h, channels int) []byte {
	out := make([]byte, row*h)
	up := make([]byte, row)
	for y := range h {
		in, line := content[y*(row+1):], out[y*row:(y+1)*row]
		for x := range line {
			var a, c byte
			if x >= channels {
				a, c = line[x-channels], up[x-channels]
			}
			v := in[x+1]
			switch in[0] {
			case 1:
				v += a
			case 2:
				v += up[x]
			case 3:
				v += byte((int(a) + int(up[x])) / 2)
			case 4:
				v += paeth(a, up[x], c)
			}
			line[x] = v
		}
		up = line
	}
	return out
}

// paeth is the neighbour that is nearest to left plus up less upper left.
func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	da, db, dc := max(p-int(a), int(a)-p), max(p-int(b), int(b)-p), max(p-int(c), int(c)-p)
	switch {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}

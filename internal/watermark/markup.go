package watermark

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"html"
	"unicode/utf16"
)

// markup reads a web page: its text with the characters that are written as
// entities, and the pictures that are part of it.
func (t *tracing) markup(data []byte) {
	text := html.UnescapeString(string(data))
	t.text(text, &t.findings)
	t.dataPictures([]byte(text))
}

// dataPictures searches the pictures that are written into a text as data URLs.
func (t *tracing) dataPictures(data []byte) {
	for {
		i := bytes.Index(data, []byte("data:image/"))
		if i < 0 {
			return
		}
		data = data[i:]
		head := data[:min(len(data), 64)]
		comma := bytes.Index(head, []byte(";base64,"))
		if comma < 0 {
			data = data[1:]
			continue
		}
		data = data[comma+len(";base64,"):]
		n := 0
		for n < len(data) && base64Letter(data[n]) {
			n++
		}
		file := make([]byte, base64.StdEncoding.DecodedLen(n))
		n2, _ := base64.StdEncoding.Decode(file, data[:n])
		t.embedded(file[:n2], "a data URL")
		data = data[n:]
	}
}

func base64Letter(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
}

// embedded searches a picture's file that is part of another file.
func (t *tracing) embedded(file []byte, where string) {
	m, err := picture(file, formOf(file), t.limits)
	if err != nil {
		t.skip("%s: %v", where, err)
		return
	}
	was := t.where
	t.where = where
	t.look(m)
	t.where = was
}

// plain reads text, in UTF-8 or, as workbooks export it, in UTF-16.
func (t *tracing) plain(data []byte) {
	t.text(wide(data), &t.findings)
}

// wide is text of UTF-16 by its byte order mark, or as it is.
func wide(data []byte) string {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return string(data)
	}
	return units(data[2:], order)
}

// units is text of UTF-16.
func units(data []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(data)/2)
	for i := range u {
		u[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(u))
}

// Package document writes a quote as a buyer receives it, as PDF, workbook or
// web page, in Chinese, English or Spanish, with the copy's mark in every
// carrier that the form has.
package document

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"

	"golang.org/x/image/font/sfnt"
)

// fontFile is Noto Sans SC (SIL Open Font License, see font/OFL.txt), cut down to
// Latin letters, signs, and the 6,763 characters of GB 2312, without hints and
// layout tables.
//
//go:embed font/NotoSansSC-GB2312.ttf.gz
var fontFile []byte

// Font is the TrueType font of the documents. Do not change it.
var Font = sync.OnceValue(func() []byte {
	z, err := gzip.NewReader(bytes.NewReader(fontFile))
	if err != nil {
		panic(err) // unreachable: the file is part of the program
	}
	font, err := io.ReadAll(z)
	if err != nil {
		panic(err) // unreachable: the file is part of the program
	}
	return font
})

// glyphs tells which characters the font has.
var glyphs = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(Font())
	if err != nil {
		panic(err) // unreachable: the file is part of the program
	}
	return f
})

// known writes 〓 for characters that the font does not have, and leaves out those
// that show nothing.
func known(text string) string {
	const missing = '〓'
	var b sfnt.Buffer
	return strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0xE0100 && c <= 0xE01EF {
			return -1
		}
		if i, err := glyphs().GlyphIndex(&b, c); err != nil || i == 0 {
			return missing
		}
		return c
	}, text)
}

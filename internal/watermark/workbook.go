package watermark

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"io"
	"path"
	"strings"
)

// workbook reads a workbook, or another office document: all its parts, within
// what may be unpacked. A part that unpacks to more than it declares is cut
// there.
func (t *tracing) workbook(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("open a workbook: %w", err)
	}
	const mostParts = 4096
	office := false
	for _, part := range z.File {
		office = office || part.Name == "[Content_Types].xml" || part.Name == "content.xml"
	}
	if !office || len(z.File) > mostParts {
		return ErrUnknownForm
	}
	for _, part := range z.File {
		if t.ctx.Err() != nil {
			return nil
		}
		if part.UncompressedSize64 > uint64(t.unpacked) {
			return fmt.Errorf("part %.80q would unpack to %d bytes, and %d are left: %w", part.Name, part.UncompressedSize64, t.unpacked, ErrTooLarge)
		}
		content, err := unpack(part)
		t.unpacked -= len(content)
		if err != nil {
			t.skip("part %.80q: %v", part.Name, err)
			continue
		}
		t.part(part.Name, content)
	}
	return nil
}

// unpack is a part's content, as long as it declares.
func unpack(part *zip.File) ([]byte, error) {
	r, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, int64(part.UncompressedSize64)))
	if err != nil {
		return content, err
	}
	return content, nil
}

// part reads a part of a workbook. What carries a mark is told by its name.
func (t *tracing) part(name string, content []byte) {
	switch f := formOf(content); {
	case f == formPNG || f == formJPEG || f == formWebP:
		t.embedded(content, name)
		return
	case !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels"):
		return
	}
	switch {
	case strings.HasPrefix(name, "docProps/") || name == "meta.xml":
		t.as = Property
	case path.Base(name) == "workbook.xml":
		t.as = Name
	case path.Base(name) == "styles.xml":
		t.as = NumberFormat
	}
	t.where = name
	t.text(html.UnescapeString(string(content)), &t.findings)
	t.as, t.where = "", ""
}

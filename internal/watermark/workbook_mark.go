package watermark

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// The names under which a workbook keeps its token.
const (
	workbookProperty = "Copy"
	workbookName     = "Copy_reference"
)

// MarkWorkbook puts the mark's token into a workbook's properties and into a
// defined name. Give prices a NumberFormat, and descriptions a MarkText, too:
// they stay with cells that are copied to another workbook.
func (r *Ring) MarkWorkbook(m Mark, f *excelize.File) error {
	token, err := r.Token(m)
	if err != nil {
		return err
	}
	props, err := f.GetDocProps()
	if err != nil {
		return fmt.Errorf("read the properties of a workbook: %w", err)
	}
	props.Identifier, props.Keywords = token, token
	if err := f.SetDocProps(props); err != nil {
		return fmt.Errorf("set the properties of a workbook: %w", err)
	}
	if err := f.SetCustomProps(excelize.CustomProperty{Name: workbookProperty, Value: token}); err != nil {
		return fmt.Errorf("set a property of a workbook: %w", err)
	}
	if err := f.SetDefinedName(&excelize.DefinedName{Name: workbookName, RefersTo: `"` + token + `"`}); err != nil {
		return fmt.Errorf("define a name of a workbook: %w", err)
	}
	return nil
}

// NumberFormat is a number format that shows numbers as it does without the
// mark, which stands in the section for text, where it shows nothing either. The
// format must have one section.
func (r *Ring) NumberFormat(m Mark, format string) (string, error) {
	sealed, err := r.sealed(carrierText, m, 4)
	if err != nil {
		return "", err
	}
	return format + ";-" + format + ";" + format + `;@"` + selectors(sealed) + `"`, nil
}

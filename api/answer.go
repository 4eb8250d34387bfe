package api

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"
)

// answer writes v as JSON.
func answer(c echo.Context, status int, v any) error {
	data, err := json.Marshal(v, json.Deterministic(true), json.FormatNilSliceAsNull(false))
	if err != nil {
		return fmt.Errorf("encode a %T: %w", v, err)
	}
	return c.Blob(status, typeJSON, data)
}

package api

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"waymark/internal/account"
	"waymark/internal/partner"
	"waymark/internal/rebate"
	"waymark/projections"
)

// getStatement answers GET /v1/statements/{partner} for the days from from to to,
// or for the quarter of today; as a table with form=csv.
func (s *Server) getStatement(c echo.Context) error {
	q, err := s.query(c, "from", "to", "form")
	if err != nil {
		return err
	}
	today := partner.Date(s.now().UTC().Format(time.DateOnly))
	first, last, _ := rebate.Quarter.Days(today)
	first, last = q.day("from", first), q.day("to", last)
	form := q.text("form")
	switch form {
	case "", "json", "csv":
	default:
		q.fault("form", "want json or csv")
	}
	if last < first {
		q.fault("to", "is before from")
	}
	if err := q.err(); err != nil {
		return err
	}
	id, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	st, err := s.views.Statement(id, first, last)
	if err != nil {
		return err
	}
	if form != "csv" {
		return answer(c, http.StatusOK, st)
	}
	data, err := statementTable(st)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="statement-`+string(id)+"-"+string(first)+`.csv"`)
	return c.Blob(http.StatusOK, typeCSV, data)
}

// typeCSV is RFC 4180's.
const typeCSV = "text/csv; charset=utf-8"

// day returns the day of a parameter, or another where it is not given.
func (q *query) day(name string, otherwise partner.Date) partner.Date {
	d := partner.Date(q.text(name))
	if d == "" {
		return otherwise
	}
	if _, ok := d.Start(); !ok {
		q.fault(name, "want a date such as 2026-01-31")
	}
	return d
}

// statementTable writes a statement as a table: where each account stood, what
// happened, where each stands.
func statementTable(st projections.Statement) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	row := func(fields ...string) {
		for i, f := range fields {
			fields[i] = harmless(f)
		}
		_ = w.Write(fields) // Flush tells
	}
	row("date", "posting", "act", "account", "currency", "amount", "balance", "cases", "findings", "orders", "rate", "reason")
	total := func(day partner.Date, what string, t account.Total, balance string) {
		row(string(day), "", what, string(t.Kind), string(t.Opening.Currency), "", balance, "", "", "", "", "")
	}
	for _, t := range st.Totals {
		total(st.From, "opening", t, t.Opening.Decimal())
	}
	for _, e := range st.Entries {
		rate := ""
		if e.Rate != nil {
			rate = e.Rate.Value + " " + string(e.Rate.To) + "/" + string(e.Rate.From) + " " + e.Rate.Date
		}
		row(string(e.Date), e.Posting, string(e.Act), string(e.Kind), string(e.Amount.Currency), e.Amount.Decimal(), e.Balance.Decimal(),
			strings.Join(e.Evidence.Cases, " "), strings.Join(e.Evidence.Findings, " "), strings.Join(e.Evidence.Orders, " "), rate, e.Reason)
	}
	for _, t := range st.Totals {
		total(st.To, "closing", t, t.Closing.Decimal())
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// harmless keeps a spreadsheet from taking words for a formula. Amounts stay.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+@\t\r", rune(s[0])) || len(s) > 1 && s[0] == '-' && (s[1] < '0' || s[1] > '9') {
		return "'" + s
	}
	return s
}

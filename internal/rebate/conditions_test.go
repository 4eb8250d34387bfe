package rebate_test

import (
	"testing"

	"waymark/internal/money"
	"waymark/internal/rebate"
)

func amount(decimal string) rebate.Threshold { return rebate.Threshold{Amount: usd(decimal)} }
func units(n int64) rebate.Threshold         { return rebate.Threshold{Units: n} }
func growth(percent int64) rebate.Threshold  { return rebate.Threshold{Ratio: money.Percent(percent)} }

func rate(from rebate.Threshold, percent int64) rebate.Tier {
	return rebate.Tier{From: from, Rate: money.Percent(percent)}
}

func lump(from rebate.Threshold, decimal string) rebate.Tier {
	return rebate.Tier{From: from, Amount: usd(decimal)}
}

// TestConditions goes through the rebate condition types of Pricefx's "Rebate
// Types Reference", under its names. The first two lines are its published
// example; the others apply what the reference says of the inputs of each type.
func TestConditions(t *testing.T) {
	sold := func(decimal string) rebate.Sales { return rebate.Sales{Amount: usd(decimal)} }
	count := func(n int64, decimal string) rebate.Sales { return rebate.Sales{Units: n, Amount: usd(decimal)} }
	grew := func(before, now string) rebate.Sales {
		return rebate.Sales{Amount: usd(now), PriorAmount: usd(before)}
	}
	step := func(t rebate.Threshold) *rebate.Threshold { return &t }
	type programme = rebate.Programme
	single := programme{Condition: rebate.Target, Measure: rebate.ByAmount, Form: rebate.Retrospective, Pay: rebate.Lump, Tiers: []rebate.Tier{lump(amount("100000"), "1000")}}
	percent := programme{Condition: rebate.Target, Measure: rebate.ByAmount, Form: rebate.Retrospective, Pay: rebate.Percentage, Tiers: []rebate.Tier{rate(amount("100000"), 1), rate(amount("200000"), 2)}}
	volume := programme{Condition: rebate.Volume, Measure: rebate.ByUnits, Form: rebate.Retrospective, Pay: rebate.PerUnit, Tiers: []rebate.Tier{lump(units(1000), "0.25")}}
	total := programme{Condition: rebate.Volume, Measure: rebate.ByUnits, Form: rebate.Retrospective, Pay: rebate.Percentage, Tiers: []rebate.Tier{rate(units(1000), 2)}}
	grown := programme{Condition: rebate.Growth, Measure: rebate.ByAmount, Form: rebate.Retrospective, Pay: rebate.Percentage, Tiers: []rebate.Tier{rate(amount("10000"), 1), rate(amount("20000"), 2)}}
	onGrowth := grown
	onGrowth.OnGrowth = true
	grownBy := programme{Condition: rebate.Growth, Measure: rebate.ByPercent, Form: rebate.Retrospective, Pay: rebate.Lump, Tiers: []rebate.Tier{lump(growth(5), "500"), lump(growth(10), "1500")}}
	increment := programme{Condition: rebate.Target, Measure: rebate.ByAmount, Form: rebate.ByIncrement, Pay: rebate.Lump, Tiers: []rebate.Tier{lump(amount("100000"), "250")}, Increment: step(amount("10000"))}
	fixed := programme{Condition: rebate.Fixed, Measure: rebate.ByAmount, Form: rebate.Retrospective, Pay: rebate.Percentage, Tiers: []rebate.Tier{rate(amount("0"), 5)}}
	stepped := programme{Condition: rebate.Volume, Measure: rebate.ByAmount, Form: rebate.Incremental, Pay: rebate.Percentage, Tiers: []rebate.Tier{rate(amount("0"), 1), rate(amount("100000"), 2), rate(amount("200000"), 3)}}
	steps := programme{Condition: rebate.Volume, Measure: rebate.ByAmount, Form: rebate.Incremental, Pay: rebate.Lump, Tiers: []rebate.Tier{lump(amount("100000"), "1000"), lump(amount("200000"), "2000")}}
	linear := programme{Condition: rebate.Volume, Measure: rebate.ByAmount, Form: rebate.Linear, Pay: rebate.Percentage, Tiers: []rebate.Tier{rate(amount("100000"), 1), rate(amount("200000"), 3)}}
	line := programme{Condition: rebate.Volume, Measure: rebate.ByAmount, Form: rebate.Linear, Pay: rebate.Lump, Tiers: []rebate.Tier{lump(amount("100000"), "1000"), lump(amount("200000"), "3000")}}
	mix := programme{Condition: rebate.Mix, Measure: rebate.ByAmount, Form: rebate.Retrospective, Pay: rebate.Percentage, Tiers: []rebate.Tier{rate(amount("100000"), 2)}, Mix: []rebate.Part{{Group: "outdoor", Least: money.Percent(30)}}}
	sellOut := percent
	sellOut.SellOut = money.Percent(40)

	for _, tt := range []struct {
		name  string
		p     programme
		sales rebate.Sales
		want  string
	}{
		{"Single Target Amount", single, sold("110000"), "1000.00"},
		{"Single Target Amount", single, sold("90000"), "0.00"},
		{"Single Target Amount, just reached", single, sold("100000"), "1000.00"},
		{"Single Target Percent", percent, sold("110000"), "1100.00"},
		{"Single Target Percent", percent, sold("90000"), "0.00"},
		{"Multi Target Percent", percent, sold("250000"), "5000.00"},
		{"Single Volume Per Unit", volume, count(1200, "0"), "300.00"},
		{"Single Volume Per Unit", volume, count(999, "0"), "0.00"},
		{"Single Volume Total Percent", total, count(1200, "60000"), "1200.00"},
		{"Growth Absolute Percent", grown, grew("100000", "115000"), "1150.00"},
		{"Growth Absolute Percent", grown, grew("100000", "125000"), "2500.00"},
		{"Growth Absolute Percent", grown, grew("100000", "90000"), "0.00"},
		{"growth, paid on what was grown by", onGrowth, grew("100000", "125000"), "500.00"},
		{"Growth Percent Amount", grownBy, grew("100000", "110000"), "1500.00"},
		{"Growth Percent Amount", grownBy, grew("100000", "109999.99"), "500.00"},
		{"Growth Percent Amount, from nothing", grownBy, grew("0", "100000"), "0.00"},
		{"Single Increment Amount", increment, sold("135000"), "750.00"},
		{"Single Increment Amount", increment, sold("109999.99"), "0.00"},
		{"Fixed Percent", fixed, sold("100000"), "5000.00"},
		{"Stepped Percent", stepped, sold("250000"), "4500.00"},
		{"Stepped Percent", stepped, sold("100000"), "1000.00"},
		{"Stepped Amount", steps, sold("250000"), "3000.00"},
		{"Linear Percent", linear, sold("150000"), "3000.00"},
		{"Linear Percent", linear, sold("99999.99"), "0.00"},
		{"Linear Percent, beyond", linear, sold("300000"), "9000.00"},
		{"Linear Amount", line, sold("175000"), "2500.00"},
		{"mix reached", mix, rebate.Sales{Amount: usd("200000"), Groups: map[string]money.Amount{"outdoor": usd("60000")}}, "4000.00"},
		{"mix missed", mix, rebate.Sales{Amount: usd("200000"), Groups: map[string]money.Amount{"outdoor": usd("59999.99")}}, "0.00"},
		{"half verified", sellOut, rebate.Sales{Amount: usd("100000"), VerifiedAmount: usd("50000")}, "800.00"},
		{"nothing verified", sellOut, sold("100000"), "600.00"},
		{"all verified", sellOut, rebate.Sales{Amount: usd("100000"), VerifiedAmount: usd("100000")}, "1000.00"},
	} {
		tt.p.ID, tt.p.Name, tt.p.Currency, tt.p.From, tt.p.Period = "X", tt.name, "USD", "2026-01-01", rebate.Year
		if faults := tt.p.Validate(); len(faults) > 0 {
			t.Errorf("%s: %v", tt.name, faults)
			continue
		}
		e, err := tt.p.Earn(tt.sales, money.One)
		if err != nil || e.Amount.Decimal() != tt.want {
			t.Errorf("%s: %v earn %s, %v; want %s", tt.name, tt.sales, e.Amount, err, tt.want)
		}
	}
}

func TestProgrammesThatSayNothingSoundAreRefused(t *testing.T) {
	for name, change := range map[string]func(*rebate.Programme){
		"/currency":         func(p *rebate.Programme) { p.Currency = "usd" },
		"/period":           func(p *rebate.Programme) { p.Period = "week" },
		"/tiers":            func(p *rebate.Programme) { p.Tiers = nil },
		"/tiers/1/from":     func(p *rebate.Programme) { p.Tiers[1].From = p.Tiers[0].From },
		"/tiers/0/rate":     func(p *rebate.Programme) { p.Tiers[0].Rate = 2 * money.One },
		"/tiers/0/amount":   func(p *rebate.Programme) { p.Tiers[0].Amount = usd("1") },
		"/tiers/0/from":     func(p *rebate.Programme) { p.Tiers[0].From = units(1) },
		"/measure":          func(p *rebate.Programme) { p.Measure = rebate.ByPercent },
		"/mix":              func(p *rebate.Programme) { p.Condition = rebate.Mix },
		"/increment":        func(p *rebate.Programme) { p.Form = rebate.ByIncrement },
		"/sell_out":         func(p *rebate.Programme) { p.SellOut = -1 },
		"/on_growth":        func(p *rebate.Programme) { p.OnGrowth = true },
		"/pay":              func(p *rebate.Programme) { p.Form, p.Measure = rebate.Incremental, rebate.ByUnits },
		"/from":             func(p *rebate.Programme) { p.From = "soon" },
		"/increment/amount": func(p *rebate.Programme) { p.Increment = &rebate.Threshold{Amount: money.Of(1, "EUR")} },
	} {
		p := quarterly()
		change(&p)
		found := false
		for _, f := range p.Validate() {
			found = found || f.Field == name
		}
		if !found {
			t.Errorf("%s is fine: %v", name, p.Validate())
		}
	}
	if faults := quarterly().Validate(); len(faults) > 0 {
		t.Errorf("a sound programme: %v", faults)
	}
	if faults := penalties().Validate(); len(faults) > 0 {
		t.Errorf("a sound schedule: %v", faults)
	}
}

func TestPeriods(t *testing.T) {
	for _, tt := range []struct {
		p           rebate.Period
		day         string
		first, last string
	}{
		{rebate.Quarter, "2026-02-28", "2026-01-01", "2026-03-31"},
		{rebate.Quarter, "2026-12-31", "2026-10-01", "2026-12-31"},
		{rebate.Month, "2024-02-01", "2024-02-01", "2024-02-29"},
		{rebate.Year, "2026-07-01", "2026-01-01", "2026-12-31"},
	} {
		first, last, ok := tt.p.Days(day(tt.day))
		if !ok || string(first) != tt.first || string(last) != tt.last {
			t.Errorf("the %s of %s is %s to %s, want %s to %s", tt.p, tt.day, first, last, tt.first, tt.last)
		}
	}
}

package money_test

import (
	"errors"
	"math"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"waymark/internal/money"
)

func TestAmountsAreWrittenWithTheirCurrencysDigits(t *testing.T) {
	for _, tt := range []struct {
		in    string
		c     money.Currency
		minor int64
		out   string
	}{
		{"500.00", "USD", 50000, "500.00"},
		{"500", "EUR", 50000, "500.00"},
		{"0.5", "EUR", 50, "0.50"},
		{"-0.05", "EUR", -5, "-0.05"},
		{"1200", "JPY", 1200, "1200"},
		{"1.234", "KWD", 1234, "1.234"},
		{"92233720368547758.07", "USD", math.MaxInt64, "92233720368547758.07"},
	} {
		a, err := money.Parse(tt.in, tt.c)
		if err != nil || a.Minor != tt.minor || a.Decimal() != tt.out {
			t.Errorf("Parse(%q, %s) = %d, %q, %v; want %d, %q", tt.in, tt.c, a.Minor, a.Decimal(), err, tt.minor, tt.out)
		}
	}
	for _, in := range []string{"", ".", "1.", ".5", "1.005", "1e3", "+1", "--1", "1,000.00", " 1", "92233720368547758.08", "-92233720368547758.08"} {
		if a, err := money.Parse(in, "USD"); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", in, a)
		}
	}
	if a, err := money.Parse("1.5", "JPY"); err == nil {
		t.Errorf("1.5 yen is %s, want an error", a)
	}
}

func TestShares(t *testing.T) {
	for _, tt := range []struct {
		amount  int64
		weights []int64
		want    []int64
	}{
		{10001, []int64{50, 20, 30}, []int64{5001, 2000, 3000}},
		{2688000, []int64{50, 20, 30}, []int64{1344000, 537600, 806400}},
		{-10001, []int64{50, 20, 30}, []int64{-5001, -2000, -3000}},
		{1, []int64{1, 1, 1}, []int64{1, 0, 0}},
		{2, []int64{0, 1, 1}, []int64{0, 1, 1}},
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64}, []int64{math.MaxInt64/2 + 1, math.MaxInt64 / 2}},
	} {
		got, err := money.Of(tt.amount, "USD").Split(tt.weights...)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range tt.want {
			if got[i].Minor != w {
				t.Errorf("%d split by %v is %v, want %v", tt.amount, tt.weights, got, tt.want)
				break
			}
		}
	}
	for _, weights := range [][]int64{nil, {0, 0}, {1, -1}} {
		if _, err := money.Of(1, "USD").Split(weights...); !errors.Is(err, money.ErrWeights) {
			t.Errorf("split by %v: %v, want %v", weights, err, money.ErrWeights)
		}
	}
}

func TestSharesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Of(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "amount"), "EUR")
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 9).Draw(t, "weights")
		weights[0]++
		sum := int64(0)
		shares, err := a.Split(weights...)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range shares {
			sum += s.Minor
			if weights[i] == 0 && s.Minor != 0 {
				t.Fatalf("a share without weight is %s", s)
			}
		}
		if sum != a.Minor {
			t.Fatalf("shares of %s sum to %d", a, sum)
		}
	})
}

func TestRoundingHappensOnceAndHalvesGoAwayFromZero(t *testing.T) {
	for _, tt := range []struct {
		minor  int64
		ratios []money.Ratio
		want   int64
	}{
		{60_000_000, []money.Ratio{money.Percent(3), 950_000}, 1_710_000},
		{48_000_000, []money.Ratio{money.Percent(2), 950_000}, 912_000},
		{1, []money.Ratio{500_000}, 1},
		{-1, []money.Ratio{500_000}, -1},
		{1, []money.Ratio{499_999}, 0},
		{333, []money.Ratio{500_000, 500_000, 4_000_000}, 333},
	} {
		got, err := money.Of(tt.minor, "USD").Scale(tt.ratios...)
		if err != nil || got.Minor != tt.want {
			t.Errorf("%d scaled by %v is %d, %v; want %d", tt.minor, tt.ratios, got.Minor, err, tt.want)
		}
	}
	if _, err := money.Of(math.MaxInt64, "USD").Scale(2 * money.One); !errors.Is(err, money.ErrRange) {
		t.Errorf("twice the greatest amount: %v, want %v", err, money.ErrRange)
	}
}

func TestSumsAreExactOrRefused(t *testing.T) {
	if _, err := money.Of(1, "USD").Plus(money.Of(1, "EUR")); !errors.Is(err, money.ErrCurrency) {
		t.Errorf("dollars and euros: %v, want %v", err, money.ErrCurrency)
	}
	if got, err := (money.Amount{}).Plus(money.Of(1, "EUR")); err != nil || got != money.Of(1, "EUR") {
		t.Errorf("nothing and a cent are %s, %v", got, err)
	}
	for _, by := range []int64{math.MaxInt64, 1} {
		if _, err := money.Of(math.MaxInt64, "USD").Plus(money.Of(by, "USD")); !errors.Is(err, money.ErrRange) {
			t.Errorf("the greatest amount and %d: %v, want %v", by, err, money.ErrRange)
		}
		if _, err := money.Of(-math.MaxInt64, "USD").Minus(money.Of(by, "USD")); !errors.Is(err, money.ErrRange) {
			t.Errorf("the least amount less %d: %v, want %v", by, err, money.ErrRange)
		}
	}
	if got, err := money.Of(5, "USD").Plus(money.Of(0, "USD")); err != nil || got.Minor != 5 {
		t.Errorf("5 and 0 are %s, %v", got, err)
	}
}

func TestExchangeAtTheRateOfTheDay(t *testing.T) {
	rates := []money.Rate{
		{ID: "r1", From: "EUR", To: "USD", Value: "1.08", Date: "2026-01-01"},
		{ID: "r2", From: "EUR", To: "USD", Value: "1.10", Date: "2026-02-01"},
		{ID: "r3", From: "USD", To: "JPY", Value: "150.5", Date: "2026-01-01"},
		{ID: "r4", From: "KWD", To: "JPY", Value: "490", Date: "2026-01-01"},
	}
	for _, tt := range []struct {
		in     money.Amount
		to     money.Currency
		date   string
		want   string
		wantID string
	}{
		{money.Of(10000, "EUR"), "USD", "2026-01-31", "108.00 USD", "r1"},
		{money.Of(10000, "EUR"), "USD", "2026-02-01", "110.00 USD", "r2"},
		{money.Of(11000, "USD"), "EUR", "2026-03-01", "100.00 EUR", "r2"},
		{money.Of(100, "USD"), "JPY", "2026-03-01", "151 JPY", "r3"},
		{money.Of(1000, "KWD"), "JPY", "2026-03-01", "490 JPY", "r4"},
		{money.Of(490, "JPY"), "KWD", "2026-03-01", "1.000 KWD", "r4"},
	} {
		r, err := money.RateOn(rates, tt.in.Currency, tt.to, tt.date)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Convert(tt.in)
		if err != nil || got.String() != tt.want || r.ID != tt.wantID {
			t.Errorf("%s on %s is %s by %s, %v; want %s by %s", tt.in, tt.date, got, r.ID, err, tt.want, tt.wantID)
		}
	}
	if _, err := money.RateOn(rates, "EUR", "USD", "2025-12-31"); !errors.Is(err, money.ErrNoRate) {
		t.Errorf("before the first rate: %v, want %v", err, money.ErrNoRate)
	}
	for _, v := range []string{"", "0", "-1", "1e3", "1/3", "1.", "x", "0.00000000000000000000000001"} {
		if _, err := (money.Rate{From: "EUR", To: "USD", Value: v}).Convert(money.Of(1, "EUR")); err == nil {
			t.Errorf("rate %q was taken, want an error", v)
		}
	}
}

func TestDocumentsHoldDecimals(t *testing.T) {
	in := struct {
		Fine money.Amount `json:"fine"`
		Rate money.Ratio  `json:"rate"`
	}{money.Of(2_688_000, "USD"), money.Percent(20)}
	data, err := json.Marshal(in)
	if want := `{"fine":{"amount":"26880.00","currency":"USD"},"rate":"0.2"}`; err != nil || string(data) != want {
		t.Fatalf("encoded %s, %v; want %s", data, err, want)
	}
	out := in
	out.Fine, out.Rate = money.Amount{}, 0
	if err := json.Unmarshal(data, &out); err != nil || out != in {
		t.Errorf("decoded %v, %v; want %v", out, err, in)
	}
	for _, bad := range []string{`{"fine":{"amount":"1.005","currency":"USD"}}`, `{"fine":{"amount":"1","currency":"usd"}}`, `{"rate":"0.0000001"}`, `{"fine":{"amount":1,"currency":"USD"}}`} {
		if err := json.Unmarshal([]byte(bad), &out); err == nil {
			t.Errorf("%s was taken, want an error", bad)
		}
	}
}

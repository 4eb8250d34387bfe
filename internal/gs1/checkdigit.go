package gs1

// CheckDigit returns the check digit that closes n, a number without one:
// weights 3 and 1 alternate from the right, GenSpecs §7.9.1.
func CheckDigit(n uint64) int {
	sum, weight := uint64(0), uint64(3)
	for ; n > 0; n /= 10 {
		sum += n % 10 * weight
		weight = 4 - weight
	}
	return int((10 - sum%10) % 10)
}

// closed reports whether the last digit of n is the check digit of the rest.
func closed(n uint64) bool { return int(n%10) == CheckDigit(n/10) }

// appendDigits appends n in width digits, with leading zeros.
func appendDigits(b []byte, n uint64, width int) []byte {
	at := len(b)
	b = append(b, "00000000000000000000"[:width]...)
	for i := len(b) - 1; i >= at; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// parseDigits reads s, which must be one of widths long, as a number closed by
// its check digit. what names the key in errors.
func parseDigits(s, what string, widths ...int) (uint64, error) {
	fits := false
	for _, w := range widths {
		fits = fits || len(s) == w
	}
	if !fits {
		return 0, fault(s, len(s), FaultLength, "%s has %d characters, want %s", what, len(s), either(widths))
	}
	n, err := (&reader{in: s}).number(what, 0, len(s))
	if err != nil {
		return 0, err
	}
	if err := (&reader{in: s}).check(what, n, len(s)-1); err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, fault(s, 0, FaultSyntax, "%s is all zeros", what)
	}
	return n, nil
}

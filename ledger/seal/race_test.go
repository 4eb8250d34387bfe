//go:build race

package seal_test

// brief: the race detector looks at what runs at once, and there is nothing here
// in twelve thousand flips that is not in one thousand.
const brief = true

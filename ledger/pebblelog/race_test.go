//go:build race

package pebblelog_test

// brief: the race detector looks at what runs at once, not at how often a log
// is crashed, and makes a crash ten times as slow.
const brief = true

//go:build !race

package pebblelog_test

const brief = false

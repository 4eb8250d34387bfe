//go:build !race

package seal_test

const brief = false

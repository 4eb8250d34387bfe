// Package benchmarks measures the whole house over its HTTP interface: how
// fast it records, answers, rebuilds and warns.
//
// Each measurement also writes the same bytes, in the same batches, to a bare
// Pebble database with the same durability, in the same run: the ratio of the
// two is the figure that carries over to another machine. It also tells what
// share of the processors other programs took meanwhile, without which a figure
// from a shared machine means nothing.
package benchmarks

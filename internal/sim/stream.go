package sim

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// A stream is a source of random numbers that belongs to one named thing.
type stream struct{ *rand.Rand }

func newStream(seed uint64, name string) stream {
	h := fnv.New64a()
	h.Write([]byte(name))
	return stream{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// chance tells whether something of probability p happens.
func (s stream) chance(p float64) bool { return s.Float64() < p }

// between returns a time span from lo up to hi, in whole seconds.
func (s stream) between(lo, hi time.Duration) time.Duration {
	if hi <= lo {
		return lo
	}
	return (lo + time.Duration(s.Int64N(int64(hi-lo)))).Truncate(time.Second)
}

// pick returns one of list.
func pick[T any](s stream, list []T) T { return list[s.IntN(len(list))] }

package api

import "sync"

// streams counts the streams of alerts that are open, in all and by caller.
type streams struct {
	mu   sync.Mutex
	all  int64
	each map[string]int64
}

// share is the part of all streams that one caller may have open, as a divisor:
// no key can keep the others from listening.
const share = 8

// begin opens a stream for a caller where that leaves both counts within their
// limits. end closes it.
func (s *streams) begin(who string, limit int64) (end func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.each == nil {
		s.each = map[string]int64{}
	}
	if s.all >= limit || s.each[who] >= max(1, limit/share) {
		return nil, false
	}
	s.all++
	s.each[who]++
	return func() { s.end(who) }, true
}

func (s *streams) end(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.each[who]--; s.each[who] == 0 {
		delete(s.each, who)
	}
}

// open returns how many streams are open.
func (s *streams) open() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

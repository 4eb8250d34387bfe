package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// How long a session lives: without a request, and at most.
const (
	SessionIdle = 30 * time.Minute
	SessionLife = 12 * time.Hour
)

// maxSessions bounds the sessions kept; one more ends the one idle longest.
const maxSessions = 10_000

// Sessions are the people who have the pages open. The zero value has none.
// They end with the process.
type Sessions struct {
	mu   sync.Mutex
	open map[[sha256.Size]byte]*session
}

type session struct {
	caller     *Caller
	began, now time.Time
}

// Begin opens a session for a caller and returns its token, 128 random bits.
// A session never does more than read.
func (s *Sessions) Begin(c *Caller, now time.Time) string {
	token := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[[sha256.Size]byte]*session{}
	}
	if len(s.open) >= maxSessions {
		s.evict(now)
	}
	reader := NewCaller(c.ID, c.Scopes&Read, c.Partner)
	s.open[sha256.Sum256([]byte(token))] = &session{reader, now, now}
	return token
}

// Caller returns whose session the token is of.
func (s *Sessions) Caller(token string, now time.Time) (*Caller, bool) {
	if token == "" || len(token) > maxKey {
		return nil, false
	}
	sum := sha256.Sum256([]byte(token))
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.open[sum]
	if !ok {
		return nil, false
	}
	if e.over(now) {
		delete(s.open, sum)
		return nil, false
	}
	e.now = now
	return e.caller, true
}

// End closes a session.
func (s *Sessions) End(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, sha256.Sum256([]byte(token)))
}

func (e *session) over(now time.Time) bool {
	return now.Sub(e.now) > SessionIdle || now.Sub(e.began) > SessionLife
}

// evict drops the sessions that are over, or the one idle longest.
func (s *Sessions) evict(now time.Time) {
	var oldest [sha256.Size]byte
	at := now
	for sum, e := range s.open {
		if e.over(now) {
			delete(s.open, sum)
		} else if !e.now.After(at) {
			oldest, at = sum, e.now
		}
	}
	if len(s.open) >= maxSessions {
		delete(s.open, oldest)
	}
}

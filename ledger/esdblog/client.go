package esdblog

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/metadata"

	"waymark/ledger"
)

// Clients keeps clients that nobody is using, each with a connection to what
// was the leader when it was last used.
type clients struct {
	mu   sync.Mutex
	idle []*esdb.Client
	age  int // grows when all that are connected are held to be useless
}

// take returns an idle client, nil where there is none, and the age to give it
// back with.
func (c *clients) take() (*esdb.Client, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.idle); n > 0 {
		client := c.idle[n-1]
		c.idle = c.idle[:n-1]
		return client, c.age
	}
	return nil, c.age
}

// give takes a client back that answered.
func (c *clients) give(client *esdb.Client, age int) {
	c.mu.Lock()
	keep := age == c.age
	if keep {
		c.idle = append(c.idle, client)
	}
	c.mu.Unlock()
	if !keep {
		_ = client.Close()
	}
}

// discard closes those that are idle, and those in use as they come back.
func (c *clients) discard() {
	c.mu.Lock()
	old := c.idle
	c.idle = nil
	c.age++
	c.mu.Unlock()
	for _, client := range old {
		_ = client.Close()
	}
}

// call makes one attempt at a call on the leader. It returns when ctx ends or
// the log is closed, whatever the client does.
func (l *Log) call(ctx context.Context, use func(context.Context, *esdb.Client) error) error {
	done, err := l.begin()
	if err != nil {
		return err
	}
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		done()
		return ctx.Err()
	case <-l.life.Done():
		done()
		return ledger.ErrClosed
	}
	ctx, cancel := context.WithTimeout(ctx, l.opts.Try)
	stop := context.AfterFunc(l.life, cancel)
	result := make(chan error, 1)
	go func() {
		defer done()
		defer func() { <-l.slots }()
		defer cancel()
		defer stop()
		result <- l.use(ctx, use)
	}()
	select {
	case err = <-result:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil && l.life.Err() != nil {
		return ledger.ErrClosed
	}
	return err
}

// use lets f have a client, which is kept if it answered clearly.
func (l *Log) use(ctx context.Context, f func(context.Context, *esdb.Client) error) error {
	client, age := l.clients.take()
	if client == nil {
		config := l.leader
		var err error
		if client, err = esdb.NewClient(&config); err != nil {
			return err
		}
	}
	// The client means to send this and does not.
	err := guarded(metadata.AppendToOutgoingContext(ctx, "requires-leader", "true"), client, f)
	switch {
	case answered(err):
		l.clients.give(client, age)
		l.failed.Store(nil)
	case errors.Is(ctx.Err(), context.Canceled):
		_ = client.Close()
	default:
		_ = client.Close()
		l.failed.Store(&err)
		if lost(err) {
			l.clients.discard()
		}
	}
	return err
}

// guarded makes an error of a panic: the client panics on answers that it does
// not know.
func guarded(ctx context.Context, client *esdb.Client, f func(context.Context, *esdb.Client) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the client panicked: %v", r)
		}
	}()
	return f(ctx, client)
}

// Waits between attempts, of which each is half to one and a half of twice the
// one before.
const (
	firstWait = 10 * time.Millisecond
	lastWait  = time.Second
)

// A pause is what lies between two attempts.
type pause time.Duration

// wait waits, the longer the more often it is called. It returns why there is to
// be no further attempt.
func (p *pause) wait(ctx context.Context, l *Log) error {
	d := min(max(time.Duration(*p), firstWait), lastWait)
	*p = pause(2 * d)
	t := time.NewTimer(d/2 + rand.N(d))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.life.Done():
		return ledger.ErrClosed
	}
}

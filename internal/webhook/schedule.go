package webhook

import (
	"strconv"
	"time"
)

// schedule is how long after a failed attempt the next follows: the first is
// made at once. It is the one that Standard Webhooks recommends.
var schedule = [...]time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// Attempts is how often one alert is tried before the webhook is disabled.
const Attempts = len(schedule) + 1

// Failed returns what to record of an attempt at a webhook that did not arrive,
// its place in a row of them counted from 1, at a time; and why the webhook is
// to be disabled, or "".
func Failed(id string, cause Cause, status, attempt int, now time.Time) (Failure, Reason) {
	f := Failure{Cause: cause, Status: status, Attempt: attempt}
	switch {
	case status == 410:
		return f, Gone
	case attempt >= Attempts:
		return f, Exhausted
	}
	delay := schedule[max(attempt, 1)-1]
	delay += spread(delay/10, id, strconv.Itoa(attempt))
	f.Next = now.Add(delay).UTC().Truncate(time.Millisecond)
	return f, ""
}

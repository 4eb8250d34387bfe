package epcis

import (
	"time"

	"waymark/ledger/event"
)

// A CaptureJob says what became of one document that was posted to the capture
// interface. EPCIS 2.0 §12.6.1.
type CaptureJob struct {
	CaptureID  string    `json:"captureID"`
	CreatedAt  time.Time `json:"createdAt"`
	FinishedAt time.Time `json:"finishedAt,omitzero"`
	Running    bool      `json:"running"`
	Success    bool      `json:"success"`
	// ErrorBehaviour is [Rollback] or [Proceed].
	ErrorBehaviour string     `json:"captureErrorBehaviour"`
	Errors         []JobError `json:"errors"`
}

// What a capture does where some of its events cannot be captured: capture
// none of them, or the others.
const (
	Rollback = "rollback"
	Proceed  = "proceed"
)

// A JobError is why an event of a capture was not captured, in the form of a
// problem (RFC 7807).
type JobError struct {
	Type   string `json:"type"` // "epcisException:…"
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Instance is a JSON Pointer to the event in the document.
	Instance string `json:"instance"`
}

// JobRecorded records how a capture ended. It is the last event of the
// capture's stream.
var JobRecorded = event.Define[CaptureJob]("epcis.capture-job")

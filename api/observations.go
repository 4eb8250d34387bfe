package api

import (
	"time"

	"waymark/api/auth"
	"waymark/internal/custody"
	"waymark/internal/partner"
)

// observations records items seen outside: POST /v1/observations. Where a
// buyer was is kept no finer than it may be.
var observations = &capture[custody.Observation]{
	typ:    custody.ObservationRecorded,
	id:     func(o *custody.Observation) string { return o.ID },
	stream: captureStream,
	count:  func(*custody.Observation) int { return 1 },
	coarsen: func(o *custody.Observation) bool {
		return o.Kind == custody.Consumer && o.Coarsen()
	},
	validate: func(o *custody.Observation, now time.Time) []partner.Fault {
		faults := o.Validate(now)
		if o.Item != "" && !countable(o.Item) {
			faults = append(faults, partner.Fault{Field: "/item", Detail: itemForm})
		}
		return faults
	},
	missing: func(dir *partner.Directory, _ *auth.Caller, o *custody.Observation) []FieldError {
		m := missing{dir: dir}
		m.item("/item", -1, o.Item)
		return m.list
	},
}

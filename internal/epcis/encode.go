package epcis

// AppendJSON appends the event's JSON object to dst.
func (e *Event) AppendJSON(dst []byte) []byte { return append(dst, e.Raw...) }

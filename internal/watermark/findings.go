package watermark

// findings gathers what the carriers of a file say, each thing once.
type findings struct {
	list  []Finding
	tries int    // codes that were checked
	where string // the part of the file that is being read
	as    Carrier
}

// mostFindings bounds the answer to a file that is made to have many.
const mostFindings = 64

// add adds a finding, or counts it with one that says the same.
func (f *findings) add(x Finding) {
	if f.as != "" && (x.Carrier == Token || x.Carrier == Text) {
		x.Carrier = f.as // not printed, but in the part of a file that this carrier is
	}
	x.Where = f.where
	x.Places = 1
	for i, o := range f.list {
		if o.Carrier == x.Carrier && o.Verdict == x.Verdict && o.Mark == x.Mark && o.Note == x.Note {
			f.list[i].Places++
			return
		}
	}
	if len(f.list) < mostFindings {
		f.list = append(f.list, x)
	}
}

// text reads all that text can carry.
func (r *Ring) text(text string, found *findings) {
	r.tokens(text, found)
	r.hidden(text, found)
	r.claims(text, found)
}

package rebate

import (
	"slices"
	"strings"

	"waymark/internal/account"
)

// A Proposal is a posting that lost part of what it rests on: somebody is to
// decide whether it is taken back. Nothing is posted by itself.
type Proposal struct {
	Posting   string   `json:"posting"`
	Withdrawn []string `json:"withdrawn"` // findings
	// Remaining are the findings on which the posting still rests. Where there
	// are any, a smaller posting may follow the reversal.
	Remaining []string       `json:"remaining,omitempty"`
	Lines     []account.Line `json:"lines"` // what the reversal would post
}

// Proposals returns what a withdrawal of findings asks for: the postings in b
// that name one of them and have not been taken back, in the order of their ids.
func Proposals(b *account.Book, withdrawn func(finding string) bool) []Proposal {
	var out []Proposal
	for id, s := range b.Standing {
		if len(s.Posting.Reverses) > 0 && s.Posting.Act != account.Claw {
			continue // it gives back itself
		}
		pr := Proposal{Posting: id}
		for _, f := range s.Posting.Evidence.Findings {
			if withdrawn(f) {
				pr.Withdrawn = append(pr.Withdrawn, f)
			} else {
				pr.Remaining = append(pr.Remaining, f)
			}
		}
		if len(pr.Withdrawn) == 0 {
			continue
		}
		p, err := b.Reversal(account.Note{ID: "proposal"}, id)
		if err != nil {
			continue // it has been taken back
		}
		pr.Lines = p.Lines
		out = append(out, pr)
	}
	slices.SortFunc(out, func(a, b Proposal) int { return strings.Compare(a.Posting, b.Posting) })
	return out
}

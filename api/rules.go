package api

import (
	"github.com/labstack/echo/v4"

	"waymark/internal/diversion"
	"waymark/internal/partner"
	"waymark/projections"
)

// A ruleCard is what a reader may know of a rule.
type ruleCard struct {
	ID         string             `json:"id"`
	Version    int                `json:"version"`
	Title      string             `json:"title"`
	LooksAt    string             `json:"looks_at"`
	Strength   diversion.Strength `json:"strength"`
	Subject    string             `json:"subject"`         // event, item or group
	On         bool               `json:"on"`              // the policy has it judged
	Blocks     bool               `json:"blocks_shipment"` // a ship-check asks it, and lets nothing go that it speaks against
	Parameters []ruleParameter    `json:"parameters"`
}

// A ruleParameter is a number that a policy may set, and what it is now.
type ruleParameter struct {
	Name    string  `json:"name"`
	Meaning string  `json:"meaning"`
	Default float64 `json:"default"`
	Value   float64 `json:"value"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
}

// A policyRef names the policy pack that holds.
type policyRef struct {
	Version string       `json:"version"`
	From    partner.Date `json:"from,omitzero"` // "": from the beginning
	Note    string       `json:"note,omitzero"`
}

// A rulebook is what GET /v1/rules answers.
type rulebook struct {
	Rules  []ruleCard       `json:"rules"`
	Policy policyRef        `json:"policy"`
	AsOf   projections.AsOf `json:"as_of"`
}

// getRules answers GET /v1/rules: every rule, with its parameters as the policy
// that holds now sets them.
func (s *Server) getRules(c echo.Context) error {
	q, err := s.query(c, "lang")
	if err != nil {
		return err
	}
	lang := q.language(c.Request())
	if err := q.err(); err != nil {
		return err
	}
	policy := s.views.Policies().At(s.now())
	book := rulebook{Policy: policyRef{policy.Version, policy.From, policy.Note}, AsOf: s.views.AsOf()}
	for _, r := range diversion.Rules {
		book.Rules = append(book.Rules, cardOf(r, policy, lang))
	}
	return answerIn(c, lang, book)
}

func cardOf(r *diversion.Rule, policy *diversion.Policy, lang string) ruleCard {
	card := ruleCard{
		ID: r.ID, Version: r.Version, Title: r.Title.In(lang), LooksAt: r.LooksAt().In(lang), Strength: r.Strength,
		Subject: [...]string{diversion.PerEvent: "event", diversion.PerItem: "item", diversion.PerGroup: "group"}[r.Subject],
		On:      policy.On(r), Blocks: r.Barrier() && r.Blocks(),
	}
	for _, p := range r.Parameters() {
		card.Parameters = append(card.Parameters, ruleParameter{
			Name: p.Name, Meaning: p.Meaning.In(lang), Default: p.Default, Value: policy.Value(r, p.Name), Min: p.Min, Max: p.Max,
		})
	}
	return card
}

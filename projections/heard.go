package projections

import (
	"slices"

	"waymark/internal/custody"
	"waymark/internal/gs1"
)

// inspected tells whether an inspector looked at the item by a code of its own.
func inspected(facts []custody.Fact) bool {
	return slices.ContainsFunc(facts, func(f custody.Fact) bool {
		return f.Kind == custody.Sighted && f.Sight == custody.Inspection
	})
}

// bought tells whether a fact is a sign of life of a unit in somebody's hands.
func bought(f custody.Fact) bool {
	return f.Kind == custody.Sighted && (f.Sight == custody.Consumer || f.Sight == custody.Activation) ||
		f.Kind == custody.Handled && f.Step == custody.RetailSelling
}

// heard returns how many of the items that were ever packed into one, or into
// those, were seen by buyers or sold by scan.
func (j *judging) heard(it gs1.Item) (n int, err error) {
	inside, err := j.seenIn(it)
	if err != nil {
		return 0, err
	}
	for _, child := range inside {
		facts, err := j.pages.facts(child)
		if err != nil {
			return 0, err
		}
		if slices.ContainsFunc(facts, bought) {
			n++
		}
		below, err := j.heard(child)
		if err != nil {
			return 0, err
		}
		n += below
	}
	return n, nil
}

// hear has the inspected containers among those of some stays judged anew, and those
// around them: something in them was seen in somebody's hands, so they are not
// as silent as they seemed.
func (j *judging) hear(stays []custody.Stay, depth int) error {
	if depth > maxAround {
		return nil
	}
	for _, s := range stays {
		facts, err := j.container(s.In)
		if err != nil {
			return err
		}
		var around []custody.Stay
		for i := range facts {
			if facts[i].Link == custody.Into {
				around = append(around, custody.Stay{In: facts[i].Other})
			}
		}
		if inspected(facts) {
			j.again[s.In] = true
		}
		if err := j.hear(around, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// maxAround bounds how many containers, each in the next, are looked at: items
// may contain each other by mistake.
const maxAround = 6

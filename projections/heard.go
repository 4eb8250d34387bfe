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

// heard tells whether any of the items that were packed into one, or into those,
// was seen by a buyer or sold by scan.
func (j *judging) heard(it gs1.Item, asked map[gs1.Item]bool) (bool, error) {
	asked[it] = true
	inside, err := j.seenIn(it)
	if err != nil {
		return false, err
	}
	for _, child := range inside {
		if asked[child] {
			continue // items may contain each other by mistake
		}
		facts, err := j.pages.facts(child)
		if err != nil {
			return false, err
		}
		if !slices.ContainsFunc(facts, func(f custody.Fact) bool { return f.Link == custody.Into && f.Other == it }) {
			continue // its packing was taken back
		}
		if slices.ContainsFunc(facts, bought) {
			return true, nil
		}
		if below, err := j.heard(child, asked); err != nil || below {
			return below, err
		}
	}
	return false, nil
}

// hear has the inspected containers among those of some stays judged anew, and those
// around them: something in them was seen in somebody's hands, so they are not
// as silent as they seemed, or was not after all.
func (j *judging) hear(stays []custody.Stay, asked map[gs1.Item]bool) error {
	for _, s := range stays {
		if asked[s.In] {
			continue
		}
		asked[s.In] = true
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
		if err := j.hear(around, asked); err != nil {
			return err
		}
	}
	return nil
}

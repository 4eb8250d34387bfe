package dispute

// matters are what the tracks are called before anything is decided, in neutral
// words, and what was confirmed where it was.
var matters = map[Track][2]string{
	Territory:    {"possible out-of-territory sale", "out-of-territory sale"},
	Counterfeit:  {"possible counterfeit", "counterfeit"},
	Clone:        {"serials seen in more than one place", "cloned serials"},
	Theft:        {"goods seen after a reported theft", "goods reported stolen"},
	Recall:       {"goods seen after their recall", "recalled goods in trade"},
	Embargo:      {"possible delivery to a restricted destination", "delivery to a restricted destination"},
	Unauthorised: {"possible sale to a dealer outside the selective system", "sale to a dealer outside the selective system"},
	Records:      {"records possibly incomplete", "incomplete records"},
}

// outcomes are the words for what was found, other than that it is so.
var outcomes = map[Outcome]string{
	Unfounded: "unfounded", Inconclusive: "inconclusive", LawfulSale: "lawful sale", DataError: "error in the data",
}

// Wording says what the case is about. Until it is final the words are neutral;
// then they say what was decided, and by which decision.
func (c Case) Wording() string {
	m := matters[c.Opening.Track]
	switch {
	case !c.Closed():
		return m[0]
	case c.Outcome() == Confirmed:
		return "confirmed " + m[1] + ", decision " + c.DecisionID
	}
	return m[0] + ": " + outcomes[c.Outcome()] + ", decision " + c.DecisionID
}

// evidenced are the rules whose findings show what a track is about. A track that
// is not here rests on any.
var evidenced = map[Track][]string{
	Counterfeit:  {"R01", "R08"},
	Clone:        {"R07", "R08", "R09"},
	Theft:        {"R10"},
	Recall:       {"R10"},
	Embargo:      {"R19"},
	Records:      {"R04", "R20"},
	Unauthorised: {},
}

// RestsOn tells whether a finding of a rule can make a case on the track: no
// movement within the EEA becomes a theft by being called one. The rules are nil
// where any can.
func (t Track) RestsOn(rule string) (rules []string, ok bool) {
	rules, limited := evidenced[t]
	for _, r := range rules {
		if r == rule {
			return rules, true
		}
	}
	return rules, !limited
}

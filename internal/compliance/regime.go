// Package compliance knows which law a movement of goods falls under and what
// that law forbids an anti-diversion measure to do. It is not legal advice.
package compliance

import (
	"time"

	"waymark/internal/geo"
)

// A Regime is the body of competition and trade law that governs a movement of
// goods from one region to another.
type Regime string

const (
	EEAInternal Regime = "EEA_INTERNAL" // both ends in the European Economic Area: parallel trade is free
	EEAImport   Regime = "EEA_IMPORT"   // into the EEA: trade mark rights are not exhausted by a sale outside
	EEAExport   Regime = "EEA_EXPORT"   // out of the EEA
	UK          Regime = "UK"           // one end in the United Kingdom, the other not in the EEA
	CNDomestic  Regime = "CN_DOMESTIC"  // within mainland China
	USDomestic  Regime = "US_DOMESTIC"  // within the United States and its territories
	Embargo     Regime = "EMBARGO"      // either end lies in an embargoed region: compliance decides before anything moves
	Other       Regime = "OTHER"        // not known: to legal review
)

// RegimeOf returns the regime of a movement that happens at a time. An embargo on
// either end comes first; a region that is not given, or that no other regime
// claims, makes it Other.
func RegimeOf(from, to geo.Region, at time.Time, embargo geo.Territory) Regime {
	if embargo.Contains(from) || embargo.Contains(to) {
		return Embargo
	}
	if from == "" || to == "" {
		return Other
	}
	fromEEA, toEEA := InEEA(from, at), InEEA(to, at)
	switch {
	case fromEEA && toEEA:
		return EEAInternal
	case toEEA:
		return EEAImport
	case fromEEA:
		return EEAExport
	case from.Country() == "GB" || to.Country() == "GB":
		return UK
	case from.Country() == "CN" && to.Country() == "CN":
		return CNDomestic
	case inUS(from) && inUS(to):
		return USDomestic
	}
	return Other
}

// inUS reports whether a region lies in the customs and antitrust reach of the
// United States: the states, the District of Columbia and the inhabited territories.
func inUS(r geo.Region) bool {
	switch r.Country() {
	case "US", "PR", "VI", "GU", "AS", "MP":
		return true
	}
	return false
}

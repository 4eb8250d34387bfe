package epcis

import "strings"

// A vocabulary is the set of standard values of one field. CBV 2.0 §7.
type vocabulary struct {
	want  string            // what a fault says was expected
	stem  string            // a standard value's URI is stem and word
	curie string            // prefix of the namespace that stem lies in, and of its CURIEs
	words map[string]string // word to itself: one string for every use
}

func newVocabulary(name, stem, curie, words string) *vocabulary {
	v := &vocabulary{article(name) + " of CBV 2.0, or the URI of another", stem, curie, map[string]string{}}
	for _, w := range strings.Fields(words) {
		v.words[w] = w
	}
	return v
}

// Namespaces of the standard vocabularies.
const (
	cbvNamespace = "https://ref.gs1.org/cbv/"
	gs1Namespace = "https://gs1.org/voc/"
	urnCBV       = "urn:epcglobal:cbv:"
)

var (
	bizSteps = newVocabulary("business step", cbvNamespace+"BizStep-", "cbv", `
		accepting arriving assembling collecting commissioning consigning
		creating_class_instance cycle_counting decommissioning departing
		destroying disassembling dispensing encoding entering_exiting holding
		inspecting installing killing loading other packing picking receiving
		removing repackaging repairing replacing reserving retail_selling
		sampling sensor_reporting shipping staging_outbound stock_taking
		stocking storing transporting unloading unpacking void_shipping`)
	dispositions = newVocabulary("disposition", cbvNamespace+"Disp-", "cbv", `
		active available completeness_inferred completeness_verified conformant
		container_closed container_open damaged destroyed dispensed disposed
		encoded expired in_progress in_transit inactive mismatch_class
		mismatch_instance mismatch_quantity needs_replacement no_pedigree_match
		non_conformant non_sellable_other partially_dispensed recalled reserved
		retail_sold returned sellable_accessible sellable_not_accessible stolen
		unavailable unknown`)
	bizTransactionTypes = newVocabulary("business transaction type", cbvNamespace+"BTT-", "cbv", `
		bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres
		upevt`)
	partyTypes = newVocabulary("source or destination type", cbvNamespace+"SDT-", "cbv", `
		location owning_party possessing_party`)
	errorReasons = newVocabulary("error reason", cbvNamespace+"ER-", "cbv", `
		did_not_occur incorrect_data`)
	components = newVocabulary("component", cbvNamespace+"Comp-", "cbv", `
		altitude axial_distance azimuth easting elevation_angle height latitude
		longitude northing polar_angle spherical_radius x y z`)
	sensorAlerts = newVocabulary("sensor alert", gs1Namespace, "gs1", `
		ALARM_CONDITION ERROR_CONDITION`)
	measurements = newVocabulary("measurement type", gs1Namespace, "gs1", `
		AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude
		AmountOfSubstance AmountOfSubstancePerUnitVolume Angle
		AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
		Conductance Conductivity Count Density Dimensionless DoseEquivalent
		DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent
		ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force
		Frequency Illuminance Inductance Irradiance KinematicViscosity Length
		LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux
		MagneticFluxDensity MagneticVectorPotential Mass MassConcentration
		MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute
		MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux
		RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity
		SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension
		Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction
		VolumetricFlux Wavenumber`)
)

// IsDisposition reports whether a bare word is a disposition, CBV 2.0 §7.2.
func IsDisposition(word string) bool { return dispositions.has(word) }

func (v *vocabulary) has(word string) bool { _, ok := v.words[word]; return ok }

// uri returns the web URI of a standard word, and any other value as it is.
func (v *vocabulary) uri(value string) string {
	if v.has(value) {
		return v.stem + value
	}
	return value
}

// word returns the bare word that a URI, URN or CURIE of the vocabulary means.
func (v *vocabulary) word(value string) (string, bool) {
	for _, stem := range [...]string{v.stem, v.curie + ":" + v.stem[strings.LastIndexByte(v.stem, '/')+1:]} {
		if w, ok := strings.CutPrefix(value, stem); ok && v.has(w) {
			return v.words[w], true
		}
	}
	if rest, ok := strings.CutPrefix(value, urnCBV); ok && v.curie == "cbv" {
		if _, w, ok := strings.Cut(rest, ":"); ok && v.has(w) && urnStems[rest[:len(rest)-len(w)]] == v.stem {
			return v.words[w], true
		}
	}
	return value, false
}

// standard reports whether a URI claims to be of a standard vocabulary, which
// in JSON is written as a bare word. EPCIS JSON Schema, vocab-other-uri.
func standard(uri string) bool {
	if strings.HasPrefix(uri, "urn:epcglobal:cbv") {
		return true
	}
	rest, ok := strings.CutPrefix(uri, "http")
	if !ok {
		return false
	}
	rest, _ = strings.CutPrefix(rest, "s")
	for _, s := range [...]string{"://ref.gs1.org/cbv/", "://ns.gs1.org/cbv/", "://gs1.org/voc/", "://www.gs1.org/voc/"} {
		if strings.HasPrefix(rest, s) {
			return true
		}
	}
	return false
}

// urnStems are the web stems of the URN vocabularies of CBV 1.
var urnStems = map[string]string{
	"bizstep:": bizSteps.stem,
	"disp:":    dispositions.stem,
	"btt:":     bizTransactionTypes.stem,
	"sdt:":     partyTypes.stem,
	"er:":      errorReasons.stem,
}

package epcis

import "time"

// A SensorElement is what sensors reported together. EPCIS 2.0 §7.3.7.
type SensorElement struct {
	Metadata   *SensorMetadata // nil where there is none
	Reports    []SensorReport
	Extensions []Extension
}

// SensorMetadata holds for all reports of a [SensorElement].
type SensorMetadata struct {
	Time, StartTime, EndTime time.Time

	DeviceID, DeviceMetadata, RawData string
	DataProcessingMethod, BizRules    string

	Extensions []Extension
}

// A SensorReport is one observation of one property.
type SensorReport struct {
	Type      string // "Temperature"
	Exception string // "ALARM_CONDITION"
	Time      time.Time

	DeviceID, DeviceMetadata, RawData string
	DataProcessingMethod, BizRules    string

	Microorganism, ChemicalSubstance string
	CoordinateReferenceSystem        string

	Component      string // "latitude"
	StringValue    string
	BooleanValue   string // "true", "false", or empty where absent
	HexBinaryValue string
	URIValue       string

	Value, MinValue, MaxValue, MeanValue Number
	SDev, PercRank, PercValue            Number
	UOM                                  string

	Extensions []Extension
}

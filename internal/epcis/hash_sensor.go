package epcis

import "slices"

// sensors writes the sensor elements.
func (h *hasher) sensors(b []byte, list []SensorElement) []byte {
	if len(list) == 0 {
		return b
	}
	parts := make([]string, 0, len(list))
	var left []node
	for _, s := range list {
		text, rest := h.sensor(s)
		parts = append(parts, "sensorElement"+string(text))
		if len(rest) > 0 {
			left = append(left, node{key: "sensorElement", kids: rest})
		}
	}
	if len(left) > 0 {
		h.left = append(h.left, node{key: "sensorElementList", kids: left})
	}
	return appendSorted(append(b, "sensorElementList"...), parts)
}

func (h *hasher) sensor(s SensorElement) ([]byte, []node) {
	var text []byte
	var left []node
	children := len(s.Reports)
	if s.Metadata != nil {
		children++
		meta, rest := h.sensorMetadata(s.Metadata)
		if len(meta) > 0 {
			text = append(append(text, "sensorMetadata"...), meta...)
		}
		if len(rest) > 0 {
			left = append(left, node{key: "sensorMetadata", kids: rest})
		}
	}
	reports := make([]string, 0, len(s.Reports))
	for i := range s.Reports {
		report, rest := h.sensorReport(&s.Reports[i])
		reports = append(reports, "sensorReport"+string(report))
		if len(rest) > 0 {
			left = append(left, node{key: "sensorReport", kids: rest})
		}
	}
	return h.extended(appendSorted(text, reports), children, s.Extensions, left)
}

func (h *hasher) sensorMetadata(m *SensorMetadata) ([]byte, []node) {
	c := counter{hasher: h}
	c.instant("time", m.Time)
	c.instant("startTime", m.StartTime)
	c.instant("endTime", m.EndTime)
	c.field("deviceID", m.DeviceID)
	c.field("deviceMetadata", m.DeviceMetadata)
	c.field("rawData", m.RawData)
	c.field("dataProcessingMethod", m.DataProcessingMethod)
	c.field("bizRules", m.BizRules)
	return h.extended(c.text, c.fields, m.Extensions, nil)
}

// sensorReport writes one report. The fixed order has no place for bizRules.
func (h *hasher) sensorReport(s *SensorReport) ([]byte, []node) {
	c := counter{hasher: h}
	c.field("type", measurements.uri(s.Type))
	c.field("exception", sensorAlerts.uri(s.Exception))
	c.field("deviceID", s.DeviceID)
	c.field("deviceMetadata", s.DeviceMetadata)
	c.field("rawData", s.RawData)
	c.field("dataProcessingMethod", s.DataProcessingMethod)
	c.instant("time", s.Time)
	c.field("microorganism", s.Microorganism)
	c.field("chemicalSubstance", s.ChemicalSubstance)
	c.field("value", string(s.Value))
	c.field("component", components.uri(s.Component))
	c.field("stringValue", s.StringValue)
	c.field("booleanValue", s.BooleanValue)
	c.field("hexBinaryValue", s.HexBinaryValue)
	c.field("uriValue", s.URIValue)
	c.field("minValue", string(s.MinValue))
	c.field("maxValue", string(s.MaxValue))
	c.field("meanValue", string(s.MeanValue))
	c.field("sDev", string(s.SDev))
	c.field("percRank", string(s.PercRank))
	c.field("percValue", string(s.PercValue))
	c.field("uom", s.UOM)
	c.field("coordinateReferenceSystem", s.CoordinateReferenceSystem)
	var left []node
	if s.BizRules != "" {
		c.fields++
		left = []node{{key: "bizRules", value: s.BizRules}}
	}
	return h.extended(c.text, c.fields, s.Extensions, left)
}

// extended appends to the text of an object, which has so many standard
// members, its extensions. Those that do not belong there join left: the
// reference generator puts an extension behind its object's fields where its
// namespace ends with a slash and it is not the only member, and leaves any
// other to the end of the event.
func (h *hasher) extended(text []byte, members int, extensions []Extension, left []node) ([]byte, []node) {
	if len(extensions) == 0 {
		return text, left
	}
	nodes := h.tree(extensions, nil)
	here := members+len(nodes) > 1 && !slices.ContainsFunc(nodes, node.looksTopLevel)
	var own []node
	for _, n := range nodes {
		if here && n.slashed() {
			own = append(own, n)
		} else {
			left = append(left, n)
		}
	}
	return h.generic(text, own), left
}

package epcis

func (x *eventReader) sensorElements() []SensorElement {
	out := []SensorElement{}
	x.array("an array of sensor elements", func(int) {
		var s SensorElement
		at, ok := x.object("a sensor element", func(name string) {
			switch name {
			case "sensorMetadata":
				s.Metadata = x.sensorMetadata()
			case "sensorReport":
				s.Reports = x.sensorReports()
			default:
				x.extension(name, "sensorMetadata or sensorReport", &s.Extensions)
			}
		})
		if ok && s.Reports == nil {
			x.missing(at, "sensorReport", "an array of sensor reports")
		}
		out = append(out, s)
	})
	return out
}

func (x *eventReader) sensorMetadata() *SensorMetadata {
	var m SensorMetadata
	x.object("an object", func(name string) {
		switch name {
		case "time":
			m.Time = x.time()
		case "startTime":
			m.StartTime = x.time()
		case "endTime":
			m.EndTime = x.time()
		case "deviceID":
			m.DeviceID = x.id()
		case "deviceMetadata":
			m.DeviceMetadata = x.id()
		case "rawData":
			m.RawData = x.id()
		case "dataProcessingMethod":
			m.DataProcessingMethod = x.id()
		case "bizRules":
			m.BizRules = x.id()
		default:
			x.extension(name, "a standard field of sensorMetadata", &m.Extensions)
		}
	})
	return &m
}

func (x *eventReader) sensorReports() []SensorReport {
	out := []SensorReport{}
	at, n := x.array("an array of sensor reports", func(int) {
		var s SensorReport
		at, ok := x.object("a sensor report", func(name string) { x.sensorField(&s, name) })
		if ok && s.Type == "" {
			x.missing(at, "type", measurements.want)
		}
		out = append(out, s)
	})
	if n == 0 {
		x.fault(at, "an empty array", "at least one sensor report")
	}
	return out
}

func (x *eventReader) sensorField(s *SensorReport, name string) {
	if n := s.numberField(name); n != nil {
		*n = x.number()
		return
	}
	if u := s.uriField(name); u != nil {
		*u = x.id()
		return
	}
	switch name {
	case "type":
		s.Type = x.word(measurements)
	case "exception":
		s.Exception = x.word(sensorAlerts)
	case "component":
		s.Component = x.word(components)
	case "time":
		s.Time = x.time()
	case "stringValue":
		s.StringValue, _, _ = x.text("a string")
	case "uom":
		s.UOM, _, _ = x.text("a string")
	case "booleanValue":
		s.BooleanValue = x.boolean()
	case "hexBinaryValue":
		text, at, ok := x.text("hexadecimal digits")
		if ok && !isHex(text) {
			x.fault(at, shown(text), "hexadecimal digits")
		}
		s.HexBinaryValue = text
	default:
		x.extension(name, "a standard field of sensorReport", &s.Extensions)
	}
}

func (s *SensorReport) numberField(name string) *Number {
	switch name {
	case "value":
		return &s.Value
	case "minValue":
		return &s.MinValue
	case "maxValue":
		return &s.MaxValue
	case "meanValue":
		return &s.MeanValue
	case "sDev":
		return &s.SDev
	case "percRank":
		return &s.PercRank
	case "percValue":
		return &s.PercValue
	}
	return nil
}

func (s *SensorReport) uriField(name string) *string {
	switch name {
	case "deviceID":
		return &s.DeviceID
	case "deviceMetadata":
		return &s.DeviceMetadata
	case "rawData":
		return &s.RawData
	case "dataProcessingMethod":
		return &s.DataProcessingMethod
	case "bizRules":
		return &s.BizRules
	case "microorganism":
		return &s.Microorganism
	case "chemicalSubstance":
		return &s.ChemicalSubstance
	case "coordinateReferenceSystem":
		return &s.CoordinateReferenceSystem
	case "uriValue":
		return &s.URIValue
	}
	return nil
}

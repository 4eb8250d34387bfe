package epcis

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// appendFields writes the event from its fields.
func (e *Event) appendFields(dst []byte, recorded time.Time, context jsontext.Value) []byte {
	w := &writer{b: append(dst, '{')}
	if context != nil {
		w.raw("@context", context)
	}
	w.text("type", string(e.Type))
	w.text("eventID", e.EventID)
	w.time("eventTime", e.EventTime)
	w.text("eventTimeZoneOffset", e.EventTimeZoneOffset)
	w.time("recordTime", recorded)
	w.texts("certificationInfo", e.CertificationInfo)
	e.writeErrorDeclaration(w)
	e.writeWhat(w)
	e.writeWhy(w)
	writeObjects(w, "sensorElementList", e.SensorElementList, (*writer).sensorElement)
	if e.ILMD != nil {
		w.object("ilmd", func() { w.extensions(e.ILMD) })
	}
	w.extensions(e.Extensions)
	return append(w.b, '}')
}

func (e *Event) writeErrorDeclaration(w *writer) {
	d := e.ErrorDeclaration
	if d == nil {
		return
	}
	w.object("errorDeclaration", func() {
		w.time("declarationTime", d.DeclarationTime)
		w.text("reason", d.Reason)
		w.texts("correctiveEventIDs", d.CorrectiveEventIDs)
		w.extensions(d.Extensions)
	})
}

func (e *Event) writeWhat(w *writer) {
	w.text("transformationID", e.TransformationID)
	w.text("parentID", e.ParentID)
	w.texts("epcList", e.EPCList)
	w.texts("childEPCs", e.ChildEPCs)
	w.texts("inputEPCList", e.InputEPCList)
	w.texts("outputEPCList", e.OutputEPCList)
	writeObjects(w, "quantityList", e.QuantityList, (*writer).quantity)
	writeObjects(w, "childQuantityList", e.ChildQuantityList, (*writer).quantity)
	writeObjects(w, "inputQuantityList", e.InputQuantityList, (*writer).quantity)
	writeObjects(w, "outputQuantityList", e.OutputQuantityList, (*writer).quantity)
}

func (e *Event) writeWhy(w *writer) {
	w.text("action", string(e.Action))
	w.text("bizStep", e.BizStep)
	w.text("disposition", e.Disposition)
	if p := e.PersistentDisposition; p != nil {
		w.object("persistentDisposition", func() {
			w.texts("set", p.Set)
			w.texts("unset", p.Unset)
		})
	}
	w.location("readPoint", e.ReadPoint)
	w.location("bizLocation", e.BizLocation)
	writeObjects(w, "bizTransactionList", e.BizTransactionList, func(w *writer, b *BizTransaction) {
		w.text("type", b.Type)
		w.text("bizTransaction", b.ID)
	})
	w.parties("source", e.SourceList)
	w.parties("destination", e.DestinationList)
}

func (w *writer) quantity(q *QuantityElement) {
	w.text("epcClass", q.EPCClass)
	w.number("quantity", q.Quantity)
	w.text("uom", q.UOM)
}

func (w *writer) location(name string, l Location) {
	if l.ID != "" {
		w.object(name, func() {
			w.text("id", l.ID)
			w.extensions(l.Extensions)
		})
	}
}

func (w *writer) parties(end string, list []Party) {
	writeObjects(w, end+"List", list, func(w *writer, p *Party) {
		w.text("type", p.Type)
		w.text(end, p.ID)
	})
}

func (w *writer) sensorElement(s *SensorElement) {
	if m := s.Metadata; m != nil {
		w.object("sensorMetadata", func() {
			w.time("time", m.Time)
			w.time("startTime", m.StartTime)
			w.time("endTime", m.EndTime)
			w.text("deviceID", m.DeviceID)
			w.text("deviceMetadata", m.DeviceMetadata)
			w.text("rawData", m.RawData)
			w.text("dataProcessingMethod", m.DataProcessingMethod)
			w.text("bizRules", m.BizRules)
			w.extensions(m.Extensions)
		})
	}
	writeObjects(w, "sensorReport", s.Reports, (*writer).sensorReport)
	w.extensions(s.Extensions)
}

func (w *writer) sensorReport(s *SensorReport) {
	w.text("type", s.Type)
	w.text("exception", s.Exception)
	w.text("deviceID", s.DeviceID)
	w.text("deviceMetadata", s.DeviceMetadata)
	w.text("rawData", s.RawData)
	w.text("dataProcessingMethod", s.DataProcessingMethod)
	w.text("bizRules", s.BizRules)
	w.time("time", s.Time)
	w.text("microorganism", s.Microorganism)
	w.text("chemicalSubstance", s.ChemicalSubstance)
	w.text("coordinateReferenceSystem", s.CoordinateReferenceSystem)
	w.number("value", s.Value)
	w.text("component", s.Component)
	w.text("stringValue", s.StringValue)
	if s.BooleanValue != "" {
		w.raw("booleanValue", jsontext.Value(s.BooleanValue))
	}
	w.text("hexBinaryValue", s.HexBinaryValue)
	w.text("uriValue", s.URIValue)
	w.number("minValue", s.MinValue)
	w.number("maxValue", s.MaxValue)
	w.number("meanValue", s.MeanValue)
	w.number("sDev", s.SDev)
	w.number("percRank", s.PercRank)
	w.number("percValue", s.PercValue)
	w.text("uom", s.UOM)
	w.extensions(s.Extensions)
}

package api

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"time"

	"waymark/internal/calendar"
	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/dispute"
	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/money"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/internal/rebate"
	"waymark/internal/webhook"
	"waymark/projections"
)

// A schema is JSON Schema 2020-12, as OpenAPI 3.1 has it.
type schema = map[string]any

// schemas are the components of the description, by the name of their Go type.
type schemas map[string]schema

// of returns a schema of what a type is written as. Structs become components.
func (s schemas) of(t reflect.Type) schema {
	if known, ok := wordings[t]; ok {
		return known
	}
	if t.Kind() == reflect.Pointer {
		return s.of(t.Elem())
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return schema{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Struct:
		s.component(t)
		return reference(t)
	case reflect.Slice, reflect.Array:
		return schema{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Float64, reflect.Float32:
		return schema{"type": "number"}
	case reflect.Interface:
		return schema{}
	}
	return schema{"type": "integer"}
}

// component adds the schema of a struct, once. A field is required where it is
// always written, unless a document may leave it out all the same.
func (s schemas) component(t reflect.Type) {
	if s[t.String()] != nil {
		return
	}
	properties, required := schema{}, []string{}
	s[t.String()] = schema{"type": "object", "properties": properties, "additionalProperties": false}
	for _, f := range reflect.VisibleFields(t) {
		name, tag := jsonName(f), f.Tag.Get("json")
		if name == "" {
			continue
		}
		properties[name] = s.of(f.Type)
		if !strings.Contains(tag, ",omit") && !slices.Contains(mayLack[t], name) {
			required = append(required, name)
		}
	}
	if len(required) > 0 {
		s[t.String()]["required"] = required
	}
}

func reference(t reflect.Type) schema {
	return schema{"$ref": "#/components/schemas/" + t.String()}
}

// mayLack are fields that a document may leave out though they are always kept:
// the path or the day of recording says what they are.
var mayLack = map[reflect.Type][]string{
	reflect.TypeFor[partner.Partner]():      {"id"},
	reflect.TypeFor[partner.Site]():         {"gln"},
	reflect.TypeFor[partner.Product]():      {"gtin"},
	reflect.TypeFor[partner.Grant]():        {"id", "from"},
	reflect.TypeFor[partner.Waiver]():       {"id", "from"},
	reflect.TypeFor[rebate.Programme]():     {"id"},
	reflect.TypeFor[rebate.Schedule]():      {"id"},
	reflect.TypeFor[deal.Registration]():    {"id", "registered", "status"},
	reflect.TypeFor[diversion.Policy]():     {"version"},
	reflect.TypeFor[deal.Terms]():           {"id"},
	reflect.TypeFor[quote.PriceList]():      {"id", "from"},
	reflect.TypeFor[calendar.Calendar]():    {"id"},
	reflect.TypeFor[dealRequest]():          {"partner"},
	reflect.TypeFor[custody.Hop]():          {"items"}, // emptying a parent names none
	reflect.TypeFor[webhook.Subscription](): {"id", "secret_version"},
}

// wordings say more of a type than Go does.
var wordings = map[reflect.Type]schema{
	reflect.TypeFor[time.Time]():     {"type": "string", "format": "date-time"},
	reflect.TypeFor[money.Amount]():  amountSchema,
	reflect.TypeFor[money.Ratio]():   {"type": "string", "description": "a decimal with at most six digits after the point", "examples": []string{"0.03"}},
	reflect.TypeFor[partner.Date]():  {"type": "string", "format": "date"},
	reflect.TypeFor[gs1.Item]():      {"type": "string", "description": "one object: a GS1 Digital Link, an EPC URN, an element string such as (01)09521234100010(21)A1, scanner data, or the 18 digits of an SSCC; answered as a Digital Link", "examples": []string{"(00)095212340000000013"}},
	reflect.TypeFor[gs1.GLN]():       {"type": "string", "description": "a GLN of 13 digits", "examples": []string{"9521234000013"}},
	reflect.TypeFor[gs1.GTIN]():      {"type": "string", "description": "a GTIN of 8, 12, 13 or 14 digits; answered with 14", "examples": []string{"09521234100010"}},
	reflect.TypeFor[geo.Region]():    {"type": "string", "description": "an ISO 3166 code, such as DE or US-CA", "examples": []string{"DE"}},
	reflect.TypeFor[geo.Territory](): {"type": "array", "items": schema{"type": "string", "description": "an ISO 3166 code, such as DE or US-CA"}},

	reflect.TypeFor[custody.Step]():       oneOf(custody.Steps()...),
	reflect.TypeFor[custody.Sight]():      oneOf(custody.Consumer, custody.Inspection, custody.Activation, custody.CartonOpen, custody.Marketplace),
	reflect.TypeFor[custody.Source]():     oneOf(custody.GPS, custody.IP, custody.Declared),
	reflect.TypeFor[partner.Role]():       oneOf(partner.Factory, partner.Hub, partner.DC, partner.Store, partner.Transit),
	reflect.TypeFor[partner.Scale]():      oneOf(partner.Strategic, partner.Core, partner.Ordinary),
	reflect.TypeFor[partner.Capability](): oneOf(partner.Technical, partner.Sales, partner.Servicing),
	reflect.TypeFor[partner.Status](): oneOf(partner.Prospect, partner.DueDiligence, partner.Trial, partner.Authorised, partner.Active,
		partner.Observation, partner.Suspended, partner.SellOff, partner.Exited),
	reflect.TypeFor[partner.Reason]():     oneOf(partner.AsDeal, partner.AsTransfer, partner.AsRelocation, partner.AsTestPurchase, partner.AsDropShip),
	reflect.TypeFor[deal.Status]():        oneOf(deal.Pending, deal.Rejected, deal.Withdrawn, deal.Open, deal.Won, deal.Lost, deal.Expired),
	reflect.TypeFor[diversion.Strength](): oneOf(diversion.High, diversion.Medium, diversion.Low),
	reflect.TypeFor[diversion.Status]():   oneOf(diversion.Provisional, diversion.Active, diversion.Withdrawn),
	reflect.TypeFor[webhook.Cause]():      oneOf(webhook.Causes...),
	reflect.TypeFor[webhook.Reason]():     oneOf(webhook.Gone, webhook.Exhausted, webhook.Moved),
	reflect.TypeFor[dispute.State]():      oneOf(dispute.States...),
	reflect.TypeFor[dispute.Action]():     oneOf(dispute.Actions...),
	reflect.TypeFor[dispute.Track]():      oneOf(dispute.Tracks...),
	reflect.TypeFor[dispute.Outcome]():    oneOf(dispute.Outcomes...),
	reflect.TypeFor[dispute.Severity]():   oneOf(dispute.Benign, dispute.Natural, dispute.Malicious),
	reflect.TypeFor[dispute.SaleType]():   oneOf(dispute.Unknown, dispute.Passive, dispute.Active),
	reflect.TypeFor[dispute.Side]():       oneOf(dispute.OfOwner, dispute.OfPartners),
	reflect.TypeFor[projections.Change](): oneOf(projections.Raised, projections.Withdrawn, projections.Escalated, projections.Digest),
}

func oneOf[T ~string](values ...T) schema { return schema{"type": "string", "enum": values} }

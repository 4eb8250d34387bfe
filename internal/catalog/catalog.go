// Package catalog lists every event type that the ledger may hold.
package catalog

import (
	"waymark/internal/account"
	"waymark/internal/calendar"
	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/dispute"
	"waymark/internal/diversion"
	"waymark/internal/epcis"
	"waymark/internal/partner"
	"waymark/internal/quote"
	"waymark/internal/rebate"
	"waymark/internal/webhook"
	"waymark/ledger/event"
)

// Events is the catalog of the whole system.
var Events = event.NewCatalog(
	partner.Registered,
	partner.SiteRegistered,
	partner.ProductRegistered,
	partner.GrantRecorded,
	partner.WaiverRecorded,
	calendar.Recorded,
	deal.Registered,
	deal.TermsSet,
	deal.Submitted,
	deal.Approved,
	deal.Refused,
	deal.Extended,
	deal.Closed,
	quote.PriceListSet,
	quote.Quoted,
	quote.Approval,
	quote.Issue,
	quote.Download,
	quote.Acceptance,
	quote.Ended,
	quote.Surfaced,
	diversion.PolicyAdopted,
	diversion.ShipmentBlocked,
	dispute.Acted,
	custody.OrderPlaced,
	custody.ASNAnnounced,
	custody.HopRecorded,
	custody.ObservationRecorded,
	epcis.CapturedType,
	epcis.JobRecorded,
	webhook.Registered,
	webhook.ClaimRecorded,
	webhook.AttemptRecorded,
	webhook.DisabledRecorded,
	webhook.EndRecorded,
	account.Posted,
	rebate.ProgrammeRecorded,
	rebate.ScheduleRecorded,
	rebate.ClaimRecorded,
)

package diversion

import "cmp"

// CustodyBreak finds a receipt by a partner to whom nothing says that the
// goods went: no shipment, no notice, no order, at any time. Scans get lost,
// so without documents a break is a gap in the data and accuses nobody: the
// rule speaks only of goods whose way documents cover.
var CustodyBreak = &Rule{
	ID: "R04", Version: 1, Title: Text{EN: "break in the documented custody", ZH: "流转记录中断", ES: "interrupción de la cadena de custodia documentada"}, Strength: Medium, Window: hold,
	Worth: Weight{13, custodyRecord},
	Check: func(s *Sighting) (Signal, bool) {
		w := s.Way
		if !s.arrives() || w.Product == 0 || !w.Documented || s.found(ReImport) || s.found(OutOfTerritoryReceipt) {
			return Signal{}, false
		}
		holder := cmp.Or(s.Before.Holder, s.Before.Bound.Partner) // a lost receipt leaves no holder
		if holder == "" || w.Trade.SameFamily(holder, s.site.Partner) || w.Destined(s.site.Partner) {
			return Signal{}, false
		}
		b := s.Before.Bound
		sig := Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: s.site.Region()}
		if b.Partner == "" { // with the manufacturer until now: it accuses nobody
			return Signal{}, false
		}
		sig.Evidence = []Term{{b.By, Bound}}
		return sig, true
	},
	Why: Text{
		EN: "{units} last documented with {holder} were received in {to} on {day} by a partner to whom no shipment, notice or order sent them",
		ZH: "最后有记录由 {holder} 持有的货物（{units}）于 {day} 在 {to} 被一家合作方收货，但没有任何发货、发货通知或订单指向该合作方",
		ES: "mercancía ({units}) documentada por última vez en poder de {holder} fue recibida en {to} el {day} por un socio al que ningún envío, aviso ni pedido la destinaba",
	},
}

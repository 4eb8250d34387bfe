package diversion

// OutOfTerritoryReceipt finds goods received at a site outside the territory
// of the holder they are bound to, by a trader who has no right there either.
var OutOfTerritoryReceipt = &Rule{
	ID: "R03", Version: 1, Title: Text{EN: "possible out-of-territory receipt", ZH: "疑似跨区收货", ES: "posible recepción fuera del territorio"}, Strength: High, Window: hold,
	Worth: Weight{20, receiptRecord},
	Check: func(s *Sighting) (Signal, bool) {
		if !s.arrives() || s.found(ReImport) {
			return Signal{}, false
		}
		r, ok := s.surfaced()
		b := s.Before.Bound
		if !ok || lawful(s.belongs(b.Partner), r, s.Now.At()) {
			return Signal{}, false
		}
		return Signal{Partner: b.Partner, From: s.belongs(b.Partner), To: r, Evidence: []Term{{b.By, Bound}}}, true
	},
	Why: Text{
		EN: "{units} last documented with {holder} were received in {to} on {day}, outside that holder's territory: possible out-of-territory sale",
		ZH: "最后有记录由 {holder} 持有的货物（{units}）于 {day} 在其授权区域之外的 {to} 被收货：疑似窜货",
		ES: "mercancía ({units}) documentada por última vez en poder de {holder} se recibió en {to} el {day}, fuera del territorio de ese titular: posible venta fuera del territorio",
	},
}

package diversion

import "slices"

// Parameters returns what a policy may set for a rule.
func (r *Rule) Parameters() []Param {
	window, _ := r.param(windowHours)
	return append(slices.Clone(r.Params.List), window)
}

// Value returns what a parameter of a rule is under p.
func (p *Policy) Value(r *Rule, name string) float64 {
	if name == windowHours {
		return p.Window(r).Hours()
	}
	return p.Param(r.Params, name)
}

// On tells whether p has a rule judged.
func (p *Policy) On(r *Rule) bool { return p.on(r) }

// Barrier tells whether a shipment is held to r before it leaves.
func (r *Rule) Barrier() bool { return slices.Contains(barriers, r) }

// LooksAt says in words what a rule looks at, and when it speaks.
func (r *Rule) LooksAt() Text { return looksAt[r.ID] }

// looksAt stands here and not with the rules, for its texts are read side by
// side.
var looksAt = map[string]Text{
	"R01": {EN: "serials of known products that are seen though no commissioning of them is recorded", ZH: "已登记产品的序列号被扫到，但没有赋码记录", ES: "números de serie de productos conocidos que se leen sin que conste su alta"},
	"R02": {EN: "shipments to a region for which the shipper never had a right to sell", ZH: "发往发货方从未取得销售授权的地区的货物", ES: "envíos a una región para la que el remitente nunca tuvo autorización de venta"},
	"R03": {EN: "receipts by a trader outside the territory of the last documented holder", ZH: "在最后有记录持有方授权区域之外的商家收货", ES: "recepciones por un comerciante fuera del territorio del último titular documentado"},
	"R04": {EN: "receipts by a partner to whom no shipment, notice or order sent the goods", ZH: "没有任何发货、发货通知或订单指向的合作方的收货", ES: "recepciones por un socio al que ningún envío, aviso ni pedido destinaba la mercancía"},
	"R05": {EN: "single scans outside the holder's territory; they count in sums only", ZH: "持有方授权区域之外的单次扫码；仅计入汇总", ES: "lecturas sueltas fuera del territorio del titular; solo cuentan en sumas"},
	"R06": {EN: "how many devices a day scan a holder's goods in one destination, against what was usual there, each week of a quarter", ZH: "每季度逐周比较某持有方货物在一个目的地的扫码设备日数与当地正常水平", ES: "cuántos días-dispositivo leen mercancía de un titular en un destino, frente a lo habitual allí, cada semana del trimestre"},
	"R07": {EN: "two scans of one code by two devices, too far apart for the time between them", ZH: "同一编码被两台设备先后扫描，距离与间隔时间不符", ES: "dos lecturas de un código con dos dispositivos, demasiado distantes para el tiempo entre ellas"},
	"R08": {EN: "one code that many devices scan in places where one unit cannot have been", ZH: "同一编码被多台设备在一件商品不可能到过的多地扫描", ES: "un código que muchos dispositivos leen donde una sola unidad no pudo estar"},
	"R09": {EN: "a second sale or activation of a serial with no return in between", ZH: "同一序列号在没有退货的情况下再次销售或激活", ES: "segunda venta o activación de un número de serie sin devolución entre ambas"},
	"R10": {EN: "goods that are seen after they were reported destroyed, recalled or stolen", ZH: "已报告销毁、召回或失窃的货物再次出现", ES: "mercancía que se ve después de notificarse su destrucción, retirada o robo"},
	"R11": {EN: "what a family of partners orders from the manufacturer in 28 days, against what it ordered before or can sell", ZH: "一个合作方体系 28 天内向厂商的订货量与其此前订货量或申报能力的比较", ES: "lo que una familia de socios pide al fabricante en 28 días, frente a lo que pidió antes o puede vender"},
	"R12": {EN: "units shipped to a region in a calendar month, against the quota of the policy", ZH: "一个自然月内发往某地区的件数与政策配额的比较", ES: "unidades enviadas a una región en un mes natural, frente al cupo de la política"},
	"R13": {EN: "goods sold for export that surface in the country of their factory", ZH: "供出口的货物在原产国出现", ES: "mercancía vendida para exportación que aparece en el país de su fábrica"},
	"R14": {EN: "goods that inspectors find outside the territory by carton or hidden codes, and that no buyer ever scanned", ZH: "稽查在区域外通过箱码或隐藏码发现、且从无消费者扫码的货物", ES: "mercancía que los inspectores hallan fuera del territorio por códigos de caja u ocultos y que ningún comprador leyó"},
	"R15": {EN: "goods billed to a partner of a better tier and shipped to another's sites, with no drop-ship declared", ZH: "由级别较高的合作方下单、却发往其他合作方站点且未申报代发的货物", ES: "mercancía facturada a un socio de mejor nivel y enviada a instalaciones de otro, sin envío directo declarado"},
	"R16": {EN: "sales and activations at the customer of a deal that was lost or expired, from another partner's stock", ZH: "已丢单或过期的报备项目客户处，来自其他合作方库存的销售和激活", ES: "ventas y activaciones en el cliente de una operación perdida o vencida, con existencias de otro socio"},
	"R17": {EN: "shipments and sales while the right to them was not in force", ZH: "授权不在有效期内的发货和销售", ES: "envíos y ventas mientras la autorización no estaba en vigor"},
	"R18": {EN: "copies of quotes, told apart by their watermarks, that turn up outside the regions of the quote", ZH: "凭水印辨认、出现在报价适用区域之外的报价单副本", ES: "copias de ofertas, reconocidas por su marca de agua, que aparecen fuera de las regiones de la oferta"},
	"R19": {EN: "shipments to countries under embargo, and to parties whose name is like one on a list", ZH: "发往禁运国家或名称与名单相近的主体的货物", ES: "envíos a países bajo embargo y a partes cuyo nombre se parece a uno de una lista"},
	"R20": {EN: "consignments that a partner passes on though it never scanned their arrival, against its peers", ZH: "合作方未做到货扫码即转出的货批，与同行比较", ES: "remesas que un socio reenvía sin haber leído su llegada, frente a sus pares"},
	"R21": {EN: "reports by whoever had the goods before, in another country", ZH: "举报人此前曾在另一国家持有该货物的举报", ES: "informes de quien tuvo antes la mercancía, en otro país"},
}

package web

import "strings"

// Languages are those that the fixed texts are in; the first is the default.
var Languages = []string{"en", "zh", "es"}

// A text is one fixed text in every language, in the order of Languages.
type text [3]string

func (t text) in(lang string) string {
	for i, l := range Languages {
		if l == lang {
			return t[i]
		}
	}
	return t[0]
}

// texts are the fixed texts of the pages.
var texts = map[string]text{
	"title":       {"Waymark", "Waymark 防窜货台账", "Waymark"},
	"tagline":     {"Serial-number ledger against diversion", "序列号防窜货台账", "Registro de números de serie contra el desvío"},
	"dev":         {"Development mode: callers on this machine need no key.", "开发模式：本机调用无需密钥。", "Modo de desarrollo: en esta máquina no se pide clave."},
	"search":      {"Find an item", "查询货品", "Buscar un artículo"},
	"searchHint":  {"Scan or paste any code: Digital Link, EPC, (01)…(21)…, or raw scanner data", "扫描或粘贴任意编码：Digital Link、EPC、(01)…(21)… 或扫描枪原始数据", "Escanee o pegue cualquier código: Digital Link, EPC, (01)…(21)… o datos del lector"},
	"find":        {"Search", "查询", "Buscar"},
	"unknown":     {"Nothing is known of this item.", "台账中没有此货品的记录。", "No consta nada de este artículo."},
	"unreadable":  {"This is no GS1 key that can be followed:", "无法识别为 GS1 编码：", "No es una clave GS1 que se pueda seguir:"},
	"way":         {"Its way", "流转轨迹", "Su recorrido"},
	"findings":    {"Findings", "预警结论", "Hallazgos"},
	"noFindings":  {"Nothing is held against this item.", "此货品没有异常。", "No hay nada en contra de este artículo."},
	"alerts":      {"Alerts", "实时预警", "Alertas"},
	"noAlerts":    {"No open findings.", "暂无未结预警。", "No hay hallazgos abiertos."},
	"live":        {"live", "实时", "en vivo"},
	"offline":     {"reconnecting", "重新连接中", "reconectando"},
	"regions":     {"Regions", "区域", "Regiones"},
	"region":      {"Region", "区域", "Región"},
	"received":    {"Received", "到货", "Recibido"},
	"observed":    {"Scans outside", "终端扫码", "Lecturas externas"},
	"open":        {"Open findings", "未结预警", "Hallazgos abiertos"},
	"holder":      {"With", "当前持有方", "En poder de"},
	"since":       {"since", "自", "desde"},
	"site":        {"Site", "地点", "Sede"},
	"bound":       {"Sold to", "授权经销商", "Vendido a"},
	"territory":   {"For sale in", "授权销售区域", "Para la venta en"},
	"container":   {"Packed in", "所在包装", "Embalado en"},
	"contents":    {"Units inside", "内含数量", "Unidades dentro"},
	"underway":    {"On its way to", "运往", "En camino a"},
	"product":     {"Product", "产品", "Producto"},
	"made":        {"Made", "赋码时间", "Fabricado"},
	"lastSeen":    {"Last seen", "最近出现", "Visto por última vez"},
	"disposition": {"State", "状态", "Estado"},
	"inherited":   {"inside", "随箱", "dentro de"},
	"packedIn":    {"into", "装入", "en"},
	"to":          {"to", "发往", "a"},
	"order":       {"order", "订单", "pedido"},
	"notice":      {"notice", "发货通知", "aviso"},
	"asOf":        {"As of event", "截至事件", "Hasta el evento"},
	"login":       {"Sign in with a key", "使用密钥登录", "Entrar con una clave"},
	"loginHint":   {"A key with the scope read", "具有 read 权限的密钥", "Una clave con el permiso read"},
	"loginBad":    {"This key does not open the pages.", "此密钥无法打开页面。", "Esta clave no abre las páginas."},
	"enter":       {"Sign in", "登录", "Entrar"},
	"leave":       {"Sign out", "退出", "Salir"},
	"code":        {"Code", "编码", "Código"},
	"show":        {"Show", "查看", "Ver"},
	"raised":      {"raised", "新增", "abierta"},
	"H":           {"may open a case", "可立案", "puede abrir un caso"},
	"M":           {"alert", "预警", "alerta"},
	"L":           {"signal only", "仅作信号", "solo señal"},
	"policy":      {"policy", "政策", "política"},
	"counted":     {"counted", "计数", "contados"},
	"expected":    {"expected", "预期", "esperados"},
	"chance":      {"chance", "偶然概率", "probabilidad por azar"},
	"candidates":  {"in question", "可能涉及", "en cuestión"},
	"digest":      {"Many changes at once", "批量变动汇总", "Muchos cambios a la vez"},
	"withdrawn":   {"withdrawn", "已撤回", "retirado"},
	"escalated":   {"escalated", "已升级", "escalada"},
	"provisional": {"provisional", "待确认", "provisional"},
	"active":      {"active", "有效", "activo"},
	"unit":        {"unit", "件", "unidad"},
	"units":       {"units", "件", "unidades"},
	"asn":         {"Notice of shipment", "发货通知", "Aviso de envío"},

	"commissioning":   {"Made", "赋码", "Fabricado"},
	"packing":         {"Packed", "装箱", "Embalado"},
	"unpacking":       {"Unpacked", "拆箱", "Desembalado"},
	"shipping":        {"Shipped", "发货", "Enviado"},
	"departing":       {"Departed", "离开", "Salida"},
	"void_shipping":   {"Shipment voided", "取消发货", "Envío anulado"},
	"transporting":    {"Transported", "运输", "Transportado"},
	"receiving":       {"Received", "收货", "Recibido"},
	"accepting":       {"Accepted", "验收", "Aceptado"},
	"arriving":        {"Arrived", "到达", "Llegada"},
	"storing":         {"Stored", "入库", "Almacenado"},
	"stocking":        {"Stocked", "上架", "Puesto en existencias"},
	"retail_selling":  {"Sold", "零售", "Vendido"},
	"inspecting":      {"Inspected", "检查", "Inspeccionado"},
	"decommissioning": {"Decommissioned", "注销", "Dado de baja"},
	"destroying":      {"Destroyed", "销毁", "Destruido"},
	"consumer":        {"Scanned by a buyer", "消费者扫码", "Leído por un comprador"},
	"inspection":      {"Found by an inspector", "稽查发现", "Hallado en inspección"},
	"activation":      {"Activated", "激活", "Activado"},
	"carton_open":     {"Carton opened", "开箱", "Caja abierta"},
	"marketplace":     {"Offered on line", "网上出售", "Ofrecido en línea"},
}

// words returns the text called name; a name without a text stands for itself.
func words(lang, name string) string {
	if t, ok := texts[name]; ok {
		return t.in(lang)
	}
	return strings.ReplaceAll(name, "_", " ")
}

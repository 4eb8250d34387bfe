package diversion

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"waymark/internal/geo"
)

// A Text says one thing in every language of the product.
type Text struct{ EN, ZH, ES string }

// In returns the text in a language: "zh", "es", and English for any other.
func (t Text) In(lang string) string {
	switch lang {
	case "zh":
		return t.ZH
	case "es":
		return t.ES
	}
	return t.EN
}

// Facts is what a finding's words are made of.
type Facts struct {
	Units    int
	Partner  string // name, or id
	From, To geo.Region
	Time     time.Time
	Verdict  Verdict // of a rule that judges sums
}

// Fill returns a text in a language with the facts in the places that it keeps
// for them: {units} {holder} {from} {to} {day} {month} {k} {n} {expected} {share} {p}.
func (t Text) Fill(lang string, f Facts) string {
	v := f.Verdict
	share := 0.
	if v.N > 0 {
		share = 100 * float64(v.K) / float64(v.N)
	}
	return strings.NewReplacer(
		"{units}", f.units(lang), "{holder}", f.holder(lang), "{from}", place(f.From), "{to}", place(f.To), "{day}", f.day(), "{month}", f.Time.UTC().Format("2006-01"),
		"{k}", strconv.FormatInt(v.K, 10), "{n}", strconv.FormatInt(v.N, 10),
		"{expected}", strconv.FormatFloat(v.Expected, 'f', 1, 64), "{share}", strconv.FormatFloat(share, 'f', 1, 64),
		"{p}", strconv.FormatFloat(v.P, 'g', 2, 64),
	).Replace(t.In(lang))
}

func (f Facts) units(lang string) string {
	one, many := Text{EN: "1 unit", ZH: "1 件", ES: "1 unidad"}, Text{EN: "%d units", ZH: "%d 件", ES: "%d unidades"}
	if f.Units == 1 {
		return one.In(lang)
	}
	return fmt.Sprintf(many.In(lang), f.Units)
}

func (f Facts) day() string { return f.Time.UTC().Format("2006-01-02 15:04 UTC") }

func (f Facts) holder(lang string) string {
	if f.Partner == "" {
		return Text{EN: "no documented holder", ZH: "无记录持有方", ES: "ningún titular documentado"}.In(lang)
	}
	return f.Partner
}

func place(r geo.Region) string {
	if r == "" {
		return "?"
	}
	return string(r)
}

// A Role is what a fact is to a signal that rests on it.
type Role byte

// Roles are stored; their numbers do not change.
const (
	SetOff        Role = iota // the sighting that set it off
	Bound                     // it documents the last authorised holder
	SeenBefore                // the sighting before
	SoldBefore                // the first sale
	EndedBefore               // the report of the end
	BoughtBefore              // the reporter had it before
	ShippedBefore             // the shipment to where it was
)

var roles = [...]Text{
	SetOff:        {EN: "set it off", ZH: "触发事件", ES: "lo originó"},
	Bound:         {EN: "documents the last authorised holder", ZH: "记载最后的授权持有方", ES: "documenta al último titular autorizado"},
	SeenBefore:    {EN: "seen before", ZH: "此前的扫码", ES: "vista antes"},
	SoldBefore:    {EN: "sold or activated before", ZH: "此前已销售或激活", ES: "vendida o activada antes"},
	EndedBefore:   {EN: "reported destroyed, recalled or stolen before", ZH: "此前已报告销毁、召回或失窃", ES: "dada de baja antes"},
	ShippedBefore: {EN: "shipped there", ZH: "此前发往该处", ES: "enviada allí"},
	BoughtBefore:  {EN: "in the hands of whoever reports it", ZH: "此前由举报人持有", ES: "en manos de quien informa"},
}

// Text says in words what the fact is to the signal.
func (r Role) Text() Text {
	if int(r) < len(roles) {
		return roles[r]
	}
	return Text{}
}

package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"waymark/internal/diversion"
	"waymark/internal/geo"
	"waymark/internal/gs1"
	"waymark/internal/partner"
	"waymark/projections"
)

// A Visit is what a browser asks of the first page.
type Visit struct {
	Lang     string // of Languages
	Item     string // to be found, in any spelling
	SignedIn bool   // by a session
	Known    bool   // the visitor may read
	Refused  bool   // a key was given that does not open the pages
}

// page is what the template shows.
type page struct {
	Visit
	Dev       bool
	Languages []string
	AsOf      projections.AsOf
	Problem   string // why there is no Item
	Reason    string
	Found     *found
	Alerts    []alertRow
	Regions   []regionRow
}

// T returns a fixed text.
func (p page) T(name string) string { return words(p.Lang, name) }

// found is an item with all that is known of it.
type found struct {
	Code     string
	Link     string
	Facts    []fact
	Findings []findingRow
	Way      []hopRow
}

type fact struct{ Name, Value, Link string }

type hopRow struct {
	Time, Stamp, What, Where, Who, Mark, MarkLink, To string
	Documents                                         []string
	Inherited, Observed                               bool
	Findings                                          []findingRow
}

type alertRow struct {
	ID string
	findingRow
	Units     int
	Partner   string
	From, To  string
	Time      string
	Item      string
	Withdrawn bool
}

type regionRow struct {
	Code, Name                    string
	Items, Observations, Findings int64
	Rules                         []string
}

// shown bounds the lists of the first page.
const shown = 30

// Home writes the first page. To a visitor who may not read it shows no more
// than how to sign in.
func (p *Pages) Home(w io.Writer, v Visit) error {
	out := page{Visit: v, Dev: p.dev, Languages: Languages}
	if v.Known {
		if err := p.fill(&out); err != nil {
			return err
		}
	}
	return p.execute(w, "home.html", out)
}

func (p *Pages) fill(out *page) error {
	dir := p.views.Directory()
	if err := p.alerts(out, dir); err != nil {
		return err
	}
	if out.Item != "" {
		return p.find(out, dir)
	}
	return p.regions(out)
}

// alerts fills in the latest findings that alert; weak ones alone do not. It
// looks through a few pages of findings and no more.
func (p *Pages) alerts(out *page, dir *partner.Directory) error {
	q := projections.FindingQuery{Limit: 200, Lang: out.Lang}
	for n := range 5 {
		list, err := p.views.Findings(q)
		if err != nil {
			return err
		}
		if n == 0 {
			out.AsOf = list.AsOf
		}
		for _, f := range list.Findings {
			if f.Strength != diversion.Low && len(out.Alerts) < shown {
				out.Alerts = append(out.Alerts, out.alert(dir, f))
			}
		}
		if q.After = list.Next; q.After == "" || len(out.Alerts) == shown {
			break
		}
	}
	return nil
}

func (out *page) alert(dir *partner.Directory, f projections.Finding) alertRow {
	row := alertRow{
		ID: f.ID, findingRow: out.finding(dir, f), Units: f.ItemsCount, Partner: nameOf(dir, f.Partner),
		From: f.From.Name(out.Lang), To: f.To.Name(out.Lang), Time: stamp(f.FirstEventTime),
	}
	if len(f.Items) > 0 {
		row.Item = code(f.Items[0])
	}
	return row
}

// find fills in the item that is looked for.
func (p *Pages) find(out *page, dir *partner.Directory) error {
	it, err := gs1.ParseItem(strings.TrimSpace(out.Item))
	if err != nil {
		out.Problem = "unreadable"
		var key *gs1.Error
		if errors.As(err, &key) {
			out.Reason = key.Reason
		}
		return nil
	}
	item, ok, err := p.views.Item(it, out.Lang)
	if err != nil {
		return err
	}
	way, known, err := p.views.Provenance(it, out.Lang)
	if err != nil {
		return err
	}
	if !ok || !known {
		out.Problem = "unknown"
		return nil
	}
	out.Found = &found{Code: code(item.Item), Link: item.Item.DigitalLink(), Facts: out.facts(dir, item)}
	for _, ref := range way.Findings[:min(len(way.Findings), shown)] {
		f, ok, err := p.views.Finding(ref.ID, out.Lang)
		if err != nil {
			return err
		}
		if ok {
			out.Found.Findings = append(out.Found.Findings, out.finding(dir, f))
		}
	}
	for _, h := range way.Hops {
		out.Found.Way = append(out.Found.Way, out.hop(dir, h))
	}
	return nil
}

func (out *page) facts(dir *partner.Directory, it projections.Item) []fact {
	var facts []fact
	add := func(name, value, link string) {
		if value != "" {
			facts = append(facts, fact{out.T(name), value, link})
		}
	}
	add("product", it.Product, "")
	add("holder", nameOf(dir, it.Holder)+since(out, it.Since), "")
	add("site", siteOf(dir, it.Site, out.Lang), "")
	add("underway", siteOf(dir, it.ShippedTo, out.Lang), "")
	add("bound", nameOf(dir, it.BoundTo), "")
	var territory []string
	for _, r := range it.Territory.Compact() {
		territory = append(territory, r.Name(out.Lang))
	}
	add("territory", strings.Join(territory, ", "), "")
	if it.Container != "" {
		add("container", code(it.Container), code(it.Container))
	}
	if it.Contents > 0 {
		add("contents", fmt.Sprint(it.Contents), "")
	}
	add("disposition", words(out.Lang, it.Disposition), "")
	if it.Commissioned != nil {
		add("made", stamp(*it.Commissioned), "")
	}
	if it.LastSeen != nil {
		add("lastSeen", strings.TrimSuffix(stamp(*it.LastSeen)+", "+it.LastRegion.Name(out.Lang), ", "), "")
	}
	return facts
}

func since(out *page, t *time.Time) string {
	if t == nil {
		return ""
	}
	return ", " + out.T("since") + " " + stamp(*t)
}

func (out *page) hop(dir *partner.Directory, h projections.Hop) hopRow {
	row := hopRow{
		Time: stamp(h.Time), Stamp: h.Time.UTC().Format(time.RFC3339), Where: place(h.SiteName, h.Region, out.Lang),
		Who: cmp.Or(h.PartnerName, string(h.Partner)), Observed: h.Kind == "observation",
	}
	switch {
	case h.Sight != "":
		row.What = out.T(string(h.Sight))
	case h.Kind == "asn":
		row.What = out.T("asn")
	default:
		row.What = out.T(string(h.Step))
	}
	switch {
	case h.Inherited != "":
		row.Inherited, row.Mark, row.MarkLink = true, out.T("inherited")+" "+code(h.Inherited), code(h.Inherited)
	case h.Parent != "":
		row.Mark, row.MarkLink = out.T("packedIn")+" "+code(h.Parent), code(h.Parent)
	}
	row.To = siteOf(dir, h.To, out.Lang)
	if h.Order != "" {
		row.Documents = append(row.Documents, out.T("order")+" "+h.Order)
	}
	if h.ASN != "" {
		row.Documents = append(row.Documents, out.T("notice")+" "+h.ASN)
	}
	for _, rule := range h.Findings {
		row.Findings = append(row.Findings, findingRow{Rule: rule, Title: title(rule, out.Lang)})
	}
	return row
}

// regions fills in the regions with the most open findings, then the busiest.
func (p *Pages) regions(out *page) error {
	list, _, err := p.views.Regions()
	if err != nil {
		return err
	}
	for _, r := range list {
		row := regionRow{Code: r.Region.String(), Name: r.Region.Name(out.Lang), Items: r.Items, Observations: r.Observations}
		for rule, n := range r.Findings {
			row.Findings += int64(n)
			row.Rules = append(row.Rules, fmt.Sprintf("%s ×%d", rule, n))
		}
		slices.Sort(row.Rules)
		out.Regions = append(out.Regions, row)
	}
	slices.SortFunc(out.Regions, func(a, b regionRow) int {
		return cmp.Or(cmp.Compare(b.Findings, a.Findings), cmp.Compare(b.Items, a.Items), cmp.Compare(a.Code, b.Code))
	})
	out.Regions = out.Regions[:min(len(out.Regions), shown)]
	return nil
}

// code returns an item as people read it.
func code(it gs1.Item) string {
	if s := it.ElementString(); s != "" {
		return s
	}
	return it.String()
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

func nameOf(dir *partner.Directory, id partner.ID) string {
	if p, ok := dir.Partner(id); ok && p.Name != "" {
		return p.Name + " (" + string(id) + ")"
	}
	return string(id)
}

func siteOf(dir *partner.Directory, g gs1.GLN, lang string) string {
	if g == 0 {
		return ""
	}
	if s, ok := dir.Site(g); ok {
		return place(s.Name, s.Region(), lang)
	}
	return g.String()
}

func place(name string, r geo.Region, lang string) string {
	return strings.Trim(name+", "+r.Name(lang), ", ")
}

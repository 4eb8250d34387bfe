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
	regions := map[string]region{}
	zh := countryNames(packages + "/i18n-iso-countries/langs/zh.json")
	one := regexp.MustCompile(`name: (?:'((?:[^'\\]|\\.)*)'|"([^"]*)"),\s*state: 'assigned',\s*alpha2: '(..)'`)
	for _, m := range one.FindAllStringSubmatch(read(packages+"/iso-3166/1.js"), -1) {
		regions[m[3]] = region{m[3], "", unquote(m[1] + m[2]), zh[m[3]]}
	}
	regions["XK"] = region{"XK", "", "Kosovo", zh["XK"]}
	two := regexp.MustCompile(`code: '([^']*)',\s*name: (?:'((?:[^'\\]|\\.)*)'|"([^"]*)"),\s*parent: '([^']*)'`)
	for _, m := range two.FindAllStringSubmatch(read(packages+"/iso-3166/2.js"), -1) {
		regions[m[1]] = region{code: m[1], parent: m[4], en: unquote(m[2] + m[3])}
	}
	for _, extra := range []region{
		{code: "NO-31", en: "Østfold"}, {code: "NO-32", en: "Akershus"}, {code: "NO-33", en: "Buskerud"},
		{code: "NO-39", en: "Vestfold"}, {code: "NO-40", en: "Telemark"}, {code: "NO-55", en: "Troms"}, {code: "NO-56", en: "Finnmark"},
	} {
		extra.parent = "NO"
		regions[extra.code] = extra
	}
	names := placeNames(packages, func(code string) bool { _, ok := regions[code]; return ok })
	var codes []string
	for c, r := range regions {
		if _, ok := renamed[c]; ok {
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

func unquote(s string) string { return strings.ReplaceAll(s, `\'`, "'") }

func countryNames(file string) map[string]string {
	var d struct{ Countries map[string]any }
	if err := json.Unmarshal([]byte(read(file)), &d); err != nil {
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

// placeNames returns the English and Chinese names of subdivisions that are one
// feature of Natural Earth.
func placeNames(packages string, known func(string) bool) map[string][2]string {
	count := map[string]int{}
	out := map[string][2]string{}
	for _, f := range features(packages) {
		c := f.region(known)
		count[c]++
		out[c] = [2]string{f.Properties.English, f.Properties.Chinese}
	}
	for c, n := range count {
		if n > 1 || len(c) == 2 {
			delete(out, c)
		}
	}
	return out
}

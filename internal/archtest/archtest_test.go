package archtest_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"waymark/internal/archtest"
)

func TestTheHouse(t *testing.T) {
	breaches, err := archtest.Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaches {
		t.Error(b)
	}
}

// sound is a small house in order.
var sound = map[string]string{
	"ledger/event/event.go":      `package event; import "time"; var Epoch = time.Unix(0, 0)`,
	"ledger/ledger.go":           `package ledger; import _ "waymark/ledger/event"; import "time"; var Now = time.Now`,
	"ledger/pebblelog/log.go":    `package pebblelog; import _ "waymark/ledger"; import _ "github.com/cockroachdb/pebble/v2"`,
	"internal/gs1/gs1.go":        `package gs1; import _ "net/url"`,
	"internal/geo/geo.go":        `package geo; import _ "embed"`,
	"internal/custody/hop.go":    `package custody; import _ "waymark/internal/gs1"; import _ "waymark/ledger/event"`,
	"internal/custody/x_test.go": `package custody; import _ "os"; import _ "waymark/api"`,
	"internal/sim/sim.go":        `package sim; import "math/rand/v2"; var r = rand.New(rand.NewPCG(1, 2)).IntN(3)`,
	"projections/views.go":       `package projections; import _ "waymark/internal/custody"; import _ "os"`,
	"api/api.go":                 `package api; import _ "waymark/projections"; import _ "github.com/labstack/echo/v4"`,
	"cmd/waymark/main.go":        `package main; import _ "waymark/api"; import _ "github.com/alecthomas/kong"`,
}

// TestBreaches plants one breach at a time and asks for it to be found.
func TestBreaches(t *testing.T) {
	for _, tt := range []struct{ name, file, src, want string }{
		{"none", "ledger/pebblelog/more.go", `package pebblelog; import _ "os"`, ""},
		{"up a floor", "ledger/up.go", `package ledger; import _ "waymark/internal/gs1"`, "imports internal/gs1, which does not stand below it"},
		{"up two floors", "internal/gs1/up.go", `package gs1; import _ "waymark/api"`, "imports api, which does not stand below it"},
		{"up within a floor", "internal/gs1/up.go", `package gs1; import _ "waymark/internal/custody"`, "imports internal/custody"},
		{"folders in a circle", "projections/kv/up.go", `package kv; import _ "waymark/api"`, "folder api imports itself"},
		{"homeless", "internal/helpers/x.go", `package helpers`, "has no place"},
		{"clock", "internal/custody/clock.go", `package custody; import "time"; var t = time.Now()`, "time.Now, in a pure package"},
		{"clock under another name", "internal/custody/clock.go", `package custody; import wall "time"; var t = wall.Since`, "wall.Since, in a pure package"},
		{"clock in an event", "ledger/event/clock.go", `package event; import "time"; var t = time.Now()`, "time.Now, in a pure package"},
		{"dot", "internal/custody/clock.go", `package custody; import . "time"; var t = Now()`, "without a name"},
		{"chance", "internal/custody/id.go", `package custody; import "github.com/google/uuid"; var id = uuid.New()`, "uuid.New, in a pure package"},
		{"chance in sim", "internal/sim/luck.go", `package sim; import "math/rand/v2"; var n = rand.IntN(6)`, "rand.IntN, in a pure package"},
		{"chance elsewhere", "internal/gs1/luck.go", `package gs1; import _ "math/rand/v2"`, "imports math/rand/v2"},
		{"file", "internal/gs1/file.go", `package gs1; import _ "os/exec"`, "imports os/exec"},
		{"embedded file", "internal/gs1/file.go", `package gs1; import _ "embed"`, "imports embed"},
		{"network", "internal/gs1/net.go", `package gs1; import _ "net/http"`, "imports net/http"},
		{"log", "internal/gs1/log.go", `package gs1; import _ "log/slog"`, "imports log/slog"},
		{"engine in api", "api/engine.go", `package api; import _ "github.com/cockroachdb/pebble/v2"`, "for ledger/pebblelog"},
		{"echo in projections", "projections/echo.go", `package projections; import _ "github.com/labstack/echo/v4"`, "for api only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			house := maps.Clone(sound)
			house[tt.file] = tt.src
			tree := fstest.MapFS{}
			for name, src := range house {
				tree[name] = &fstest.MapFile{Data: []byte(src)}
			}
			breaches, err := archtest.Check(tree)
			if err != nil {
				t.Fatal(err)
			}
			found := slices.ContainsFunc(breaches, func(b string) bool { return strings.Contains(b, tt.want) })
			if tt.want == "" && len(breaches) > 0 || tt.want != "" && !found {
				t.Errorf("breaches are %q, want one with %q", breaches, tt.want)
			}
		})
	}
}

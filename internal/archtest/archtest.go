// Package archtest holds the architecture to its word: which package may
// import which, and which are pure.
package archtest

// floors lists the packages from the ground up, floor by floor. A package
// imports only what stands before it; a new package must be given its place.
var floors = []Floor{
	{"ledger", []string{"ledger/event", "ledger", "ledger/seal", "ledger/seal/witness", "ledger/pebblelog", "ledger/esdblog", "ledger/esdblog/esdbtest", "ledger/ledgertest"}},
	{"internal", []string{
		"internal/archtest",
		"internal/money", "internal/gs1", "internal/geo", "internal/compliance", "internal/partner", "internal/webhook", "internal/calendar", "internal/deal", "internal/quote", "internal/epcis", "internal/custody",
		"internal/account", "internal/rebate",
		"internal/diversion", "internal/dispute", "internal/catalog", "internal/evidence", "internal/sim", "internal/watermark/page", "internal/watermark", "internal/document",
	}},
	{"projections", []string{"projections/kv", "projections"}},
	{"api", []string{"api/auth", "api/web", "api"}},
	{"benchmarks", []string{"benchmarks"}},
	{"cmd", []string{"cmd/waymark"}},
}

// pure lists the folders whose packages return what follows from what they are
// given: no I/O, no clock, no randomness, no framework.
var pure = []string{"internal", "ledger/event"}

// impureImports are out of reach of a pure package, with all below them.
var impureImports = []string{
	"net/http", "net/rpc", "net/smtp", "net/textproto", "os", "io/ioutil", "syscall", "plugin", "embed", "log", "expvar", "testing",
	"math/rand", "crypto/rand", "runtime", "database", "golang.org/x/sys",
	"github.com/cockroachdb", "github.com/labstack", "github.com/prometheus", "github.com/EventStore", "github.com/alecthomas",
}

// impureNames are the names of otherwise pure packages that read a clock, wait
// for one, draw at random or reach for the network.
var impureNames = map[string][]string{
	"time":                   {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"github.com/google/uuid": {"New", "NewString", "NewRandom", "NewRandomFromReader", "NewUUID", "NewV6", "NewV7", "NewV7FromReader"},
	"net":                    {"Dial", "DialTimeout", "Listen", "ListenPacket", "LookupHost", "LookupIP", "LookupAddr", "Interfaces"},
	"math/rand/v2":           {"N", "Int", "IntN", "Int32", "Int32N", "Int64", "Int64N", "Uint32", "Uint32N", "Uint64", "Uint64N", "UintN", "Uint", "Float32", "Float64", "ExpFloat64", "NormFloat64", "Perm", "Shuffle"},
}

// allowances are the exceptions from impureImports.
var allowances = map[string][]string{
	"internal/geo":      {"embed"},        // the borders are part of the program
	"internal/document": {"embed"},        // the font is part of the program
	"internal/sim":      {"math/rand/v2"}, // generators seeded by the caller; see impureNames
}

// only lists who may import a framework: nobody but these and what lies below
// them.
var only = map[string][]string{
	"github.com/cockroachdb/pebble": {"ledger/pebblelog", "projections"},
	"github.com/EventStore":         {"ledger/esdblog"},
	"google.golang.org/grpc":        {"ledger/esdblog"},
	"github.com/labstack/echo":      {"api"},
	"github.com/alecthomas/kong":    {"cmd"},
}

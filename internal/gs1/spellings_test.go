package gs1_test

import (
	"testing"

	"waymark/internal/gs1"
)

// spellings holds, a row each, one identity as EPC URN, canonical Digital Link and
// bracketed element string, with the length of its company prefix. The rows up to
// the blank line are examples of TDS §6.3.
var spellings = []struct {
	kind      gs1.Kind
	prefixLen int
	urn       string
	link      string
	element   string
}{
	{gs1.KindSGTIN, 7, "urn:epc:id:sgtin:0614141.112345.400", "https://id.gs1.org/01/10614141123459/21/400", "(01)10614141123459(21)400"},
	{gs1.KindSGTIN, 7, "urn:epc:id:sgtin:0614141.712345.32a%2Fb", "https://id.gs1.org/01/70614141123451/21/32a%2Fb", "(01)70614141123451(21)32a/b"},
	{gs1.KindSSCC, 7, "urn:epc:id:sscc:0614141.1234567890", "https://id.gs1.org/00/106141412345678908", "(00)106141412345678908"},
	{gs1.KindSGLN, 7, "urn:epc:id:sgln:0614141.12345.400", "https://id.gs1.org/414/0614141123452/254/400", "(414)0614141123452(254)400"},
	{gs1.KindSGLN, 7, "urn:epc:id:sgln:0614141.12345.0", "https://id.gs1.org/414/0614141123452", "(414)0614141123452"},
	{gs1.KindGRAI, 7, "urn:epc:id:grai:0614141.12345.400", "https://id.gs1.org/8003/00614141123452400", "(8003)00614141123452400"},
	{gs1.KindGIAI, 7, "urn:epc:id:giai:0614141.12345400", "https://id.gs1.org/8004/061414112345400", "(8004)061414112345400"},
	{gs1.KindGSRN, 7, "urn:epc:id:gsrn:0614141.1234567890", "https://id.gs1.org/8018/061414112345678902", "(8018)061414112345678902"},
	{gs1.KindGSRNP, 7, "urn:epc:id:gsrnp:0614141.1234567890", "https://id.gs1.org/8017/061414112345678902", "(8017)061414112345678902"},
	{gs1.KindGDTI, 7, "urn:epc:id:gdti:0614141.12345.400", "https://id.gs1.org/253/0614141123452400", "(253)0614141123452400"},
	{gs1.KindCPI, 7, "urn:epc:id:cpi:0614141.123ABC.123456789", "https://id.gs1.org/8010/0614141123ABC/8011/123456789", "(8010)0614141123ABC(8011)123456789"},
	{gs1.KindSGCN, 7, "urn:epc:id:sgcn:4012345.67890.04711", "https://id.gs1.org/255/401234567890104711", "(255)401234567890104711"},
	{gs1.KindGINC, 7, "urn:epc:id:ginc:0614141.xyz47%2F11", "https://id.gs1.org/401/0614141xyz47%2F11", "(401)0614141xyz47/11"},
	{gs1.KindGSIN, 7, "urn:epc:id:gsin:0614141.123456789", "https://id.gs1.org/402/06141411234567890", "(402)06141411234567890"},
	{gs1.KindITIP, 7, "urn:epc:id:itip:4012345.012345.04.04.32a%2Fb", "https://id.gs1.org/8006/040123451234560404/21/32a%2Fb", "(8006)040123451234560404(21)32a/b"},
	{gs1.KindUPUI, 7, "urn:epc:id:upui:1234567.089456.51qIgY)%3C%26Jp3*j7'SDB", "https://id.gs1.org/01/01234567894560/235/51qIgY%29%3C%26Jp3%2Aj7'SDB", "(01)01234567894560(235)51qIgY)<&Jp3*j7'SDB"},
	{gs1.KindPGLN, 7, "urn:epc:id:pgln:1234567.89012", "https://id.gs1.org/417/1234567890128", "(417)1234567890128"},
	{gs1.KindLGTIN, 7, "urn:epc:class:lgtin:4012345.012345.998877", "https://id.gs1.org/01/04012345123456/10/998877", "(01)04012345123456(10)998877"},
	{gs1.KindGTIN, 7, "urn:epc:idpat:sgtin:4012345.012345.*", "https://id.gs1.org/01/04012345123456", "(01)04012345123456"},

	{gs1.KindSGTIN, 12, "urn:epc:id:sgtin:415056789012.0.987654", "https://id.gs1.org/01/04150567890128/21/987654", "(01)04150567890128(21)987654"},
	{gs1.KindSGTIN, 6, "urn:epc:id:sgtin:952123.0400010.A1", "https://id.gs1.org/01/09521234000105/21/A1", "(01)09521234000105(21)A1"},
	{gs1.KindSGTIN, 7, "urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()", "https://id.gs1.org/01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29", `(01)80614141123458(21)6789/&%"!?\()`},
	{gs1.KindGDTI, 12, "urn:epc:id:gdti:987659999999..9", "https://id.gs1.org/253/98765999999929", "(253)98765999999929"},
	{gs1.KindPGLN, 12, "urn:epc:id:pgln:999999999999.", "https://id.gs1.org/417/9999999999994", "(417)9999999999994"},
	{gs1.KindCPI, 7, "urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234", "https://id.gs1.org/8010/061414111111111111111-A%23%2F/8011/1234", "(8010)061414111111111111111-A#/(8011)1234"},
	{gs1.KindGRAI, 7, "urn:epc:idpat:grai:4012345.99999.*", "https://id.gs1.org/8003/04012345999990", "(8003)04012345999990"},
	{gs1.KindGDTI, 7, "urn:epc:idpat:gdti:4012345.11111.*", "https://id.gs1.org/253/4012345111118", "(253)4012345111118"},
	{gs1.KindSGCN, 7, "urn:epc:idpat:sgcn:4012345.22222.*", "https://id.gs1.org/255/4012345222227", "(255)4012345222227"},
	{gs1.KindCPI, 7, "urn:epc:idpat:cpi:4012345.AB12.*", "https://id.gs1.org/8010/4012345AB12", "(8010)4012345AB12"},
	{gs1.KindITIP, 7, "urn:epc:idpat:itip:4012345.012345.01.02.*", "https://id.gs1.org/8006/040123451234560102", "(8006)040123451234560102"},
}

func TestEverySpellingIsOneItem(t *testing.T) {
	for _, tt := range spellings {
		want, err := gs1.ParseItem(tt.link)
		if err != nil {
			t.Errorf("ParseItem(%q): %v", tt.link, err)
			continue
		}
		for _, in := range []string{tt.urn, tt.element} {
			if got, err := gs1.ParseItem(in); got != want || err != nil {
				t.Errorf("ParseItem(%q) is %q, %v, want %q", in, got, err, tt.link)
			}
		}
		if got := want.Kind(); got != tt.kind {
			t.Errorf("kind of %q is %s, want %s", tt.link, got, tt.kind)
		}
		if got := want.DigitalLink(); got != tt.link {
			t.Errorf("Digital Link of %q is %q", tt.link, got)
		}
		if got := want.ElementString(); got != tt.element {
			t.Errorf("element string of %q is %q, want %q", tt.link, got, tt.element)
		}
		if got, ok := want.URN(tt.prefixLen); got != tt.urn || !ok {
			t.Errorf("URN of %q is %q, want %q", tt.link, got, tt.urn)
		}
		if got, err := gs1.ItemFromBytes([]byte(want)); got != want || err != nil {
			t.Errorf("stored form of %q reads as %q, %v", tt.link, got, err)
		}
	}
}

func TestParseItemReadsWhatTheFieldWrites(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"lot above serial", "https://id.gs1.org/01/09506000134352/10/ABC1/21/12345", "(01)09506000134352(21)12345"},
		{"variant", "https://id.gs1.org/01/09506000134352/22/2A", "(01)09506000134352"},
		{"variant and lot", "https://id.gs1.org/01/09506000134352/22/2A/10/ABC", "(01)09506000134352(10)ABC"},
		{"attributes", "https://id.gs1.org/01/09506000134352/21/A?17=271231&linkType=all#x", "(01)09506000134352(21)A"},
		{"slash in attributes", "https://id.gs1.org/01/09506000134352/21/A?x=/00/1", "(01)09506000134352(21)A"},
		{"GTIN-13", "https://id.gs1.org/01/9506000134352/21/A", "(01)09506000134352(21)A"},
		{"GTIN-12", "https://example.com/01/614141123452", "(01)00614141123452"},
		{"GTIN-8", "https://example.com/01/95050003", "(01)00000095050003"},
		{"domain", "https://brand.example.com/01/09506000134352/21/A", "(01)09506000134352(21)A"},
		{"path before", "https://example.com/some/shop/01/09506000134352/21/A", "(01)09506000134352(21)A"},
		{"AI before", "https://example.com/00/x/01/09506000134352/21/A", "(01)09506000134352(21)A"},
		{"port and user", "http://u@example.com:8080/01/09506000134352/21/A", "(01)09506000134352(21)A"},
		{"slash at end", "https://example.com/01/09506000134352/21/A/", "(01)09506000134352(21)A"},
		{"upper case, as in alphanumeric QR", "HTTPS://ID.GS1.ORG/01/09506000134352/21/A", "(01)09506000134352(21)A"},
		{"convenience alphas", "https://example.com/gtin/9506000134352/lot/L/ser/765tz", "(01)09506000134352(21)765tz"},
		{"escaped once", "https://id.gs1.org/01/09506000134352/21/%2541", "(01)09506000134352(21)%41"},
		{"escaped without need", "https://id.gs1.org/01/09506000134352/21/%41%62", "(01)09506000134352(21)Ab"},
		{"lower case escapes", "urn:epc:id:sgtin:0614141.712345.32a%2fb", "(01)70614141123451(21)32a/b"},
		{"upper case URN", "URN:EPC:id:sgtin:0614141.712345.1", "(01)70614141123451(21)1"},
		{"tobacco pattern", "urn:epc:idpat:upui:4012345.012345.*", "(01)04012345123456"},
		{"extension 0", "https://id.gs1.org/414/0614141123452/254/0", "(414)0614141123452"},
		{"lot of pieces", "https://id.gs1.org/8006/040123451234560102/10/XYZ", "(8006)040123451234560102(10)XYZ"},

		{"attributes in brackets", "(01)09521234100010(17)271231(10)L(21)A1(240)X", "(01)09521234100010(21)A1"},
		{"serial first", "(21)A1(01)09521234100010", "(01)09521234100010(21)A1"},
		{"logistic label", "(00)095212340000000013(02)19521234100017(37)20", "(00)095212340000000013"},
		{"consignment of a pallet", "(00)095212340000000013(401)9521234X(410)9521234000013", "(00)095212340000000013"},
		{"same twice", "(01)09521234100010(21)A1(21)A1", "(01)09521234100010(21)A1"},
		{"escaped bracket", `(01)09521234100010(21)A\(1)`, `(01)09521234100010(21)A\(1)`},

		{"DataMatrix", "]d2010952123410001021A1\x1d10LOT", "(01)09521234100010(21)A1"},
		{"DataMatrix, leading FNC1", "]d2\x1d010952123410001021A1", "(01)09521234100010(21)A1"},
		{"GS1-128", "]C100095212340000000013", "(00)095212340000000013"},
		{"DataBar", "]e00109521234100010", "(01)09521234100010"},
		{"QR", "]Q301095212341000101727123121A1", "(01)09521234100010(21)A1"},
		{"separator after fixed width", "]Q30109521234100010\x1d21A1\x1d", "(01)09521234100010(21)A1"},
		{"the digits of an SSCC", "095212340000000013", "(00)095212340000000013"},
		{"digits of scanner data", "401234567890123456", "(401)234567890123456"},
		{"identifier stripped", "\x1d0109521234100010" + "10L\x1d21A1", "(01)09521234100010(21)A1"},
		{"nothing but digits in front", "010952123410001021A1", "(01)09521234100010(21)A1"},
		{"weight between", "0109521234100010" + "3103001750" + "21A1", "(01)09521234100010(21)A1"},
		{"link in a QR", "]Q1https://example.com/01/09521234100010/21/A1", "(01)09521234100010(21)A1"},
	} {
		it, err := gs1.ParseItem(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if got := it.ElementString(); got != tt.want {
			t.Errorf("%s: ParseItem(%q) is %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestParseItemKeepsOtherURIs(t *testing.T) {
	for _, in := range []string{
		"urn:uuid:0190b6a0-0000-7000-8000-000000000000",
		"https://example.com/pallets/7",
		"https://example.com",
		"https://example.com/news/2020/01/15",
		"https://example.com/party/abc",
		"https://example.com/123/4012345ABC987/456/4711",
		"urn:epc:id:gid:95100000.12345.400",
		"urn:epc:id:usdod:2S194.12345678901",
		"urn:epc:idpat:sgtin:4012345.*.*",
		"urn:epc:idpat:sgtin:*.*.*",
		"geo:22.300,-118.44",
		"ex:1",
	} {
		it, err := gs1.ParseItem(in)
		if err != nil || it.Kind() != gs1.KindOther || it.String() != in {
			t.Errorf("ParseItem(%q) is %s %q, %v", in, it.Kind(), it, err)
		}
		if _, ok := gs1.CanonicalURI(in); ok {
			t.Errorf("CanonicalURI(%q) reports a Digital Link", in)
		}
		if back, err := gs1.ItemFromBytes([]byte(it)); back != it || err != nil {
			t.Errorf("stored form of %q reads as %q, %v", in, back, err)
		}
	}
}

package sim

import "waymark/internal/geo"

// A place is a city that stands for its region.
type place struct {
	city     string
	lat, lon float64
	zone     string
}

// places holds every region that something happens in.
var places = map[geo.Region]place{
	"CN-GD": {"Shenzhen", 22.54, 114.06, "Asia/Shanghai"},
	"CN-ZJ": {"Hangzhou", 30.27, 120.16, "Asia/Shanghai"},
	"NL":    {"Rotterdam", 51.92, 4.48, "Europe/Amsterdam"},
	"PA":    {"Colon", 9.36, -79.90, "America/Panama"},
	"DE":    {"Berlin", 52.52, 13.40, "Europe/Berlin"},
	"AT":    {"Vienna", 48.21, 16.37, "Europe/Vienna"},
	"CH":    {"Zurich", 47.37, 8.54, "Europe/Zurich"},
	"FR":    {"Paris", 48.86, 2.35, "Europe/Paris"},
	"BE":    {"Brussels", 50.85, 4.35, "Europe/Brussels"},
	"LU":    {"Luxembourg", 49.61, 6.13, "Europe/Luxembourg"},
	"PL":    {"Warsaw", 52.23, 21.01, "Europe/Warsaw"},
	"CZ":    {"Prague", 50.08, 14.44, "Europe/Prague"},
	"SK":    {"Bratislava", 48.15, 17.11, "Europe/Bratislava"},
	"ES":    {"Madrid", 40.42, -3.70, "Europe/Madrid"},
	"PT":    {"Lisbon", 38.72, -9.14, "Europe/Lisbon"},
	"US-CA": {"Los Angeles", 34.05, -118.24, "America/Los_Angeles"},
	"US-WA": {"Seattle", 47.61, -122.33, "America/Los_Angeles"},
	"US-OR": {"Portland", 45.52, -122.68, "America/Los_Angeles"},
	"US-NV": {"Las Vegas", 36.17, -115.14, "America/Los_Angeles"},
	"US-AZ": {"Phoenix", 33.45, -112.07, "America/Phoenix"},
	"US-NY": {"New York", 40.71, -74.01, "America/New_York"},
	"US-NJ": {"Newark", 40.74, -74.17, "America/New_York"},
	"US-FL": {"Miami", 25.76, -80.19, "America/New_York"},
	"US-MA": {"Boston", 42.36, -71.06, "America/New_York"},
	"US-PA": {"Philadelphia", 39.95, -75.17, "America/New_York"},
	"MX":    {"Mexico City", 19.43, -99.13, "America/Mexico_City"},
	"CO":    {"Bogota", 4.71, -74.07, "America/Bogota"},
	"ID":    {"Jakarta", -6.21, 106.85, "Asia/Jakarta"},
	"MY":    {"Kuala Lumpur", 3.14, 101.69, "Asia/Kuala_Lumpur"},
	"SG":    {"Singapore", 1.35, 103.82, "Asia/Singapore"},
	"TH":    {"Bangkok", 13.76, 100.50, "Asia/Bangkok"},
	"VN":    {"Ho Chi Minh City", 10.82, 106.63, "Asia/Ho_Chi_Minh"},
	"AE":    {"Dubai", 25.20, 55.27, "Asia/Dubai"},
	"SA":    {"Riyadh", 24.71, 46.68, "Asia/Riyadh"},
	"QA":    {"Doha", 25.29, 51.53, "Asia/Qatar"},
	"NG":    {"Lagos", 6.52, 3.38, "Africa/Lagos"},
	"GH":    {"Accra", 5.60, -0.19, "Africa/Accra"},
	"KE":    {"Nairobi", -1.29, 36.82, "Africa/Nairobi"},
	"IN":    {"Mumbai", 19.08, 72.88, "Asia/Kolkata"},
	"AU":    {"Sydney", -33.87, 151.21, "Australia/Sydney"},
	"BR":    {"Sao Paulo", -23.55, -46.63, "America/Sao_Paulo"},
	"TR":    {"Istanbul", 41.01, 28.98, "Europe/Istanbul"},
	"JP":    {"Tokyo", 35.68, 139.69, "Asia/Tokyo"},
	"GB":    {"London", 51.51, -0.13, "Europe/London"},
	"ZA":    {"Johannesburg", -26.20, 28.05, "Africa/Johannesburg"},
	"EG":    {"Cairo", 30.04, 31.24, "Africa/Cairo"},
	"US-TX": {"Dallas", 32.78, -96.80, "America/Chicago"},
	"KR":    {"Seoul", 37.57, 126.98, "Asia/Seoul"},
}

// abroad lists where travellers, gifts and misread network addresses surface.
// The home of the goods is not among them: what is seen there is planted.
var abroad = []geo.Region{"BR", "TR", "JP", "GB", "ZA", "EG", "US-TX", "KR", "AU", "DE", "FR", "TH", "AE", "IN", "MX", "ID", "NG"}

// cloned lists where copies of one code turn up, each far from the next.
var cloned = []geo.Region{"BR", "TR", "JP", "GB", "ZA", "EG"}

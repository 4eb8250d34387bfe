package gs1

import "encoding/binary"

const (
	linkSGTIN  = canonicalStem + "01/"
	linkSerial = "/21/"
	textSGTIN  = "(01)"
	textSerial = "(21)"
)

// parseFast reads the two spellings that stored and scanned units come in, a
// canonical Digital Link or an element string of GTIN and serial with nothing
// escaped. It reports false for all else, which parse then reads or refuses.
func parseFast(s string) (Item, bool) {
	at, mark, set := len(linkSGTIN), linkSerial, linkSafe
	if len(s) > 0 && s[0] == '(' {
		at, mark = len(textSGTIN), textSerial
		if len(s) < at || s[:at] != textSGTIN {
			return "", false
		}
	} else if len(s) < at || s[:at] != linkSGTIN {
		return "", false
	}
	serial := at + 14 + 4
	if len(s) <= serial || len(s) > serial+20 || s[at+14:serial] != mark {
		return "", false
	}
	n, sum := uint64(0), 0
	for i, c := range []byte(s[at : at+14]) {
		d := int(c - '0')
		if d > 9 {
			return "", false
		}
		n = n*10 + uint64(d)
		sum += d * (3 - i&1*2)
	}
	if sum%10 != 0 || n == 0 {
		return "", false
	}
	for i := serial; i < len(s); i++ {
		if characters[s[i]]&set == 0 {
			return "", false
		}
	}
	var b [27]byte
	binary.BigEndian.PutUint64(b[1:], n<<16)
	b[0] = byte(KindSGTIN)
	return Item(b[:7+copy(b[7:], s[serial:])]), true
}

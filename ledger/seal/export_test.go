package seal

// EncodeEntries and EncodeCopies are the inverses that the fuzz targets need.
var (
	EncodeEntries = encodeEntries
	EncodeCopies  = encodeCopies
)

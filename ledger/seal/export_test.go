package seal

// EncodeEntries and EncodeCopies are the inverses that the fuzz targets need;
// RootOf is the root of a tree of facts.
var (
	EncodeEntries = encodeEntries
	EncodeCopies  = encodeCopies
	RootOf        = rootOf
)

// Package seal makes a ledger provable to those who do not trust its keeper.
//
// It keeps a transparency log over a [ledger.Log]: an RFC 6962 tree with one
// entry for each event, published as C2SP tlog-tiles under signed checkpoints.
// From it follow proofs that a reader checks offline with [Verify].
//
// # What is claimed, and who can break it
//
//	claim                                        rests on                       who can still break it
//	a sealed event was not changed, moved, cut   leaf, tree, signed checkpoint  the log's key holder, unless witnesses cosign: then both together
//	all readers see one history                  witness cosignatures           a quorum of witnesses together with the log
//	nothing of a stream was withheld up to N     head map in an epoch leaf      a false head map, until somebody replays the log
//	the head map is right                        replay of all events           nobody, once somebody replays; everybody, if nobody does
//	a capture was accepted                       the receipt its sender keeps   a sender who keeps none
//	an event is true                             nothing here                   whoever reports a lie
//
// A checkpoint without cosignatures says only what the log says of itself.
// What was acknowledged but not yet sealed, at most one interval, is protected
// by the engine alone.
//
// # Construction
//
// A [Fact] is what one event says of one stream: of an item, a case, or of the
// ledger stream that holds the event, which is always fact 0. Facts are salted,
// so that the hashes beside one in its proof do not tell of its neighbours.
// The facts of an event are the records of a small tree of their own, whose
// root stands in the event's [Leaf].
//
// A head is the number of a stream's facts and a hash chained over all of
// them: over index of entry, place in it and hash of the fact. The head map
// commits every head. An [Epoch] is an entry that commits the head map as of
// its own index, so exactly of all entries before it, and stands last under
// every checkpoint. Who shows facts that chain to a committed head has shown
// all of them, and a stream that the map lacks has none.
//
// # Leaf and epoch
//
// Fixed layouts, big endian:
//
//	leaf   1(1) schema(1) index(8) position(8) event id(16) stream(32) revision(8)
//	       previous leaf of the stream(32) ms of 1970(8) payload(32) facts(4) facts root(32)
//	epoch  2(1) size(8) ms of 1970(8) depth(1) head map(32)
//	after  3(1) old checkpoint, a signed note; the first entry or none
//
// A stream is SHA-256("waymark/stream/v1", 0, name). The payload hash covers
// the type, metadata and data as kept, each after its length.
//
// # Files
//
//	checkpoint               the newest published, a signed note
//	tile/<level>/<n>[.p/<w>] hashes, tlog-tiles
//	tile/entries/<n>[.p/<w>] leaves and epochs, 256 each
//	copy/<n>[.p/<w>]         the events behind them, each with a CRC-32C
//	lock/<sequence>          the newest signed checkpoint, in a place of its own
//
// # What a crash leaves
//
//   - before the lock moves: files of entries that no checkpoint covers. Opening
//     does not read them, and they are replaced.
//   - after the lock moved, before publishing: opening publishes what is locked.
//
// Nothing is signed before its files are synced, and no signature leaves before
// the lock holds it. A second sealer fails to move the lock; so does one whose
// files are an old backup's, because it cannot find the locked size.
//
// # Limits
//
// Hashes and heads are in memory: 64 bytes for each entry, about 150 for each
// stream and 12 for each fact. Opening reads all copies. Salts follow from one
// key: whoever holds it can test guesses at neighbours.
package seal

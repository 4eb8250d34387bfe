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
// What was acknowledged but not yet sealed is protected by the engine alone: an
// interval of a second, under load up to five, and what sealing itself takes.
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
// A leaf keeps the schema under which its facts were told, so that a later
// change of what is told of new events never changes an old leaf.
//
// # Files
//
//	checkpoint               the newest published, a signed note
//	tile/<level>/<n>[.p/<w>] hashes, tlog-tiles
//	tile/entries/<n>[.p/<w>] leaves and epochs, 256 each
//	copy/<n>[.p/<w>]         the events behind them, each with a CRC-32C
//	state                    heads, and where facts stand, as of some checkpoint
//	lock/<sequence>          the newest signed checkpoint, in a place of its own
//
// The lock belongs on another disk than the rest, and into no backup. The key
// that signs, and the one from which salts follow, are the caller's to keep:
// without the first the log ends, without the second old facts cannot be shown.
//
// # Opening
//
// All entries are read and held against the signed root. Up to the state their
// copies are not: the state counts if its heads lead to the head map that the
// log's own epoch of that size commits. After it, and without it, every entry
// must follow from its copy. [Copies] reads the whole second copy, to make a
// ledger again; [Sealer.Holds] tells whether a ledger still has the newest
// sealed event.
//
// # What a crash leaves
//
//   - before the lock moves: files of entries that no checkpoint covers. Opening
//     does not read them, and they are replaced.
//   - after the lock moved, before publishing: opening publishes what is locked.
//
// Nothing is signed before its files are synced, and no signature leaves before
// the lock holds it. Cosignatures are asked for after that and before
// publishing; proofs wait for them, so that none is as of a checkpoint without.
// A second sealer on the same lock fails to move it; two with locks of their own
// do not notice each other: of a cluster's nodes one seals, or all name one
// folder for the lock.
//
// # An old backup
//
// A store that is older than the lock lacks files that the lock's checkpoint
// covers, and is refused. A ledger that is older than the store lacks the newest
// sealed event, and is refused, or made again from the copies. Where the lock is
// an old one too, a witness that knows a longer log refuses to cosign; without
// witnesses nobody here can tell. What is lost for good is gone on from by
// another log, whose first entry, an [After], names the old one's checkpoint.
//
// # Limits
//
//   - What was acknowledged after the newest checkpoint is in no copy.
//   - Memory, for 64-bit machines: 72 bytes for each entry (hashes and position),
//     16 for each fact, some 150 for each item, and 250 for each stream of the
//     ledger, of which every capture is one. Ten million captures of one item each,
//     of a million items: 3.7 GB, computed. More than 2^32-1 facts are refused. A
//     hundred million do not fit into a small machine: that needs hashes read from
//     tiles and heads on disk.
//   - A partial file is written again at each checkpoint until it has 256 entries:
//     captures of thousands of items cost their size several times in writes.
//   - The depth of the head map stays what it was at first.
//   - Salts follow from one key: whoever holds it can test guesses at neighbours.
package seal

// Package pebblelog keeps the ledger in an embedded Pebble database.
//
// # What it promises
//
// When Append returns without an error, its events have been synced to disk.
// Nobody sees an event before that: All, Stream and Follow end at the durable
// position, and an answer that tells of an event (a repeat, a conflict) waits
// until that event is durable. Positions are dense: the first event is at 1,
// the n'th at n. Damage is refused, never read over.
//
// # Files
//
//	<Dir>/                 the database: Pebble's tables, write-ahead logs, manifest
//	<Dir>/index.tmp        an index table being written
//	<Dir>/ballast          reserved space, given up when the disk is full
//	<Dir>.position         the high water note, in the directory above
//	<Dir>.position.tmp     the note being replaced
//
// # Keys
//
// All numbers are big endian. A uvarint is that of encoding/binary.
//
//	'e' position(8)                    → record
//	's' hash(16) n(1) revision(n)      → uvarint position
//	'm' "id"                           → 1, identity(16)
//	'm' "ix"                           → uvarint position: the index goes that far
//
// The hash is the first half of the SHA-256 of the stream's name; a revision
// has as many bytes as it needs, n, so that revision 0 has none. The name is in
// the record and is compared wherever one is read: a stream whose hash another
// one has cannot be begun.
//
// # Record
//
//	 0       1                 7                  23
//	+-------+-----------------+------------------+----------+
//	| 1     | created         | event id         | revision |  …
//	| (1)   | (6) ms of 1970  | (16)             | uvarint  |
//	+-------+-----------------+------------------+----------+
//	+----------+--------+------+------+------+------+------+------+-----------+
//	| uvarint  | stream | uvarint type| uvarint meta| uvarint data| CRC-32C   |
//	| length   |        | length      | length      | length      | (4)       |
//	+----------+--------+------+------+------+------+------+------+-----------+
//
// The checksum covers the position (8 bytes) and then the record up to the
// checksum, so that a record under another key does not pass. It is checked on
// every read.
//
// The high water note is 36 bytes: "wmhigh", 0, 1, identity(16), position(8)
// and the CRC-32C (4) of what stands before.
//
// # An append
//
//	caller   validate, encode, queue                                  Append
//	writer   take what waits                                          write
//	         judge each against index and database                    judge
//	         give positions, put records into one batch               stage
//	         apply the batch: in the write-ahead log and memtable     apply
//	syncer   wait for the sync                                        sync
//	         advance the durable position, feed the live tail         publish
//	         answer the callers
//
// One writer gives out positions, so they need no lock. While the syncer waits
// for one group the writer gathers the next; it applies that at once only where
// it is no smaller than the one being synced, because two small groups would
// cost two syncs. Nothing waits for a timer.
//
// Whether a stream exists is judged without reading a block: recent streams are
// in memory, and of all others the tables' filters know.
//
// What is imported ([ledger.Importer]) goes the same way with a time of its own in
// its record. Many groups are queued at once; the writer refuses one whose
// predecessor it refused, so that a refusal leaves no gap.
//
// # The index of streams
//
// Index keys are random, and putting them beside the events would cost more
// than the events themselves: every key lands somewhere else in the memtable.
// They gather in memory instead, for 131,072 events, then are sorted, written
// to a table of their own and handed to Pebble together with 'm' "ix". The
// events are the index's write-ahead log: opening reads those after "ix" and
// has in memory what was there before.
//
// # What a crash leaves
//
//   - before apply: nothing. The caller has no answer and appends again.
//   - after apply, before the sync: the whole batch, or none of it: Pebble checks
//     a batch as one. The batches there are a prefix of those applied, so
//     positions have no gap. The caller appends again; where its events are
//     there, it gets their receipt.
//   - after the sync: all of it. Followers may not have been fed; they resume
//     after the last position they dealt with.
//   - while the index table is written: index.tmp, which the next one overwrites.
//   - after the table was linked, before the manifest names it: a table that the
//     manifest does not name. Opening deletes it; "ix" does not count its events.
//   - after the manifest: the table. It was begun only when its events were
//     durable, so no entry points beyond the last event.
//   - while the note is replaced: the old note or the new one. Both tell of
//     positions that are durable.
//   - while a new log is created: directories whose entries are synced from the
//     top down; a database that is empty or not there; identity before events.
//
// A sync or write that fails is not tried again: what the kernel did with the
// pages is unknown. The callers get ErrUnknown and the process exits with
// [ExitIO]; opening the log again finds what is there. Pebble's own Fatalf does
// the same and never returns: Pebble would acknowledge the write otherwise.
//
// # Opening
//
// The database is opened read-only, and the log refused with ErrDamaged, before
// anything is changed, where
//
//   - files of a database are there, but nothing that names them;
//   - any of the last 1,000,000 positions is missing, or one of 10,000 evenly
//     spread events is missing, fails its checksum or is not in the index where
//     it should be. A gap wider than one part in 10,000 cannot hide;
//   - a table that the manifest does not name holds an event or index entry that
//     the database has not. After a crash there may be such tables, whose
//     entries are in other tables or in the write-ahead log as well; a manifest
//     that lost an edit leaves one whose entries are nowhere. Opened for
//     writing, Pebble would delete it;
//   - the note tells of another log, or of a position beyond the end.
//
// Deletions are not held back beyond that: what the database deletes while it
// is open, it knows to be elsewhere.
//
// # Limits
//
//   - The note is written each second and when the log is closed. Pebble's newest
//     format tells damage inside its write-ahead log from the log's end, but not
//     a log that was cut off cleanly. So if the process dies, and then the last
//     write-ahead log is cut, and only events of the last second are gone with
//     it, the log opens without them. After Close there is no such window.
//     Another copy of the log is what covers it.
//   - A disk that acknowledges a sync and forgets it loses what it forgot, and
//     the same window applies to noticing.
//   - A bit that flips in a block between two full checks is met by whoever reads
//     it: that read fails, appends stop, all else is served. [Check] reads
//     everything; [Log.Verify] does so while the log is open.
//   - One process has the log open at a time. A directory that is deleted, moved
//     or replaced under it ends the process with [ExitIO] within a second, and
//     before the next acknowledgement; nothing is written to what stands there
//     now. What was acknowledged before went with the directory.
//   - Memory: the queue (64 MiB), the live tail (16 MiB and 8,192 events), the
//     index (some 25 MB for 262,144 events), four memtables and the cache.
//   - A stream's own index entries are read from disk in order; a stream with
//     millions of events is read as fast as its events lie apart.
package pebblelog

// Package esdblog keeps the ledger in an EventStoreDB cluster, which many nodes
// of Waymark append to and follow.
//
// # What it promises
//
// All of [ledger.Log]. When Append returns without an error a majority of the
// cluster has the events. Appends and reads are answered by the leader, so that
// what was acknowledged anywhere is read everywhere; followers are fed by
// whichever node the connection string prefers.
//
// An append whose outcome is unknown (the connection broke, the cluster timed
// out, the leader moved) is sent again, identically, until the caller's context
// ends; then it is [ledger.ErrUnknown]. The cluster compares the ids of events
// with what the stream holds, for ever and on every node, because an append
// always names an exact revision. So no repeat is recorded twice.
//
// # Positions
//
// A position is the cluster's commit position and one. They are sparse: between
// two of them there is no place, except that the position before an event's
// stands for the place right before it. A position that is neither is
// [ledger.ErrPosition].
//
// # Streams and events
//
// A ledger's streams begin with a prefix, "wm-"; other streams of the cluster
// are not part of it. A stream that is called so is stored under its own name,
// any other as "wm-=" and its name.
//
// Data that is JSON and short is stored as it is, so that an operator can read
// it. All else is stored as application/octet-stream with one byte before it:
// 0 for plain, 1 for Zstandard, whichever is smaller. A capture of thousands of
// serials is one event of a few kilobytes, which is what the cluster replicates
// and every node reads.
//
// An event that was imported ([ledger.Importer]) has before that byte a 2 and the
// time at which the log that it comes from recorded it, 48 bits of milliseconds
// since 1970. An append never begins so: nobody but an import chooses its time.
// The cluster's own record still says when it was imported.
//
// # Repeats
//
// The cluster acknowledges a repeat as it does an append. [ledger.Receipt] says
// Duplicate where the position is one that this log had come to know before it
// sent the append: by opening, a receipt, a read or a follower. A repeat that
// reaches another node before that node has followed the first comes back with
// the first's position, but not as a Duplicate.
//
// # The client
//
// EventStore-Client-Go v4.2.0 is the last of its line. What it does wrong is
// dealt with by using each of its clients for one call at a time, and closing it
// after anything but a clear answer:
//
//   - discovery that fails ends a client for good, and callers that share it
//     wait for ever: nobody shares one, and the next call takes a new one;
//   - Close panics under calls: a client is closed by who used it last;
//   - discovery does not end with the context: callers leave it behind;
//   - a reconnect to the leader ends the subscriptions of a client, and leaks its
//     connection: followers have clients of their own, and a client that failed is
//     closed;
//   - requires-leader is never sent: it is put into the outgoing metadata here;
//   - an append above the server's limit comes back as EOF: it is not sent;
//   - a subscription from nil begins at the end, and is not taken up again when it
//     drops: it is given its place, and taken up again here;
//   - an answer of a newer server can panic: it becomes an error;
//   - bad values in the connection string are swallowed: [Open] refuses them.
//
// # Running the cluster
//
//   - StreamExistenceFilterSize: the number of streams to be, one per capture, in
//     bytes of memory; its default of 256 MB is good for about 256 million.
//   - The user needs read rights on $all, which administrators alone have by
//     default. As an administrator set the stream metadata of $all to
//     {"$acl":{"$r":["$admins","waymark"]}}.
//   - It needs no right to delete and none to write metadata. Both are everybody's
//     on ordinary streams, until an administrator writes to $settings an event of
//     type update-default-acl with the data
//     {"$userStreamAcl":{"$r":"$all","$w":"$all","$d":"$admins","$mr":"$all","$mw":"$admins"},
//     "$systemStreamAcl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}.
//   - MaxAppendSize of 1 MiB, its default, or more. Below it an append that is too
//     large for the cluster cannot be told from one whose outcome is unknown.
//   - No $maxAge and no $maxCount on the ledger's streams: a ledger forgets
//     nothing. A stream that was deleted is [ledger.ErrDamaged].
//   - An event costs what it holds, twice its stream's and type's names, and some
//     120 bytes, of which 24 are the index's.
//
// SCALE.md reckons sizes. A backup is the cluster's own, or waymark copy to a
// folder. A copy to a cluster goes one append at a time: 6,000 a second to a
// cluster in the same process, one for each round trip over a network.
//
// All this was run against esdbtest, which is no EventStoreDB. Against a real
// cluster: WAYMARK_ESDB_URL=esdb://… go test ./ledger/esdblog -run Contract, or
// go test -c ./ledger/esdblog for a binary to run beside it.
//
// What is lost when what fails: a minority of the cluster, or any node of
// Waymark, nothing. Without a majority, or without a network, appends wait and
// then are ErrUnknown; followers wait, and queries answer what the views hold.
package esdblog

// Package witness is about those who vouch that a log shows everybody the same:
// it reads the policies that say whose cosignatures count (C2SP tlog-policy),
// serves a witness (C2SP tlog-witness), and asks witnesses to cosign.
//
// A [Server] keeps, of each log, the last checkpoint that it cosigned. It
// cosigns another only with a proof that the one extends the other, and only
// after the new one is on disk. Two servers may share a folder: the state moves
// by compare-and-swap, so that one of them is told of a conflict.
package witness

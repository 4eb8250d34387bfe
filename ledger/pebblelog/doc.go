// Package pebblelog keeps the ledger in an embedded Pebble database.
package pebblelog

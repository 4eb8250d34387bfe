package pebblelog

import "github.com/cockroachdb/pebble/v2"

// Tuning returns the options with which the log opens its database.
func Tuning(o Options) *pebble.Options {
	p := o.withDefaults().tuning()
	p.Logger = databaseLogger{&Log{opts: o.withDefaults()}}
	return p
}

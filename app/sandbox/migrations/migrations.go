// Package migrations holds the tables of the sandbox.
package migrations

import "embed"

// Files are goose's migrations, in order of their numbers.
//
//go:embed *.sql
var Files embed.FS

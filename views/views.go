// Package views holds the HTML templates.
package views

import "embed"

// FS holds every template by its path.
//
//go:embed account frame fragments sandbox shop
var FS embed.FS

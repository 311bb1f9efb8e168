// Package public holds what browsers fetch: styles, scripts, pictures, and in
// vendor the browser libraries that the Makefile fetches.
package public

import "embed"

// FS holds every public file by its path. The folders are named one by one, so
// that nothing else of this folder is ever served.
//
//go:embed css js img vendor
var FS embed.FS

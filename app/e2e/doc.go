// Package e2e holds the tests that keep Till's promises to a buyer in a real
// Chromium, at each provider: the same command line as anybody's, on free ports,
// with pages clicked and looked at as people do. It has no code of its own.
package e2e

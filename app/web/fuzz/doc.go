// Package fuzz feeds the shop's doors what strangers may send. It stands apart
// from web's own tests because those need a database, which takes minutes to
// build for a fuzzer; here everything is kept in memory.
package fuzz

package e2e

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"
)

// TestMain lets more tests run at once than there are cores, unless -parallel
// says otherwise: each waits for a provider, a socket or a countdown most of its
// time.
func TestMain(m *testing.M) {
	const each = 2 // tests for a core
	flag.Parse()
	if !isSet("test.parallel") {
		if err := flag.Set("test.parallel", fmt.Sprint(each*runtime.GOMAXPROCS(0))); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// isSet reports whether a flag was given.
func isSet(name string) bool {
	found := false
	flag.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

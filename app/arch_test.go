package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is who may import whom, ours only. A package that is missing here
// fails the test: a new room gets its row first. "x/..." is x and all below it.
var mayImport = map[string][]string{
	"till/public": {},
	"till/views":  {},

	"till/app/shop":              {},
	"till/app/coinbase/rest":     {},
	"till/app/coinbase/commerce": {"till/app/coinbase/rest"},
	"till/app/coinbase/business": {"till/app/coinbase/rest"},
	"till/app/config":            {},
	"till/app/database":          {},

	"till/app/auth":      {"till/app/shop"},
	"till/app/gateway":   {"till/app/shop", "till/app/coinbase/..."},
	"till/app/inbox":     {"till/app/shop"},
	"till/app/live":      {"till/app/shop"},
	"till/app/reconcile": {"till/app/shop"},
	"till/app/store":     {"till/app/shop", "till/app/database"},
	"till/app/page":      {"till/views", "till/public"},
	"till/app/web":       {"till/app/shop", "till/app/auth", "till/app/inbox", "till/app/live", "till/app/page"},
	"till/app/web/fuzz":  {},
	"till/app/sandbox/...": {
		"till/app/coinbase/...", "till/app/database", "till/app/page", "till/app/sandbox/...",
	},

	"till/app/cli": {
		"till/app/shop", "till/app/auth", "till/app/coinbase/...", "till/app/config", "till/app/database", "till/app/gateway",
		"till/app/inbox", "till/app/live", "till/app/reconcile", "till/app/store", "till/app/page", "till/app/web",
		"till/app/sandbox/...",
	},
	"till/app":       {"till/app/cli"},
	"till/app/e2e":   {"till/app/cli"},
	"till/app/bench": {"till/app/cli", "till/app/coinbase/..."},
	"till/app/chaos": {"till/app/cli", "till/app/coinbase/..."},
}

// TestImports holds the packages against the table. Test files may import what
// they test with.
func TestImports(t *testing.T) {
	t.Parallel()
	packages := listPackages(t)
	if len(packages) < 10 {
		t.Fatalf("only %d packages were found", len(packages))
	}
	for path, imports := range packages {
		allowed, ok := rowOf(path)
		if !ok {
			t.Errorf("%s has no row in the import table", path)
			continue
		}
		for _, imported := range imports {
			ours := imported == "till" || strings.HasPrefix(imported, "till/")
			if ours && !slices.ContainsFunc(allowed, func(a string) bool { return covers(a, imported) }) {
				t.Errorf("%s imports %s, which the table does not allow", path, imported)
			}
		}
	}
}

// TestTheDomainStandsAlone keeps shop to the standard library, exact decimals,
// and the helper of golang.org/x its cashier needs.
func TestTheDomainStandsAlone(t *testing.T) {
	t.Parallel()
	known := []string{"github.com/shopspring/decimal", "golang.org/x/sync/singleflight"}
	for _, imported := range listPackages(t)["till/app/shop"] {
		host, _, _ := strings.Cut(imported, "/")
		if strings.Contains(host, ".") && !slices.Contains(known, imported) {
			t.Errorf("shop imports %s", imported)
		}
	}
}

func rowOf(path string) ([]string, bool) {
	if row, ok := mayImport[path]; ok {
		return row, true
	}
	for pattern, row := range mayImport {
		if covers(pattern, path) {
			return row, true
		}
	}
	return nil, false
}

func covers(pattern, path string) bool {
	base, below := strings.CutSuffix(pattern, "/...")
	return path == base || (below && strings.HasPrefix(path, base+"/"))
}

// listPackages returns the imports of every package of the module.
func listPackages(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "till/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := map[string][]string{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		packages[p.ImportPath] = p.Imports
	}
}

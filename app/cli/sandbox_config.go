package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"till/app/config"
)

// defaultFile is the configuration when nobody names one.
const defaultFile = "config.ini"

// boxFlag is a flag of `till sandbox` that stands for a setting.
type boxFlag struct{ name, variable, usage string }

func boxFlags() []boxFlag {
	return []boxFlag{
		{"listen", "TILL_SANDBOX_LISTEN", "where to listen, such as 127.0.0.1:8402; port 0 is any free one"},
		{"api-key", "TILL_SANDBOX_API_KEY", "the API key clients have to send"},
		{"secret", "TILL_SANDBOX_WEBHOOK_SECRET", "the shared secret webhooks are signed with"},
		{"webhook-url", "TILL_SANDBOX_WEBHOOK_URL", "where webhooks go"},
		{"business-webhook-url", "TILL_SANDBOX_BUSINESS_WEBHOOK_URL", "where those of Coinbase Business go"},
		{"shape", "TILL_SANDBOX_SHAPE", "how charges look: 2018 or onchain"},
		{"public-url", "TILL_SANDBOX_PUBLIC_URL", "the address browsers reach it by"},
	}
}

// addBoxFlags defines the flags. What it returns gives the environment with
// those over it that were typed.
func addBoxFlags(c *cobra.Command) func(env []string) []string {
	values := map[string]*string{}
	for _, f := range boxFlags() {
		values[f.name] = c.Flags().String(f.name, "", f.usage)
	}
	return func(env []string) []string {
		env = slices.Clone(env)
		for _, f := range boxFlags() {
			if c.Flags().Changed(f.name) {
				env = append(env, f.variable+"="+*values[f.name])
			}
		}
		return env
	}
}

// loadSandbox reads the configuration of a sandbox that runs alone. Where no
// config.ini is and none was named, the defaults hold and the working folder
// takes the place of the file's: who only wants a sandbox writes no file.
func (p *program) loadSandbox(env []string) (config.Config, error) {
	_, err := os.Stat(p.file)
	if p.file != defaultFile || !errors.Is(err, fs.ErrNotExist) {
		return config.LoadSandbox(p.file, env)
	}
	dir, err := os.Getwd()
	if err != nil {
		return config.Config{}, fmt.Errorf("find the working folder: %w", err)
	}
	cfg, err := config.LoadSandbox(os.DevNull, rooted(env, dir))
	cfg.File, cfg.Dir = filepath.Join(dir, defaultFile), dir
	return cfg, err
}

// rooted writes the sandbox's store with its whole path: a relative one is
// meant from dir.
func rooted(env []string, dir string) []string {
	const name = "TILL_SANDBOX_STORE="
	store := "sqlite:data/sandbox.db"
	for _, pair := range env {
		if value, ok := strings.CutPrefix(pair, name); ok && strings.TrimSpace(value) != "" {
			store = strings.TrimSpace(value)
		}
	}
	if path, ok := strings.CutPrefix(store, "sqlite:"); ok && path != "" && !filepath.IsAbs(path) {
		store = "sqlite:" + filepath.Join(dir, path)
	}
	return append(slices.Clone(env), name+store)
}

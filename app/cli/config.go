package cli

import (
	"context"

	"github.com/spf13/cobra"

	"till/app/coinbase/business"
	"till/app/config"
)

func (p *program) configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Tell about the configuration"}
	c.AddCommand(run("print", "Print what holds, and where it comes from",
		"Print the configuration as it holds after the environment, in the form of config.ini.\nSecrets are not shown, only whether they are set.",
		func(context.Context) error {
			cfg, err := p.load()
			if err != nil {
				return err
			}
			return cfg.Print(p.stdout)
		}))
	return c
}

// load reads the configuration. With the sandbox on, its keys are found or
// made, so that every command sees the same ones.
func (p *program) load() (config.Config, error) {
	cfg, err := config.Load(p.file, p.env)
	if err != nil || !cfg.Sandbox.Enabled {
		return cfg, err
	}
	return cfg, cfg.GenerateSandboxKeys(p.host.Random, business.GenerateKey)
}

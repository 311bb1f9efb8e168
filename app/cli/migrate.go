package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"till/app/store"
)

func (p *program) migrateCommand() *cobra.Command {
	return run("migrate", "Bring the database up to date and stop",
		"Bring the database up to date and stop. `till serve` does so by itself at its start.",
		func(ctx context.Context) error {
			s, err := p.openStore(ctx)
			if err != nil {
				return err
			}
			if err := s.Close(); err != nil {
				return err
			}
			_, err = fmt.Fprintln(p.stdout, "The database is up to date.")
			return err
		})
}

// openStore opens the configured store for a command.
func (p *program) openStore(ctx context.Context) (*store.Store, error) {
	cfg, err := p.load()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, cfg.Store.URL, p.logger())
}

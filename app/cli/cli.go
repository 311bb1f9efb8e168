// Package cli is Till's command line, and in serve.go the one place where its
// parts are joined.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// Host is what a program takes from the machine it runs on and a test may want
// to choose.
type Host struct {
	Now    func() time.Time
	Random io.Reader
}

// program is one run of the command line.
type program struct {
	host   Host
	env    []string
	secret string // of `till trigger --url`, no setting of the configuration
	file   string // of --config
	stdout io.Writer
	stderr io.Writer
}

// errTold marks a failure that has been told already.
var errTold = errors.New("told")

// Run runs the command line and returns the exit status: 0, or 1 after a
// failure that stderr explains. args are without the program's name; env is as
// [os.Environ] returns it. Commands that serve run until ctx ends.
func Run(ctx context.Context, host Host, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{host: host, stdout: stdout, stderr: stderr}
	p.env, p.secret = take(env, triggerSecret)
	root := p.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !errors.Is(err, errTold) {
		_, _ = fmt.Fprintf(stderr, "till: %v\n", err) // nobody is left to tell when this fails
	}
	return 1
}

// take returns what a variable holds, and the environment without it.
func take(env []string, name string) (rest []string, value string) {
	for _, pair := range env {
		if held, ok := strings.CutPrefix(pair, name+"="); ok {
			value = held
			continue
		}
		rest = append(rest, pair)
	}
	return rest, value
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "till",
		Short:         "A self-hosted till that takes crypto payments through Coinbase",
		SilenceErrors: true,
		SilenceUsage:  true,
		CompletionOptions: cobra.CompletionOptions{
			DisableDefaultCmd: true,
		},
	}
	root.PersistentFlags().StringVar(&p.file, "config", defaultFile, "the configuration; paths in it are relative to it")
	root.AddCommand(
		p.serveCommand(), p.sandboxCommand(), p.triggerCommand(), p.listenCommand(), p.checkCommand(),
		p.eventsCommand(), p.replayCommand(), p.reconcileCommand(), p.ordersCommand(), p.refundCommand(),
		p.checkoutCommand(), p.webhookCommand(), p.migrateCommand(), p.configCommand(),
	)
	return root
}

// run wraps a command that takes no arguments.
func run(use, short, long string, do func(ctx context.Context) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return do(cmd.Context()) },
	}
}

package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (p *program) clockCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "clock", Short: "Tell the sandbox's time, or move it forward", Args: cobra.NoArgs,
		Long: "Tell the sandbox's time. With --advance it moves forward: charges expire, payments are confirmed and\n" +
			"webhooks are tried again as if so long had passed. It never moves back.",
	}
	advance := c.Flags().Duration("advance", 0, "how far, such as 61m or 72h")
	return p.atControl(c, func(ctx context.Context, at control, _ []string) error {
		return p.clock(ctx, at, *advance)
	})
}

func (p *program) clock(ctx context.Context, at control, advance time.Duration) error {
	var reply struct {
		Data struct {
			Now    time.Time `json:"now"`
			Offset string    `json:"offset"`
		} `json:"data"`
	}
	var err error
	switch {
	case advance < 0:
		return fmt.Errorf("--advance %s goes back: time only moves forward here", advance)
	case advance > 0:
		err = at.post(ctx, "/clock", map[string]string{"advance": advance.String()}, &reply)
	default:
		err = at.get(ctx, "/clock", nil, &reply)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s, ahead by %s\n", moment(reply.Data.Now), reply.Data.Offset)
	return err
}

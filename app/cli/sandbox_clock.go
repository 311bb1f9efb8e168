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
			"webhooks are tried again as often as if so long had passed; what of it has not happened after ten\n" +
			"seconds happens at the end. It never moves back.",
	}
	advance := c.Flags().Duration("advance", 0, "how far, such as 61m or 72h")
	return p.atControl(c, func(ctx context.Context, at control, _ []string) error {
		return p.clock(ctx, at, *advance)
	})
}

// clockReply is the sandbox's time.
type clockReply struct {
	Now    time.Time `json:"now"`
	Offset string    `json:"offset"`
}

// clock asks for the sandbox's time.
func (c control) clock(ctx context.Context) (clockReply, error) {
	var reply struct {
		Data clockReply `json:"data"`
	}
	err := c.get(ctx, "/clock", nil, &reply)
	return reply.Data, err
}

// advance moves the sandbox's time forward and returns it.
func (c control) advance(ctx context.Context, by time.Duration) (clockReply, error) {
	var reply struct {
		Data clockReply `json:"data"`
	}
	err := c.post(ctx, "/clock", map[string]string{"advance": by.String()}, &reply)
	return reply.Data, err
}

func (p *program) clock(ctx context.Context, at control, advance time.Duration) error {
	var now clockReply
	var err error
	switch {
	case advance < 0:
		return fmt.Errorf("--advance %s goes back: time only moves forward here", advance)
	case advance > 0:
		now, err = at.advance(ctx, advance)
	default:
		now, err = at.clock(ctx)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s, ahead by %s\n", moment(now.Now), now.Offset)
	return err
}

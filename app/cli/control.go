package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"till/app/config"
)

// keyHeader is what the API key is sent in.
const keyHeader = "X-CC-Api-Key"

// control is the door of a running sandbox that no provider has.
type control struct {
	base string // the sandbox's address, without a slash at the end
	key  config.Secret
	http *http.Client
}

// refusal is a control door's answer that is not 200.
type refusal struct {
	status  int
	message string
}

// Error is the sandbox's sentence.
func (r *refusal) Error() string { return r.message }

// unreached is that no sandbox answers.
type unreached struct {
	base string
	err  error
}

// Error says what to do.
func (u *unreached) Error() string {
	return fmt.Sprintf("no sandbox answers at %s. Start one with `till sandbox` or `till serve`, or say --sandbox URL: %v", u.base, u.err)
}

// atControl adds --sandbox to a command that talks to a running sandbox.
func (p *program) atControl(c *cobra.Command, do func(ctx context.Context, at control, args []string) error) *cobra.Command {
	address := sandboxFlag(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		at, err := p.control(*address)
		if err != nil {
			return err
		}
		return do(cmd.Context(), at, args)
	}
	return c
}

func sandboxFlag(c *cobra.Command) *string {
	return c.Flags().String("sandbox", "", "the running sandbox's address; without it the configuration tells")
}

// get reads what is at path into into.
func (c control) get(ctx context.Context, path string, query url.Values, into any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.call(ctx, http.MethodGet, path, nil, into)
}

// post sends body, nil for an empty one, and reads the answer into into.
func (c control) post(ctx context.Context, path string, body, into any) error {
	return c.call(ctx, http.MethodPost, path, body, into)
}

// delete takes away what is at path.
func (c control) delete(ctx context.Context, path string) error {
	return c.call(ctx, http.MethodDelete, path, nil, nil)
}

// call asks the door. What it refuses is a [*refusal] with its own sentence.
func (c control) call(ctx context.Context, method, path string, body, into any) error {
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &unreached{c.base, err}
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	if resp.StatusCode != http.StatusOK {
		return c.refused(resp)
	}
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("%s does not answer as a sandbox of this version does: %w", c.base, err)
	}
	return nil
}

func (c control) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write the request: %w", err)
		}
		content = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/control"+path, content)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.key != "" {
		req.Header.Set(keyHeader, c.key.Reveal())
	}
	return req, nil
}

// refused turns an answer that is not 200 into an error for people.
func (c control) refused(resp *http.Response) error {
	var told struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&told)
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("the sandbox at %s does not accept the API key: set TILL_SANDBOX_API_KEY to the one it was started with", c.base)
	case err != nil || told.Error.Message == "":
		return fmt.Errorf("%s answered %s and is no sandbox: check the address", c.base, resp.Status)
	default:
		return &refusal{resp.StatusCode, told.Error.Message}
	}
}

// missing reports whether the sandbox knows no such thing.
func missing(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.status == http.StatusNotFound
}

// conflict reports whether the sandbox knows it, and cannot do that with it now.
func conflict(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.status == http.StatusConflict
}

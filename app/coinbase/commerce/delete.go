package commerce

import (
	"context"
	"errors"
	"net/http"

	"till/app/coinbase/rest"
)

// DeleteCheckout takes a checkout off the provider's shelf; charges made from
// it stay. That it is gone after an earlier try without a clear answer is
// success.
func (c *Client) DeleteCheckout(ctx context.Context, id string) error {
	path, err := checkoutPath(id)
	if err != nil {
		return err
	}
	err = c.api.Call(ctx, rest.Request{Method: http.MethodDelete, Path: path, Silent: true, Read: readDeleted})
	var e *Error
	if errors.As(err, &e) && e.Heard() && e.NotFound() {
		return nil
	}
	return err
}

// readDeleted reads what a deletion is answered with: nothing, or an object
// that does not say that nothing was deleted.
func readDeleted(answer []byte) error {
	if len(answer) == 0 {
		return nil
	}
	var reply struct {
		Deleted *bool `json:"deleted"`
	}
	if err := rest.Decode(answer, &reply); err != nil {
		return err
	}
	if reply.Deleted != nil && !*reply.Deleted {
		return errors.New("it says that nothing was deleted")
	}
	return nil
}

package commerce

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// CreateCharge asks for a new charge. It is sent again only when it is certain
// that nothing was made: there was no connection, or the answer was 429. After
// any other [*Error] with Sent set, the charge may exist all the same.
func (c *Client) CreateCharge(ctx context.Context, req CreateCharge) (Charge, error) {
	body, err := json.Marshal(req)
	if err != nil {
		return Charge{}, &Error{Err: fmt.Errorf("write the request: %w", err)}
	}
	return c.charge(ctx, http.MethodPost, "/charges", body)
}

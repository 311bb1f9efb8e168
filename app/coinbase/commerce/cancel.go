package commerce

import (
	"context"
	"net/http"
)

// CancelCharge asks the provider to take no more money for a charge. It does
// so only while the charge is NEW; the onchain API has no such call at all.
func (c *Client) CancelCharge(ctx context.Context, codeOrID string) (Charge, error) {
	path, err := chargePath(codeOrID)
	if err != nil {
		return Charge{}, err
	}
	return c.charge(ctx, http.MethodPost, path+"/cancel", nil)
}

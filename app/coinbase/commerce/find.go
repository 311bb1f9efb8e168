package commerce

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// FindCharge asks for one charge by its code or its id.
func (c *Client) FindCharge(ctx context.Context, codeOrID string) (Charge, error) {
	path, err := chargePath(codeOrID)
	if err != nil {
		return Charge{}, err
	}
	return c.charge(ctx, http.MethodGet, path, nil)
}

// charge asks for something that is answered with one charge.
func (c *Client) charge(ctx context.Context, method, path string, body []byte) (Charge, error) {
	var found Charge
	err := c.call(ctx, request{method: method, path: path, body: body, read: func(answer []byte) error {
		var reply Reply[Charge]
		if err := decode(answer, &reply); err != nil {
			return err
		}
		if !reply.Data.Known() {
			return errors.New("it holds no charge")
		}
		found = reply.Data
		return nil
	}})
	return found, err
}

// ValidKey reports whether a text can be a charge's code or id, so that it may
// stand in a path without leading elsewhere.
func ValidKey(codeOrID string) bool {
	const most = 128
	rest := strings.Trim(codeOrID, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	return codeOrID != "" && rest == "" && len(codeOrID) <= most
}

func chargePath(codeOrID string) (string, error) {
	if !ValidKey(codeOrID) {
		return "", &Error{Err: fmt.Errorf("%.40q is no charge's code or id", codeOrID)}
	}
	return "/charges/" + codeOrID, nil
}

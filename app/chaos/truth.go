package main

import (
	"context"
	"net/http"

	"till/app/coinbase/commerce"
)

// charge is a payment as the provider knows it: the truth.
type charge struct {
	Order, Code string
	Steps       []standing // oldest first
	Untold      int        // how many of the last steps nobody could tell the shop of
}

// resource is a charge of Commerce or a checkout of Business as control shows
// it: the latter has no code of its own, and refunds.
type resource struct {
	ID       string            `json:"id"`
	Code     string            `json:"code"`
	Status   string            `json:"status"`
	Metadata commerce.Metadata `json:"metadata"`
	Timeline []commerce.Step   `json:"timeline"`
	Refunds  []refund          `json:"refunds"`
}

type refund struct {
	Status string `json:"status"`
}

// ofBusiness reports who takes the payment.
func (r resource) ofBusiness() bool { return r.Code == r.ID }

// truth returns every charge. Once the shop has moved, it also finds out what
// could not be told of those at Commerce. The webhooks are asked for last, so
// that none is missing of a step that is known.
func (b *box) truth(ctx context.Context, moved bool) ([]charge, error) {
	var list []resource
	if err := b.call(ctx, http.MethodGet, "/control/charges", nil, &list); err != nil {
		return nil, err
	}
	told := map[string][]notice{}
	if moved {
		var err error
		if told, err = b.notices(ctx); err != nil {
			return nil, err
		}
	}
	all := make([]charge, len(list))
	for i, r := range list {
		all[i] = charge{Order: r.Metadata["order_id"], Code: r.Code, Steps: append(stepsOf(r.Timeline), refundsOf(r)...)}
		if moved && !r.ofBusiness() {
			all[i].Untold = untoldSteps(len(all[i].Steps), told[r.Code])
		}
	}
	return all, nil
}

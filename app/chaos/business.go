package main

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"

	"till/app/coinbase/business"
)

// What only Coinbase Business has: how its sandbox is run, what becomes of a
// purchase there, and how the truth is read.

// businessSecret signs the webhooks of this run, nothing else.
const businessSecret = "5a2f9d0e-7c41-4f6b-a1d3-88e2b7c05e19"

// businessWebhookTroubles are those that its webhooks, or those of Commerce that
// still come, can have; each once in turn.
var businessWebhookTroubles = []string{
	"duplicate", "reorder", "delay", "drop", "wrong_signature", "altered_body", "truncated_body", "extra_fields",
	"foreign_event", "v0_only", "v1_only", "old_timestamp", "context_other", "integer_id",
}

// businessLives is what happens to purchases that begin after the move.
var businessLives = []life{
	{"paid at once", 27, []act{"pay"}},
	{"paid slowly", 10, []act{"detect", "confirm"}},
	{"confirmed by the network", 7, []act{"detect"}},
	{"never paid", 5, nil},
	{"expired", 7, []act{"expire"}},
	{"canceled at the provider", 4, []act{"cancel"}},
	{"canceled in the shop", 4, []act{actGiveUp}},
	{"failed", 3, []act{"fail"}},
	{"failed on its way", 3, []act{"detect", "fail"}},
	{"paid at the second try", 6, []act{"expire", actRetry, "pay"}},
	{"paid after it failed", 4, []act{"fail", actRetry, "pay"}},
	{"refunded", 6, []act{"pay", "refund"}},
	{"refunded in part", 6, []act{"pay", actRefundPart}},
	{"refunded in two parts", 3, []act{"pay", actRefundPart, "refund"}},
	{"refund failed", 3, []act{"pay", actRefundFail}},
	{"refunded at the second try", 2, []act{"pay", actRefundFail, "refund"}},
}

// businessEnvironment is what shop and sandbox are told beside what they are
// told of Commerce: the shop has a key that was made for this run, the sandbox
// its public half.
func businessEnvironment(box, shop string) ([]string, error) {
	id, secret, public, err := business.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return []string{
		"TILL_BUSINESS_BASE_URL=http://" + box + "/business", "TILL_BUSINESS_KEY_ID=" + id, "TILL_BUSINESS_KEY_SECRET=" + secret,
		"TILL_BUSINESS_WEBHOOK_SECRETS=" + businessSecret,
		"TILL_SANDBOX_BUSINESS_PUBLIC_KEY=" + public, "TILL_SANDBOX_BUSINESS_WEBHOOK_SECRET=" + businessSecret,
		"TILL_SANDBOX_BUSINESS_WEBHOOK_URL=http://" + shop + "/webhooks/business",
	}, nil
}

// payLink is where a page sends the buyer to pay: a charge by its code, a
// checkout by the name of its link.
var payLink = regexp.MustCompile(`href="[^"]*/(?:charges/([A-Z0-9]{8})|payment-links/(pl_[0-9a-z]{26}))"`)

// payName returns the name of what is to be paid on a page, "" if nothing is.
func payName(html string) string {
	m := payLink.FindStringSubmatch(html)
	if m == nil {
		return ""
	}
	return cmp.Or(m[1], m[2])
}

// doorOf is where control does something to what a page named, and what it
// wants to be told.
func doorOf(name string, what act) (path string, send any) {
	kind, word := "charges", string(what)
	if strings.HasPrefix(name, "pl_") {
		kind = "checkouts"
	}
	switch what {
	case actRefundPart:
		word, send = "refund", map[string]any{"amount": "1.00"} // less than anything costs
	case actRefundFail:
		word, send = "refund", map[string]any{"fail": true}
	}
	return "/control/" + kind + "/" + name + "/" + word, send
}

// refundsOf are the steps that refunds were, of which no timeline tells. Only
// the last can have sent back all there was.
func refundsOf(r resource) []standing {
	var steps []standing
	for _, one := range r.Refunds {
		if one.Status == business.RefundCompleted {
			steps = append(steps, standing{State: "partly_refunded"})
		}
	}
	if r.Status == business.StatusRefunded && len(steps) > 0 {
		steps[len(steps)-1].State = "refunded"
	}
	return steps
}

package main

import (
	"strings"
	"time"

	"till/app/coinbase/commerce"
)

// What only Coinbase Commerce has: how its sandbox is run, what becomes of a
// purchase there, and how the truth is read.

// The troubles its sandbox knows, each once in turn.
var (
	commerceWebhookTroubles = []string{
		"duplicate", "reorder", "delay", "drop", "wrong_signature", "altered_body", "truncated_body",
		"context_other", "no_resource", "integer_id", "extra_fields", "foreign_event",
	}
	commerceAPITroubles = []string{"latency", "rate_limit", "server_error", "html_error", "reset"}
)

// states is what a status of a charge means in the shop's words.
var states = map[string]string{
	commerce.StatusNew:        "waiting",
	commerce.StatusSigned:     "waiting",
	commerce.StatusPending:    "detected",
	commerce.StatusCanceled:   "canceled",
	commerce.StatusFailed:     "failed",
	commerce.StatusExpired:    "expired",
	commerce.StatusUnresolved: "unresolved",
	commerce.StatusCompleted:  "confirmed",
	commerce.StatusResolved:   "confirmed",
	commerce.StatusRefunded:   "refunded",
}

// commerceLives is what happens to purchases that begin at Commerce.
var commerceLives = []life{
	{"paid at once", 34, []act{"pay"}},
	{"paid slowly", 10, []act{"detect", "confirm"}},
	{"confirmed by the network", 6, []act{"detect"}},
	{"never paid", 5, nil},
	{"expired", 7, []act{"expire"}},
	{"canceled at the provider", 3, []act{"cancel"}},
	{"canceled in the shop", 4, []act{actGiveUp}},
	{"paid too little", 5, []act{"underpay"}},
	{"paid too much", 5, []act{"overpay"}},
	{"paid too little, accepted", 3, []act{"underpay", "resolve"}},
	{"paid late", 5, []act{"expire", "pay"}},
	{"paid twice", 4, []act{"pay", "twice"}},
	{"failed", 3, []act{"fail"}},
	{"paid at the second try", 4, []act{"expire", actRetry, "pay"}},
	{"paid at both tries", 2, []act{"expire", actRetry, "pay", actPayFirst}},
}

// commerceEnvironment is what the shop and the sandbox are told.
func commerceEnvironment(box, shop string, patience time.Duration) []string {
	return []string{
		"TILL_COINBASE_BASE_URL=http://" + box + "/commerce/", "TILL_COINBASE_API_KEY=" + apiKey,
		"TILL_COINBASE_WEBHOOK_SECRETS=" + secret,
		"TILL_SANDBOX_ENABLED=false", "TILL_SANDBOX_LISTEN=" + box, "TILL_SANDBOX_API_KEY=" + apiKey,
		"TILL_SANDBOX_WEBHOOK_SECRET=" + secret, "TILL_SANDBOX_WEBHOOK_URL=http://" + shop + "/webhooks/commerce",
		"TILL_SANDBOX_CONFIRM_AFTER=" + patience.String(),
	}
}

// stepsOf reads a timeline, in which Business's checkouts are in the words of
// Commerce, too.
func stepsOf(timeline []commerce.Step) []standing {
	var all []standing
	for _, s := range timeline {
		all = append(all, standingOf(s))
	}
	return all
}

// standingOf reads a step. Only an unresolved one's context names a problem.
func standingOf(s commerce.Step) standing {
	at := standing{State: states[s.Status]}
	if at.State == "unresolved" {
		at.Exception = strings.ToLower(s.Context)
	}
	return at
}

// untoldSteps is how many of a charge's last steps the shop cannot know of while
// the API is gone: their webhooks were dropped, or there never was one, as of a
// cancel. Every other step has one, in the same order.
func untoldSteps(steps int, told []notice) int {
	untold := 0
	for i := steps - 1; i >= 0 && (i >= len(told) || told[i].Dropped); i-- {
		untold++
	}
	return untold
}

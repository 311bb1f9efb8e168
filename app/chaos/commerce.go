package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"till/app/coinbase/commerce"
)

// What only Coinbase Commerce has: how its sandbox is run, told what to do and
// asked for the truth. Another provider gets a file like this one.

// The troubles its sandbox knows, each once in turn.
var (
	webhookTroubles = []string{
		"duplicate", "reorder", "delay", "drop", "wrong_signature", "altered_body", "truncated_body",
		"context_other", "no_resource", "integer_id", "extra_fields", "foreign_event",
	}
	apiTroubles = []string{"latency", "rate_limit", "server_error", "html_error", "reset"}
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

// payLink is where a page sends the buyer to pay.
var payLink = regexp.MustCompile(`href="[^"]*/charges/([A-Z0-9]{8})"`)

// box is the sandbox as its control door shows it.
type box struct {
	url  string
	http *http.Client
}

// environment is what the shop and the sandbox are told.
func environment(box, shop string, patience time.Duration) []string {
	return []string{
		"TILL_COINBASE_BASE_URL=http://" + box + "/commerce/", "TILL_COINBASE_API_KEY=" + apiKey,
		"TILL_COINBASE_WEBHOOK_SECRETS=" + secret,
		"TILL_SANDBOX_ENABLED=false", "TILL_SANDBOX_LISTEN=" + box, "TILL_SANDBOX_API_KEY=" + apiKey,
		"TILL_SANDBOX_WEBHOOK_SECRET=" + secret, "TILL_SANDBOX_WEBHOOK_URL=http://" + shop + "/webhooks/commerce",
		"TILL_SANDBOX_CONFIRM_AFTER=" + patience.String(),
	}
}

// charge is a payment as the provider knows it: the truth.
type charge struct {
	Order, Code string
	Steps       []standing // oldest first
}

// truth returns every charge.
func (b *box) truth(ctx context.Context) ([]charge, error) {
	var list []struct {
		Code     string            `json:"code"`
		Metadata commerce.Metadata `json:"metadata"`
		Timeline []commerce.Step   `json:"timeline"`
	}
	if err := b.call(ctx, http.MethodGet, "/control/charges", nil, &list); err != nil {
		return nil, err
	}
	all := make([]charge, len(list))
	for i, c := range list {
		all[i] = charge{Order: c.Metadata["order_id"], Code: c.Code}
		for _, s := range c.Timeline {
			all[i].Steps = append(all[i].Steps, standingOf(s))
		}
	}
	return all, nil
}

// standingOf reads a step. Only an unresolved one's context names a problem.
func standingOf(s commerce.Step) standing {
	at := standing{State: states[s.Status]}
	if at.State == "unresolved" {
		at.Exception = strings.ToLower(s.Context)
	}
	return at
}

// act does to a charge what the provider's control calls action. A refusal is
// no error: the charge has gone another way in the meantime.
func (b *box) act(ctx context.Context, code string, action act) error {
	err := b.call(ctx, http.MethodPost, "/control/charges/"+code+"/"+string(action), nil, nil)
	var said *refusal
	if errors.As(err, &said) && said.status == http.StatusConflict {
		return nil
	}
	return err
}

// bring begins a trouble and returns its id.
func (b *box) bring(ctx context.Context, t trouble) (string, error) {
	var made struct {
		ID string `json:"id"`
	}
	err := b.call(ctx, http.MethodPost, "/control/troubles", t, &made)
	return made.ID, err
}

// take ends a trouble; "" ends all.
func (b *box) take(ctx context.Context, id string) error {
	path := "/control/troubles"
	if id != "" {
		path += "/" + id
	}
	return b.call(ctx, http.MethodDelete, path, nil, nil)
}

// advance moves the provider's clock.
func (b *box) advance(ctx context.Context, d time.Duration) error {
	return b.call(ctx, http.MethodPost, "/control/clock", map[string]string{"advance": d.String()}, nil)
}

// waiting returns the deliveries whose webhook is to be sent again, up to a
// thousand.
func (b *box) waiting(ctx context.Context) ([]string, error) {
	var list []struct {
		ID string `json:"id"`
	}
	if err := b.call(ctx, http.MethodGet, "/control/deliveries?status=waiting&limit=1000", nil, &list); err != nil {
		return nil, err
	}
	ids := make([]string, len(list))
	for i, d := range list {
		ids[i] = d.ID
	}
	return ids, nil
}

// resend has a webhook sent now.
func (b *box) resend(ctx context.Context, delivery string) error {
	return b.call(ctx, http.MethodPost, "/control/deliveries/"+delivery+"/resend", nil, nil)
}

// attempt is one webhook that was sent, and what the shop answered.
type attempt struct {
	Event    string
	Status   int
	Troubles []string
}

// attempts returns all there were.
func (b *box) attempts(ctx context.Context) ([]attempt, error) {
	const page = 1000
	var all []attempt
	for after := int64(0); ; {
		var got []struct {
			Seq      int64    `json:"seq"`
			EventID  string   `json:"event_id"`
			Status   int      `json:"status"`
			Troubles []string `json:"troubles"`
		}
		path := "/control/attempts?limit=" + strconv.Itoa(page) + "&after=" + strconv.FormatInt(after, 10)
		if err := b.call(ctx, http.MethodGet, path, nil, &got); err != nil {
			return nil, err
		}
		if len(got) == 0 {
			return all, nil
		}
		for _, a := range got {
			all = append(all, attempt{Event: a.EventID, Status: a.Status, Troubles: a.Troubles})
		}
		after = got[len(got)-1].Seq
	}
}

// refusal is an answer other than 200.
type refusal struct {
	call   string
	status int
	body   string
}

// Error says what was asked and answered.
func (r *refusal) Error() string {
	return fmt.Sprintf("%s: the sandbox answered %d: %.300s", r.call, r.status, r.body)
}

// call asks the control door and reads the answer's data.
func (b *box) call(ctx context.Context, method, path string, send, into any) error {
	body := []byte("{}")
	if send != nil {
		var err error
		if body, err = json.Marshal(send); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, b.url+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask the sandbox: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := b.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask the sandbox: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // read to its end
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read the sandbox's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return &refusal{call: method + " " + path, status: resp.StatusCode, body: string(text)}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(text, &struct{ Data any }{into}); err != nil {
		return fmt.Errorf("read the sandbox's answer to %s: %w", path, err)
	}
	return nil
}

// isRefusal reports whether the provider said no, rather than nothing.
func isRefusal(err error) bool {
	var said *refusal
	return errors.As(err, &said)
}

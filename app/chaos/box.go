package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// box is the sandbox as its control door shows it.
type box struct {
	url  string
	http *http.Client
}

// act does to a charge what the provider's control calls action. A refusal is
// no error: the charge has gone another way in the meantime.
func (b *box) act(ctx context.Context, name string, what act) error {
	path, send := doorOf(name, what)
	err := b.call(ctx, http.MethodPost, path, send, nil)
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

// take ends a trouble.
func (b *box) take(ctx context.Context, id string) error {
	return b.call(ctx, http.MethodDelete, "/control/troubles/"+id, nil, nil)
}

// takeAll ends every trouble but those that are for good, and returns how many
// are.
func (b *box) takeAll(ctx context.Context) (left int, err error) {
	var list []struct {
		ID   string `json:"id"`
		Kind string `json:"kind"`
	}
	if err := b.call(ctx, http.MethodGet, "/control/troubles", nil, &list); err != nil {
		return 0, err
	}
	for _, t := range list {
		if t.Kind == troubleGone {
			left++
			continue
		}
		if err := b.take(ctx, t.ID); err != nil && !isRefusal(err) { // one may have been counted down
			return left, err
		}
	}
	return left, nil
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

// notice is a webhook about a charge.
type notice struct {
	Type    string
	Dropped bool // the shop never hears of it
}

// notices returns all webhooks by their charge's code, the oldest first.
func (b *box) notices(ctx context.Context) (map[string][]notice, error) {
	const page = 1000
	all := map[string][]notice{}
	for before := ""; ; {
		var got []struct {
			ID        string `json:"id"`
			Code      string `json:"code"`
			Type      string `json:"type"`
			Status    string `json:"status"`
			LastError string `json:"last_error"`
		}
		path := "/control/deliveries?limit=" + strconv.Itoa(page) + "&before=" + before
		if err := b.call(ctx, http.MethodGet, path, nil, &got); err != nil {
			return nil, err
		}
		for _, d := range got {
			n := notice{Type: d.Type, Dropped: d.Status == "delivered" && d.LastError == "dropped"}
			all[d.Code] = append(all[d.Code], n)
		}
		if len(got) < page {
			break
		}
		before = got[page-1].ID
	}
	for _, of := range all {
		slices.Reverse(of)
	}
	return all, nil
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

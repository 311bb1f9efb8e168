package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// attempt is one webhook that was sent, and what the shop answered.
type attempt struct {
	Event    string
	Charge   string
	Kind     string
	Status   int
	Troubles []string
	// Digest is the SHA-256 of the body in hex, where the event's name was not
	// signed and the shop answered well.
	Digest string
}

func (a attempt) dropped() bool { return slices.Contains(a.Troubles, "drop") }

func (a attempt) accepted() bool { return a.Status >= 200 && a.Status < 300 }

// nameless reports whether what was sent had no name that is signed.
func (a attempt) nameless() bool { return slices.Contains(a.Troubles, "v0_only") }

// in reports whether the shop stored it. What came without a name that is signed
// it calls by what it is about, or else by its body.
func (a attempt) in(events []event) bool {
	own := a.Charge + ":" + a.Kind
	return slices.ContainsFunc(events, func(e event) bool {
		return e.ID == a.Event || (a.nameless() && (e.ID == own || strings.HasPrefix(e.ID, own+":") || e.ID == a.Digest))
	})
}

// attempts returns all there were.
func (b *box) attempts(ctx context.Context) ([]attempt, error) {
	const page = 1000
	var all []attempt
	for after := int64(0); ; {
		var got []struct {
			Seq      int64    `json:"seq"`
			Delivery string   `json:"delivery"`
			EventID  string   `json:"event_id"`
			Code     string   `json:"code"`
			Type     string   `json:"type"`
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
		for _, g := range got {
			a := attempt{Event: g.EventID, Charge: g.Code, Kind: g.Type, Status: g.Status, Troubles: g.Troubles}
			if a.nameless() && a.accepted() {
				var err error
				if a.Digest, err = b.digest(ctx, g.Delivery, g.Seq); err != nil {
					return nil, err
				}
			}
			all = append(all, a)
		}
		after = got[len(got)-1].Seq
	}
}

// digest returns the SHA-256 of what one attempt of a delivery sent.
func (b *box) digest(ctx context.Context, delivery string, seq int64) (string, error) {
	var got struct {
		Tries []struct {
			Seq     int64 `json:"seq"`
			Request *struct {
				Body string `json:"body"`
			} `json:"request"`
		} `json:"tries"`
	}
	if err := b.call(ctx, http.MethodGet, "/control/deliveries/"+delivery, nil, &got); err != nil {
		return "", err
	}
	for _, t := range got.Tries {
		if t.Seq == seq && t.Request != nil {
			sum := sha256.Sum256([]byte(t.Request.Body))
			return hex.EncodeToString(sum[:]), nil
		}
	}
	return "", nil
}

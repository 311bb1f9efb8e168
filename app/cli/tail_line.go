package cli

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// attempt is one request of a delivery, as control shows it.
type attempt struct {
	Seq        int64     `json:"seq"`
	Delivery   string    `json:"delivery"`
	Endpoint   string    `json:"endpoint"`
	URL        string    `json:"url"`
	EventID    string    `json:"event_id"`
	Type       string    `json:"type"`
	Code       string    `json:"code"`
	Number     int       `json:"number"`
	At         time.Time `json:"at"`
	DurationMS int64     `json:"duration_ms"`
	Status     int       `json:"status"` // 0 = no answer
	Error      string    `json:"error"`
	Troubles   []string  `json:"troubles"`
	Body       string    `json:"body,omitempty"` // with --body
}

// line is the attempt for people.
func (a attempt) line() string {
	answer := cmp.Or(printable(a.Error), "no answer")
	if a.Status != 0 {
		answer = strconv.Itoa(a.Status)
	}
	line := fmt.Sprintf("%s  %-16s  %s  #%d  %s  %d ms  %s",
		moment(a.At), a.Type, a.Code, a.Number, answer, a.DurationMS, a.URL)
	if len(a.Troubles) > 0 {
		line += "  trouble: " + strings.Join(a.Troubles, ", ")
	}
	return line
}

// sentBody is the body of the attempt's request, "" when nothing was sent.
func (c control) sentBody(ctx context.Context, a attempt) (string, error) {
	var reply struct {
		Data struct {
			Tries []struct {
				Seq     int64 `json:"seq"`
				Request struct {
					Body string `json:"body"`
				} `json:"request"`
			} `json:"tries"`
		} `json:"data"`
	}
	err := c.get(ctx, "/deliveries/"+a.Delivery, nil, &reply)
	if err != nil && !missing(err) {
		return "", err
	}
	for _, try := range reply.Data.Tries {
		if try.Seq == a.Seq {
			return try.Request.Body, nil
		}
	}
	return "", nil
}

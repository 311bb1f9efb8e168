package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// shop is the till as its buyers and its merchant see it.
type shop struct {
	url  string
	http *http.Client
	till []string // runs the till's commands
	env  []string
	seen *tally
}

// standing is where an order or a charge stands, in the shop's words.
type standing struct {
	State, Exception string
}

// String is the standing as it is printed.
func (s standing) String() string { return strings.TrimSpace(s.State + " " + s.Exception) }

// status is what a page shows of an order.
type status struct {
	standing

	Version int64
}

var statusLine = regexp.MustCompile(`data-state="([a-z_]*)" data-exception="([a-z_]*)" data-version="(\d+)"`)

// readStatus reads a fragment.
func readStatus(html string) (status, bool) {
	m := statusLine.FindStringSubmatch(html)
	if m == nil {
		return status{}, false
	}
	version, err := strconv.ParseInt(m[3], 10, 64)
	return status{standing{m[1], m[2]}, version}, err == nil
}

// answer is what the shop said.
type answer struct {
	code   int
	header http.Header
	html   string
}

// errTrouble is an answer that a buyer tries again after.
var errTrouble = errors.New("the shop is in trouble")

// ask makes a request as a browser does; a form makes it a POST. An answer of
// 500 and more is an error.
func (s *shop) ask(ctx context.Context, path, cookie string, form url.Values) (answer, error) {
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("ask the shop: %w", err)
	}
	req.Header.Set("HX-Request", "true")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		s.seen.add("no answer")
		return answer{}, fmt.Errorf("ask the shop: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // read to its end
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.seen.add("half an answer")
		return answer{}, fmt.Errorf("read the shop's answer: %w", err)
	}
	s.seen.add(strconv.Itoa(resp.StatusCode))
	if resp.StatusCode >= http.StatusInternalServerError {
		return answer{}, fmt.Errorf("%w: %d", errTrouble, resp.StatusCode)
	}
	return answer{code: resp.StatusCode, header: resp.Header, html: string(text)}, nil
}

// look returns an order's fragment.
func (s *shop) look(ctx context.Context, order, cookie string) (string, error) {
	got, err := s.ask(ctx, "/orders/"+order+"/status", cookie, nil)
	if err == nil && got.code != http.StatusOK {
		err = fmt.Errorf("order %s: the shop answered %d", order, got.code)
	}
	return got.html, err
}

// order is what the merchant sees of one.
type order struct {
	ID       string
	Standing standing
	Payments int
	Flags    string
}

// orders asks the till's own command for all there are.
func (s *shop) orders(ctx context.Context) ([]order, error) {
	rows, err := s.table(ctx, "orders", 8)
	if err != nil {
		return nil, err
	}
	all := make([]order, len(rows))
	for i, row := range rows {
		payments, err := strconv.Atoi(row[6])
		if err != nil {
			return nil, fmt.Errorf("till orders list: %w", err)
		}
		all[i] = order{ID: row[0], Standing: standing{row[4], undash(row[5])}, Payments: payments, Flags: undash(row[7])}
	}
	return all, nil
}

// event is a webhook as the till keeps it.
type event struct {
	ID      string
	Again   int // how often it came once more
	Verdict string
}

// events asks for every event there is.
func (s *shop) events(ctx context.Context) ([]event, error) {
	rows, err := s.table(ctx, "events", 8)
	if err != nil {
		return nil, err
	}
	all := make([]event, len(rows))
	for i, row := range rows {
		again, err := strconv.Atoi(row[4])
		if err != nil {
			return nil, fmt.Errorf("till events list: %w", err)
		}
		all[i] = event{ID: row[1], Again: again, Verdict: row[5]}
	}
	return all, nil
}

var gap = regexp.MustCompile(`\s{2,}`)

// table runs "till WHAT list" and returns its rows without the head.
func (s *shop) table(ctx context.Context, what string, columns int) ([][]string, error) {
	out, err := s.run(ctx, what, "list", "--limit", "1000000")
	if err != nil {
		return nil, err
	}
	var rows [][]string
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, line := range lines[1:] {
		row := gap.Split(strings.TrimSpace(line), columns)
		if len(row) != columns {
			return nil, fmt.Errorf("till %s list: %d columns in %q, want %d", what, len(row), line, columns)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// reconcile has the till make up for webhooks that were lost, as a merchant does.
func (s *shop) reconcile(ctx context.Context) error {
	_, err := s.run(ctx, "reconcile", "--once")
	return err
}

// run runs one of the till's commands and returns what it printed.
func (s *shop) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, s.till[0], slices.Concat(s.till[1:], args)...)
	cmd.Env = s.env
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("till %s: %w: %s", strings.Join(args, " "), err, complaint.String())
	}
	return string(out), nil
}

func undash(s string) string { return strings.TrimSuffix(s, "-") }

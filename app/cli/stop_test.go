package cli_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/shop"
	"till/app/store"
)

const hookSecret = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf"

// promises is what was answered to buyers and to the provider.
type promises struct {
	mu     sync.Mutex
	orders []shop.OrderID
	events []string
	other  []string // answers that are neither a yes nor a plain refusal
}

func (p *promises) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(len(p.orders), len(p.events))
}

// TestWhatWasAcceptedBeforeTheEndIsKept stops a till amid orders and webhooks:
// each of them is answered and in the store, or was refused.
func TestWhatWasAcceptedBeforeTheEndIsKept(t *testing.T) {
	t.Parallel()
	dir := configured(t, plainConfig)
	p := startProcess(t, dir, nil, "TILL_SANDBOX_WEBHOOK_SECRET="+hookSecret, "TILL_SERVER_LIMIT_ORDERS=0")
	var made promises
	stop := make(chan struct{})
	var senders sync.WaitGroup
	for i := range 4 {
		senders.Go(func() { made.send(p.shop, i, stop) })
	}
	eventually(t, "orders and webhooks are accepted", func() bool { return made.count() >= 50 })
	p.terminate(t)
	close(stop)
	senders.Wait()
	if len(made.other) > 0 {
		t.Errorf("%d odd answers, the first: %s", len(made.other), made.other[0])
	}
	kept, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "data", "till.db"), slog.New(slog.DiscardHandler))
	must(t, err)
	defer func() { _ = kept.Close() }()
	for _, id := range made.orders {
		if _, err := kept.FindOrder(t.Context(), id); err != nil {
			t.Errorf("order %s was answered and is lost: %v", id, err)
		}
	}
	for _, id := range made.events {
		if _, err := kept.FindEvent(t.Context(), id); err != nil {
			t.Errorf("event %s was answered 200 and is lost: %v", id, err)
		}
	}
}

// send orders and delivers webhooks by turns until it is refused.
func (p *promises) send(base string, sender int, stop <-chan struct{}) {
	client := http.Client{
		Timeout: 20 * time.Second, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		id := fmt.Sprintf("e-%d-%d", sender, i)
		orderErr := p.order(&client, base)
		if err := p.webhook(&client, base, id); err != nil && orderErr != nil {
			return // nobody is there any more
		}
	}
}

func (p *promises) order(client *http.Client, base string) error {
	res, err := client.Post(base+"/orders", "application/x-www-form-urlencoded", strings.NewReader("product=coffee"))
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	p.mu.Lock()
	defer p.mu.Unlock()
	id, ok := strings.CutPrefix(res.Header.Get("Location"), "/orders/")
	switch {
	case res.StatusCode == http.StatusSeeOther && ok:
		p.orders = append(p.orders, shop.OrderID(id))
	case res.StatusCode != http.StatusServiceUnavailable:
		p.other = append(p.other, "POST /orders: "+res.Status)
	}
	return nil
}

func (p *promises) webhook(client *http.Client, base, id string) error {
	body := fmt.Sprintf(`{"event":{"id":%q,"type":"charge:confirmed","data":{"id":"x","code":"Y"}}}`, id)
	req, err := http.NewRequest(http.MethodPost, base+"/webhooks/commerce", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set(commerce.SignatureHeader, commerce.Sign(hookSecret, []byte(body)))
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	answer, _ := io.ReadAll(res.Body) // only shown
	p.mu.Lock()
	defer p.mu.Unlock()
	switch res.StatusCode {
	case http.StatusOK:
		p.events = append(p.events, id)
	case http.StatusServiceUnavailable:
	default:
		p.other = append(p.other, fmt.Sprintf("a webhook: %s: %s", res.Status, answer))
	}
	return nil
}

// TestStrangersDoNotHoldUpTheEnd stops a till that waits for requests which
// never come to their end.
func TestStrangersDoNotHoldUpTheEnd(t *testing.T) {
	t.Parallel()
	p := startProcess(t, configured(t, plainConfig), nil, "TILL_SERVER_FIRST_BYTE=1m")
	for range 50 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.shop, "http://"))
		must(t, err)
		defer func() { _ = conn.Close() }()
		_, err = io.WriteString(conn, "POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nproduct=")
		must(t, err)
	}
	p.terminate(t)
}

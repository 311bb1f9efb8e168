package web_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"till/app/coinbase/commerce"
	"till/app/gateway"
	"till/app/inbox"
	"till/app/live"
	"till/app/page"
	"till/app/shop"
	"till/app/store"
	"till/app/web"
)

const (
	benchSecret  = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf"
	benchClients = 64
)

// BenchmarkWebhook sends distinct signed webhooks of 3 KB from 64 keep-alive
// clients over loopback, which share the cores with the server. The ceiling
// checks signature and envelope and stores nothing; durable answers when the
// event is on disk. of-ceiling is the one rate by the other.
func BenchmarkWebhook(b *testing.B) {
	ceiling := 0.0
	b.Run("ceiling", func(b *testing.B) {
		ceiling = benchWebhooks(b, keeper(func(shop.Event) error { return nil }))
	})
	b.Run("durable", func(b *testing.B) {
		kept, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "till.db"), slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := kept.Close(); err != nil {
				b.Error(err)
			}
		})
		if durable := benchWebhooks(b, kept); ceiling > 0 {
			b.ReportMetric(durable/ceiling, "of-ceiling")
		}
	})
}

// keeper is an inbox's store that keeps nothing.
type keeper func(shop.Event) error

func (k keeper) InsertEvent(_ context.Context, e shop.Event, _ time.Time) (int64, bool, error) {
	return 1, true, k(e)
}

func (keeper) ListUnworked(context.Context, time.Time, int) ([]shop.Event, error) { return nil, nil }

func (keeper) CloseEvent(context.Context, int64, shop.Verdict, string, time.Time) error { return nil }

func (keeper) DelayEvent(context.Context, int64, string, time.Time) error { return nil }

// benchWebhooks sends b.N webhooks and returns how many were answered a second.
func benchWebhooks(b *testing.B, kept inbox.Store) float64 {
	b.Helper()
	address := benchSite(b, kept)
	clients := make([]*benchClient, benchClients)
	for i := range clients {
		clients[i] = newBenchClient(b, address)
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	b.ResetTimer()
	for _, c := range clients {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if err := c.post(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	return benchReport(b, clients)
}

func benchReport(b *testing.B, clients []*benchClient) float64 {
	b.Helper()
	var took []time.Duration
	for _, c := range clients {
		took = append(took, c.took...)
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))]) / float64(time.Millisecond)
	}
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "webhooks/s")
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	return rate
}

// benchSite serves a shop on loopback; of it only the receiver is used.
func benchSite(b *testing.B, kept inbox.Store) string {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	pages, err := page.New(page.Config{Site: "Till", Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	hub := live.NewHub(live.Config{Writers: 1, PingEvery: time.Minute, Logger: log})
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	site, err := web.New(web.Config{
		Pages: pages, Hub: hub, Inbox: benchInbox(b, kept), Now: time.Now, Random: rand.Reader, Logger: log,
		MaxBody: 1 << 20, MaxHead: 16 << 10, FirstByte: 5 * time.Second, Idle: time.Minute,
		PublicURL: &url.URL{Scheme: "http", Host: l.Addr().String()}, Registry: prometheus.NewRegistry(),
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- site.Serve(ctx, l) }()
	b.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			b.Error(err)
		}
		hub.Close(context.Background(), 0)
	})
	return l.Addr().String()
}

// benchInbox is a real one that works nothing off: that comes after the answer.
func benchInbox(b *testing.B, kept inbox.Store) *inbox.Inbox {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	client, err := commerce.NewClient(commerce.Config{
		BaseURL: "http://127.0.0.1:1", APIKey: "key", Now: time.Now, Random: rand.Reader, Logger: log,
	})
	if err != nil {
		b.Fatal(err)
	}
	g, err := gateway.NewCommerce(gateway.CommerceConfig{
		Client: client, Environment: shop.Sandbox, Secrets: []string{benchSecret},
	})
	if err != nil {
		b.Fatal(err)
	}
	in, err := inbox.New(inbox.Config{Store: kept, Gateways: []shop.Gateway{g}, Now: time.Now, Logger: log})
	if err != nil {
		b.Fatal(err)
	}
	return in
}

// benchClient is one keep-alive connection that writes HTTP by hand, so that it
// leaves the cores to the server.
type benchClient struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte // head and body; the id and the signature are written over
	id      []byte
	body    []byte
	sign    []byte
	took    []time.Duration
}

func newBenchClient(b *testing.B, address string) *benchClient {
	b.Helper()
	conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() }) // nothing is written any more
	id := rand.Text() + rand.Text()[:10]
	body := benchBody(b, id)
	head := fmt.Sprintf("POST /webhooks/commerce HTTP/1.1\r\nHost: %s\r\nUser-Agent: weipay-webhooks\r\nAccept: */*\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n\r\n",
		address, len(body), commerce.SignatureHeader, strings.Repeat("0", 64))
	request := append([]byte(head), body...)
	part := func(text string) []byte {
		at := bytes.Index(request, []byte(text))
		return request[at : at+len(text)]
	}
	return &benchClient{
		conn: conn, in: bufio.NewReader(conn), request: request, body: request[len(head):],
		id: part(id), sign: part(strings.Repeat("0", 64)),
	}
}

// post sends one more webhook and waits for its answer.
func (c *benchClient) post() error {
	copy(c.id[26:], fmt.Sprintf("%010d", len(c.took)))
	copy(c.sign, commerce.Sign(benchSecret, c.body))
	started := time.Now()
	if _, err := c.conn.Write(c.request); err != nil {
		return fmt.Errorf("send a webhook: %w", err)
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	c.took = append(c.took, time.Since(started))
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s: %s (%w)", resp.Status, answer, err)
	}
	return nil
}

// benchBody is a confirmed charge of another shop in a webhook of about 3 KB.
func benchBody(b *testing.B, id string) []byte {
	b.Helper()
	now := commerce.Time{Time: time.Date(2024, 2, 23, 5, 48, 55, 0, time.UTC)}
	charge := commerce.Charge{
		ID: "c0ffee00-6a1c-4a57-9f0c-0d6b3c5f9a11", Resource: "charge", Code: "ZX81ZX81", Name: "Coffee",
		Description: strings.Repeat("A flat white, pulled by hand. ", 6), PricingType: commerce.FixedPrice,
		HostedURL: "https://commerce.coinbase.com/charges/ZX81ZX81", CreatedAt: now, ExpiresAt: now, ConfirmedAt: now,
		Pricing:  commerce.Pricing{"local": {Amount: "4.50", Currency: "USD"}},
		Metadata: commerce.Metadata{"order_id": strings.Repeat("o", 26), "payment_id": strings.Repeat("p", 26)},
		Timeline: []commerce.Step{{Time: now, Status: "NEW"}, {Time: now, Status: "PENDING"}, {Time: now, Status: "COMPLETED"}},
		Payments: []commerce.Payment{{Network: "ethereum", TransactionID: "0x" + strings.Repeat("ab", 32), Status: "CONFIRMED",
			DetectedAt: now, Block: &commerce.Block{Height: 100, Hash: "0x" + strings.Repeat("cd", 32), Confirmations: 8, ConfirmationsRequired: 8}}},
	}
	charge.Addresses, charge.ExchangeRates = map[string]string{}, map[string]commerce.Amount{}
	for _, coin := range []string{"bitcoin", "ethereum", "litecoin", "bitcoincash", "dogecoin", "usdc", "dai", "apecoin", "shibainu", "tether"} {
		charge.Addresses[coin] = "0x" + strings.Repeat("ef", 20)
		charge.ExchangeRates[coin+"-USD"] = "1234.5678901234"
		charge.Pricing[coin] = commerce.Money{Amount: "0.001234567890123456", Currency: coin}
	}
	body, err := json.Marshal(commerce.Envelope{ID: "d0d0caca-2f0b-4c0e-8f44-5a0e7f2d9c33", AttemptNumber: 1, ScheduledFor: now,
		Event: commerce.Event{ID: commerce.ID(id), Resource: "event", Type: commerce.EventConfirmed,
			APIVersion: commerce.APIVersion, CreatedAt: now, Data: &charge}})
	if err != nil {
		b.Fatal(err)
	}
	return body
}

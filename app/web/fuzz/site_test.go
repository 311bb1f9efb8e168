package fuzz_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"till/app/auth"
	"till/app/coinbase/commerce"
	"till/app/gateway"
	"till/app/inbox"
	"till/app/live"
	"till/app/page"
	"till/app/shop"
	"till/app/web"
)

const (
	secret = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf"
	known  = "kkkkkkkkkkkkkkkkkkkkkkkkkk" // an order that there is
)

// memory keeps one order and a count of the events. What else a store can do is
// not to be asked for.
type memory struct {
	inbox.Store
	stored atomic.Int64
}

func (m *memory) InsertEvent(context.Context, shop.Event, time.Time) (int64, bool, error) {
	return m.stored.Add(1), true, nil
}

func (*memory) FindOrder(_ context.Context, id shop.OrderID) (shop.Order, error) {
	if id != known {
		return shop.Order{}, shop.Errorf(shop.NotFound, "Order %s does not exist.", id)
	}
	price, err := shop.ParseMoney("4.50", "USD")
	return shop.Order{
		ID: id, Version: 1, Item: shop.Item{Slug: "coffee", Name: "Coffee"}, Price: price, Method: shop.MethodCharge,
		Payments: []shop.Payment{{ID: "p", Price: price, Standing: shop.Standing{State: shop.Waiting}}},
	}, err
}

func (*memory) ListRefunds(context.Context, shop.OrderID) ([]shop.Refund, error) {
	return nil, nil
}

func (*memory) ListOrdersOf(context.Context, shop.CustomerID, int) ([]shop.Order, error) {
	return nil, nil
}

func (*memory) Ping(context.Context) error { return nil }

// nobody is a store of accounts that takes each and has none.
type nobody struct{ auth.Store }

func (nobody) InsertAccount(context.Context, shop.Account, string) error { return nil }

func (nobody) InsertSession(context.Context, shop.Session, string) error { return nil }

func (nobody) FindAccountByLogin(context.Context, string) (shop.Account, error) {
	return shop.Account{}, shop.Errorf(shop.NotFound, "There is no such account.")
}

// cashier knows the one order, and refuses what a real one would.
type cashier struct{ *memory }

func (c cashier) Open(ctx context.Context, want shop.Purchase) (shop.Order, error) {
	if want.Product != "coffee" {
		return shop.Order{}, shop.Errorf(shop.NotFound, "There is no product %s.", want.Product)
	}
	return c.FindOrder(ctx, known)
}

func (c cashier) Retry(ctx context.Context, id shop.OrderID, _ string) (shop.Order, error) {
	return c.FindOrder(ctx, id)
}

func (c cashier) Cancel(_ context.Context, id shop.OrderID) (shop.Order, error) {
	return shop.Order{}, shop.Errorf(shop.Conflict, "Order %s can no longer be canceled.", id)
}

func (c cashier) Claim(ctx context.Context, id shop.OrderID, _ shop.Customer, _ string) (shop.Order, error) {
	return c.FindOrder(ctx, id)
}

func (cashier) Ask(context.Context, shop.PaymentID) error { return nil }

// site is a shop on loopback.
type site struct {
	*memory
	address string
}

func newSite(f *testing.F) site {
	f.Helper()
	log := slog.New(slog.DiscardHandler)
	kept := &memory{}
	pages, err := page.New(page.Config{Site: "Till", Logger: log})
	must(f, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(f, err)
	hub := live.NewHub(live.Config{Writers: 1, PingEvery: time.Minute, Logger: log})
	accounts, err := auth.New(auth.Config{Store: nobody{}, Now: time.Now, Random: rand.Reader, Logger: log})
	must(f, err)
	g := newGateway(f, log)
	in, err := inbox.New(inbox.Config{Store: kept, Gateways: []shop.Gateway{g}, Now: time.Now, Logger: log})
	must(f, err)
	price, err := shop.ParseMoney("4.50", "USD")
	must(f, err)
	coffee := shop.Product{Slug: "coffee", Name: "Coffee", Description: "Hot.", Price: price, Method: shop.MethodCharge}
	w, err := web.New(web.Config{
		Pages: pages, Hub: hub, Cashier: cashier{kept}, Inbox: in, Orders: kept, Accounts: accounts,
		Fragments: &web.Fragments{Pages: pages, Orders: kept, Now: time.Now, Embed: "https://pay.example"},
		Shelf:     shop.NewShelf(shop.ShelfConfig{Catalog: shop.Catalog{coffee}, Gateway: g, Now: time.Now, Logger: log}),
		PublicURL: &url.URL{Scheme: "http", Host: l.Addr().String()}, Registry: prometheus.NewRegistry(),
		MaxBody: 1 << 20, MaxHead: 16 << 10, FirstByte: 5 * time.Second, Idle: time.Minute,
		Ready: func() bool { return true }, Now: time.Now, Random: rand.Reader, Logger: log,
	})
	must(f, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- w.Serve(ctx, l) }()
	f.Cleanup(func() {
		stop()
		must(f, <-served)
		hub.Close(context.Background(), 0)
	})
	return site{kept, l.Addr().String()}
}

func newGateway(f *testing.F, log *slog.Logger) shop.Gateway {
	f.Helper()
	client, err := commerce.NewClient(commerce.Config{
		BaseURL: "http://127.0.0.1:1", APIKey: "key", Now: time.Now, Random: rand.Reader, Logger: log,
	})
	must(f, err)
	g, err := gateway.NewCommerce(gateway.CommerceConfig{Client: client, Environment: shop.Sandbox, Secrets: []string{secret}})
	must(f, err)
	return g
}

type answer struct {
	*http.Response
	body string
}

// send writes a request byte by byte: a client would tidy up what the fuzzer
// wrote. Only what would end a line early is taken out.
func (s site) send(t *testing.T, method, address, body, name, value string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	must(t, err)
	defer func() { _ = conn.Close() }()
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	line := strings.NewReplacer("\r", "", "\n", "")
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n%s: %s\r\n\r\n%s",
		method, line.Replace(address), s.address, len(body), name, line.Replace(value), body)
	must(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	must(t, err)
	return answer{res, string(text)}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

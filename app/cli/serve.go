package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"till/app/auth"
	"till/app/config"
	"till/app/inbox"
	"till/app/live"
	"till/app/page"
	"till/app/reconcile"
	"till/app/sandbox"
	"till/app/shop"
	"till/app/store"
	"till/app/web"
)

func (p *program) serveCommand() *cobra.Command {
	return run("serve", "Run the shop, and the sandbox if it is on",
		"Run the shop and, while [sandbox] enabled = true, the sandbox beside it.\nOne line on stdout tells their addresses once both listen. It stops on SIGINT and SIGTERM.",
		p.serve)
}

const (
	// patience is how long POST /orders waits for the provider before it
	// answers with a page that goes on waiting.
	patience = 3 * time.Second
	// writers is how many frames are on their way at once.
	writers = 16
	// pingEvery is well below the 60 to 100 s after which proxies cut.
	pingEvery = 25 * time.Second
	// spread is over how long the sockets of a stopping till are closed.
	spread = 2 * time.Second
	// finish is how long a stopping till waits for calls in hand.
	finish = 3 * time.Second
)

// till is the running whole.
type till struct {
	log     *slog.Logger
	shop    listener
	box     listener
	sandbox *sandbox.Sandbox // nil while it is off

	store     *store.Store
	hub       *live.Hub
	cashier   *shop.Cashier
	inbox     *inbox.Inbox
	reconcile *reconcile.Reconciler
	site      *web.Site
	ready     atomic.Bool
	metrics   metrics
}

func (p *program) serve(ctx context.Context) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	if err := checkBusiness(cfg); err != nil {
		return err
	}
	t := &till{log: p.logger(), metrics: newMetrics()}
	if err := t.bind(ctx, cfg); err != nil {
		return err
	}
	if err := p.build(ctx, t, cfg); err != nil {
		return err
	}
	return t.run(ctx, func() error { return p.announce(t) })
}

// bind takes the addresses first: the parts have to know each other's.
func (t *till) bind(ctx context.Context, cfg config.Config) error {
	sockets, err := inherited(t.log)
	if err != nil {
		return err
	}
	if t.shop, err = t.open(ctx, sockets[shopSocket], "[server] listen", cfg.Server.Listen, cfg.Server.PublicURL); err != nil {
		return err
	}
	given := sockets[boxSocket]
	if cfg.Sandbox.Enabled {
		t.box, err = t.open(ctx, given, "[sandbox] listen", cfg.Sandbox.Listen, cfg.Sandbox.PublicURL)
	} else if given != nil {
		t.log.Warn("an inherited socket is closed: the sandbox is off, and nobody would answer there", "socket", given.Addr().String())
		_ = given.Close() // nothing was sent on it
	}
	return err
}

// open listens on the socket that was inherited, else on the address.
func (t *till) open(ctx context.Context, given net.Listener, key, address, public string) (listener, error) {
	var l listener
	var err error
	if given == nil {
		l, err = listen(ctx, key, address, public)
	} else {
		t.log.Info("listening on an inherited socket; the configured address is not used", "key", key, "socket", given.Addr().String())
		l, err = newListener(given, public)
	}
	if err == nil {
		l.Listener = newPatient(l.Listener, t.log)
	}
	return l, err
}

// build makes the parts in order, each from those before it.
func (p *program) build(ctx context.Context, t *till, cfg config.Config) error {
	var err error
	if cfg.Sandbox.Enabled {
		cfg.Sandbox.WebhookURL = cmp.Or(cfg.Sandbox.WebhookURL, t.shop.public.String()+"/webhooks/commerce")
		cfg.Sandbox.BusinessWebhookURL = cmp.Or(cfg.Sandbox.BusinessWebhookURL, t.shop.public.String()+businessReceiver)
		if t.sandbox, err = p.newSandbox(ctx, cfg, t.box, cfg.Sandbox.WebhookURL, t.log); err != nil {
			return err
		}
	}
	if t.store, err = store.Open(ctx, cfg.Store.URL, t.log); err != nil {
		return err
	}
	gateways, err := p.gateways(t, cfg)
	if err != nil {
		return err
	}
	pages, err := page.New(page.Config{
		Site: "Till", Sandbox: cfg.Sandbox.Enabled, Secure: t.shop.public.Scheme == "https", Logger: t.log,
	})
	if err != nil {
		return err
	}
	if err := checkImages(cfg.Products, pages); err != nil {
		return err
	}
	return p.join(t, cfg, gateways, pages)
}

// join makes the shop's rooms.
func (p *program) join(t *till, cfg config.Config, gateways []shop.Gateway, pages *page.Pages) error {
	catalog := catalog(cfg)
	fragments := &web.Fragments{
		Pages: pages, Orders: t.store, Now: p.host.Now,
		Opens: gateways[0].Provider(), Embed: t.embed(cfg), Hosted: t.hostedOrigins(cfg),
	}
	t.hub = live.NewHub(live.Config{
		Fetch: fragments.Frame, Writers: writers, PingEvery: pingEvery,
		Sent: t.metrics.frames.Inc, Pushed: t.metrics.notePush, Logger: t.log,
	})
	shelf := shop.NewShelf(shop.ShelfConfig{
		Catalog: catalog, Gateway: gateways[0], Store: t.store, Now: p.host.Now, Logger: t.log,
	})
	fragments.Shelf = shelf.Copies()
	if cfg.Server.RetryPrice == "today" {
		fragments.Quote = shelf.Quote
	}
	var err error
	t.cashier, err = shop.NewCashier(shop.CashierConfig{
		Store: t.store, Gateways: gateways, Publisher: t.hub, Shelf: shelf, PublicURL: t.shop.public.String(), TodaysPrice: cfg.Server.RetryPrice == "today",
		Takes:    takes(cfg),
		Patience: patience, Budget: cfg.Coinbase.CallsPerMinute, Now: p.host.Now, Random: p.host.Random, Logger: t.log,
	})
	if err != nil {
		return err
	}
	t.inbox, err = inbox.New(inbox.Config{
		Store: t.store, Gateways: gateways, Cashier: t.cashier, Worked: t.metrics.noteWorked, Now: p.host.Now, Logger: t.log,
	})
	if err != nil {
		return err
	}
	t.reconcile = reconcile.New(reconcile.Config{
		Store: t.store, Cashier: t.cashier, Watcher: t.hub, Asked: t.metrics.noteAsked, Now: p.host.Now, Logger: t.log,
	})
	t.metrics.watch(t.inbox, t.store, t.ready.Load, p.host.Now, t.log)
	accounts, err := auth.New(auth.Config{Store: t.store, Now: p.host.Now, Random: p.host.Random, Logger: t.log})
	if err != nil {
		return err
	}
	proxies, err := prefixes(cfg.Server.TrustedProxies)
	if err != nil {
		return err
	}
	t.site, err = web.New(web.Config{
		Pages: pages, Fragments: fragments, Hub: t.hub, Cashier: t.cashier, Inbox: t.inbox, Orders: t.store, Accounts: accounts,
		Shelf: shelf, PublicURL: t.shop.public, AllowedHosts: cfg.Server.AllowedHosts, TrustedProxies: proxies,
		LimitOrders: cfg.Server.LimitOrders, LimitAsks: cfg.Server.LimitAsks, LimitSockets: cfg.Server.LimitSockets,
		LimitOrderSockets: cfg.Server.LimitOrderSockets, LimitWebhooks: cfg.Server.LimitWebhooks,
		MaxBody: cfg.Server.MaxBody, MaxHead: cfg.Server.MaxHead, FirstByte: cfg.Server.FirstByte, Idle: cfg.Server.Idle,
		MetricsToken: cfg.Server.MetricsToken.Reveal(), Ready: t.ready.Load,
		Registry: t.metrics.registry, Now: p.host.Now, Random: p.host.Random, Logger: t.log,
	})
	return err
}

// prefixes reads addresses and networks.
func prefixes(texts []string) ([]netip.Prefix, error) {
	all := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, aerr := netip.ParseAddr(text)
			if aerr != nil {
				return nil, fmt.Errorf("[server] trusted_proxies: %w", err)
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		all = append(all, prefix)
	}
	return all, nil
}

// checkImages refuses a picture that is not built in: its product's page would
// fail.
func checkImages(products []config.Product, pages *page.Pages) error {
	var missing []error
	for _, p := range products {
		if p.Image != "" && !pages.Has("img/"+p.Image) {
			missing = append(missing, fmt.Errorf("[product %s] image = %s: there is no public/img/%s in this program; add the file and build again, or leave the key out", p.Slug, p.Image, p.Image))
		}
	}
	return errors.Join(missing...)
}

// announce tells where the till is to be found. Other programs read this line.
func (p *program) announce(t *till) error {
	line := "shop=" + t.shop.public.String()
	if t.sandbox != nil {
		line += " sandbox=" + t.box.public.String()
	}
	_, err := fmt.Fprintln(p.stdout, line)
	return err
}

// run serves until ctx ends or a part fails, then stops in order: no new
// requests, pages sent away, calls and events in hand finished, store closed.
func (t *till) run(ctx context.Context, announce func() error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var parts sync.WaitGroup
	failures := make(chan error, 2)
	serve := func(do func(context.Context) error) {
		parts.Go(func() {
			if err := do(ctx); err != nil {
				failures <- err
			}
			stop()
		})
	}
	// What follows the requests outlives them.
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	var workers sync.WaitGroup
	workers.Go(func() { t.inbox.Run(working) })
	workers.Go(func() { t.reconcile.Run(working) })

	serve(func(ctx context.Context) error { return t.site.Serve(ctx, t.shop) })
	if t.sandbox != nil {
		serve(func(ctx context.Context) error { return t.sandbox.Serve(ctx, t.box) })
	}
	t.ready.Store(true)
	err := announce()
	if err == nil {
		<-ctx.Done()
	}
	t.ready.Store(false)
	stop()
	t.log.Info("stopping")
	t.leave(ctx, &parts)
	stopWorking()
	workers.Wait()
	close(failures)
	for failure := range failures {
		err = errors.Join(err, failure)
	}
	return errors.Join(err, t.store.Close())
}

// leave sends the pages away while the last requests are answered, and then
// waits for the payments those have begun.
func (t *till) leave(ctx context.Context, parts *sync.WaitGroup) {
	ctx = context.WithoutCancel(ctx)
	pages, cancel := context.WithTimeout(ctx, finish)
	defer cancel()
	t.hub.Close(pages, spread)
	parts.Wait()
	calls, cancel := context.WithTimeout(ctx, finish)
	defer cancel()
	t.cashier.Close(calls)
}

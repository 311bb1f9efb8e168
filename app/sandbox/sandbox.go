// Package sandbox imitates the provider, which never had a sandbox: its REST
// API, its hosted payment page and its signed webhooks, with money that is not
// there, and those of its successor beside it. It knows nothing of the shop and
// meets it only over HTTP.
//
// The door /control, which no provider has, makes happen at once what
// otherwise takes a buyer, an hour or bad luck.
package sandbox

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/coinbase/business"
	"till/app/database"
	"till/app/page"
	"till/app/sandbox/clock"
	"till/app/sandbox/delivery"
	"till/app/sandbox/ledger"
	"till/app/sandbox/migrations"
	"till/app/sandbox/trouble"
)

// Config is all that the sandbox needs to know.
type Config struct {
	StoreURL      string // "sqlite:PATH"
	APIKey        string
	WebhookSecret string
	WebhookURL    string        // where webhooks go; "" = nowhere
	Shape         string        // "2018" or "onchain", of new charges
	ConfirmAfter  time.Duration // from a payment's detection to its confirmation, and a refund's to its end
	PublicURL     string        // without a slash at the end
	Checkouts     []CheckoutSeed
	Now           func() time.Time
	Random        io.Reader
	Logger        *slog.Logger

	BusinessPublicKey     string // in PEM, of the key that clients of business sign with; "" = none is let in
	BusinessKeyID         string // of that key, which tokens have to name; "" = it is not known, and any will do
	BusinessWebhookSecret string // needed when there is a URL
	BusinessWebhookURL    string // where webhooks of business go; "" = nowhere
}

// Sandbox is a provider of pretended payments.
type Sandbox struct {
	cfg      Config
	view     ledger.View
	public   crypto.PublicKey // of business's clients, nil = none
	db       *database.DB
	release  func() error // of the claim on db
	clock    *clock.Clock
	queue    *delivery.Queue
	troubles *trouble.Set
	names    *names
	pages    *page.Pages
	app      *fiber.App

	moving   sync.Mutex // held while the clock moves, so that it goes one way at a time
	mu       sync.Mutex // held while settings are written, so that memory and disk agree
	settings settings
}

// farewell is how long running requests get when the sandbox stops.
const farewell = 4 * time.Second

// New opens the sandbox's store, brings its tables up to date and returns a
// sandbox that is ready to serve.
func New(ctx context.Context, cfg Config) (*Sandbox, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	public, err := cfg.publicKey()
	if err != nil {
		return nil, err
	}
	pages, err := page.New(page.Config{Site: "Till sandbox", Sandbox: true, Secure: secure(cfg.PublicURL), Logger: cfg.Logger})
	if err != nil {
		return nil, fmt.Errorf("prepare the sandbox's pages: %w", err)
	}
	release, err := claim(ctx, cfg.StoreURL)
	if err != nil {
		return nil, err
	}
	db, err := database.Open(ctx, database.Config{URL: cfg.StoreURL, Migrations: migrations.Files, Logger: cfg.Logger})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the sandbox's store: %w", err), release())
	}
	s := &Sandbox{
		cfg: cfg, view: ledger.View{PublicURL: cfg.PublicURL}, public: public,
		db: db, release: release, names: &names{random: cfg.Random}, pages: pages,
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.app = s.routes()
	return s, nil
}

// claim keeps the store for one sandbox: a second would send the first one's
// webhooks elsewhere, and move its clock.
func claim(ctx context.Context, store string) (release func() error, err error) {
	release, err = database.Claim(ctx, store)
	if errors.Is(err, database.ErrClaimed) {
		return nil, fmt.Errorf("another sandbox that runs has the store %s: stop that one, "+
			"or start this one in another folder or with another TILL_SANDBOX_STORE", store)
	}
	return release, err
}

func (s *Sandbox) close() error { return errors.Join(s.db.Close(), s.release()) }

// ready reads what the last stop left and adds what the configuration wants.
func (s *Sandbox) ready(ctx context.Context) error {
	if err := s.recall(ctx); err != nil {
		return err
	}
	return s.sow(ctx)
}

// check refuses what would make the sandbox lie or leak.
func (cfg Config) check() error {
	switch {
	case cfg.APIKey == "" || cfg.WebhookSecret == "":
		return errors.New("the sandbox needs an API key and a webhook secret")
	case cfg.Shape != string(ledger.Classic) && cfg.Shape != string(ledger.Onchain):
		return fmt.Errorf("the sandbox's shape is %q: it must be %q or %q", cfg.Shape, ledger.Classic, ledger.Onchain)
	case cfg.BusinessWebhookURL != "" && cfg.BusinessWebhookSecret == "":
		return errors.New("the sandbox needs a secret to sign the webhooks of business with: set [sandbox] business_webhook_secret")
	case cfg.ConfirmAfter < 0:
		return errors.New("the sandbox's time to a confirmation is below zero")
	}
	for _, seed := range cfg.Checkouts {
		if _, err := seed.checkout(time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// publicKey reads the key of business's clients, nil for none.
func (cfg Config) publicKey() (crypto.PublicKey, error) {
	if cfg.BusinessPublicKey == "" {
		return nil, nil //nolint:nilnil // that there is none is told to who needs it
	}
	public, err := business.ParsePublicKey(cfg.BusinessPublicKey)
	if err != nil {
		return nil, fmt.Errorf("[sandbox] business_public_key: %w", err)
	}
	return public, nil
}

// recall reads what control had set before the last stop.
func (s *Sandbox) recall(ctx context.Context) error {
	offset, err := findDuration(ctx, s.db.Read(), settingOffset, 0)
	if err != nil {
		return err
	}
	s.clock = clock.New(s.cfg.Now, offset)
	s.settings, err = findSettings(ctx, s.db.Read(), settings{
		ConfirmAfter: s.cfg.ConfirmAfter, EmbedMessages: true, Shape: ledger.Shape(s.cfg.Shape),
	})
	if err != nil {
		return err
	}
	if s.troubles, err = trouble.New(ctx, s.db); err != nil {
		return err
	}
	s.queue, err = delivery.New(ctx, delivery.Config{
		DB: s.db, Clock: s.clock, URL: s.cfg.WebhookURL, Secret: s.cfg.WebhookSecret,
		Business: delivery.Target{URL: s.cfg.BusinessWebhookURL, Secret: s.cfg.BusinessWebhookSecret},
		Troubles: s.troubles, NewID: s.names.id, Sample: s.sample, Logger: s.cfg.Logger,
	})
	return err
}

// Serve answers on l until ctx ends, then stops within five seconds: what was
// not delivered is left for the next start, and the store is closed. It
// returns nil after such a stop. A sandbox serves once.
func (s *Sandbox) Serve(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { s.run(ctx) })
	served := make(chan error, 1)
	go func() { served <- s.app.Listener(l) }()

	var err error
	select {
	case <-ctx.Done():
		err = s.hangUp(l, served)
	case err = <-served: // the listener broke
	}
	stop()
	background.Wait()
	s.queue.Wait()
	return errors.Join(err, s.close())
}

// hangUp lets running requests end and returns when nobody serves l any more.
func (s *Sandbox) hangUp(l net.Listener, served <-chan error) error {
	err := s.app.ShutdownWithTimeout(farewell)
	if errors.Is(err, context.DeadlineExceeded) {
		s.cfg.Logger.Warn("the sandbox's slowest requests were cut short")
		err = nil
	}
	// Shutdown knows nothing of a listener that was not being served yet.
	if closing := l.Close(); closing != nil && !errors.Is(closing, net.ErrClosed) {
		err = errors.Join(err, closing)
	}
	s.cfg.Logger.Debug("the sandbox hung up", "reason", <-served) // it is only that the listener was closed
	return err
}

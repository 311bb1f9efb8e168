package shop

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Checkout is what the provider's checkout sells today.
type Checkout struct {
	ID          string
	Name        string
	Description string
	Price       Money
}

// CheckoutStore keeps the last good copy of each checkout.
type CheckoutStore interface {
	// SaveCheckout keeps a copy of what a gateway's checkout sells.
	SaveCheckout(ctx context.Context, p Provider, env Environment, c Checkout, at time.Time) error
	// FindCheckout returns the copy, or a [NotFound] error.
	FindCheckout(ctx context.Context, p Provider, env Environment, id string) (Checkout, error)
}

// ShelfConfig is what a [Shelf] is made of.
type ShelfConfig struct {
	Catalog Catalog
	Gateway Gateway // where checkouts are
	Store   CheckoutStore
	Now     func() time.Time
	Logger  *slog.Logger
}

// Shelf is the catalog with what the provider says of its checkouts. It serves
// the last good copy while the provider does not answer.
type Shelf struct {
	cfg ShelfConfig

	flight singleflight.Group
	mu     sync.Mutex
	copies map[string]copied
}

// copied is a checkout as it was read last, zero if it never was, and when to
// ask again.
type copied struct {
	checkout Checkout
	askAt    time.Time
}

const (
	// freshFor is how long a card shows a copy without asking again.
	freshFor = time.Minute
	// rest is how long a provider that did not answer is left alone by cards.
	rest = 10 * time.Second
	// glance is how long a card waits for the provider.
	glance = 2 * time.Second
)

// NewShelf returns a shelf. It asks nothing until a card is shown.
func NewShelf(cfg ShelfConfig) *Shelf {
	return &Shelf{cfg: cfg, copies: map[string]copied{}}
}

// List returns every product for its card. A checkout that was never read is
// listed without a price and is not [Product.Sellable].
func (s *Shelf) List(ctx context.Context) []Product {
	all := make([]Product, len(s.cfg.Catalog))
	var asking sync.WaitGroup
	for i, p := range s.cfg.Catalog {
		asking.Go(func() { all[i] = s.show(ctx, p) })
	}
	asking.Wait()
	return all
}

// Find returns one product for its card, or a [NotFound] error.
func (s *Shelf) Find(ctx context.Context, slug Slug) (Product, error) {
	p, err := s.cfg.Catalog.Find(slug)
	if err != nil {
		return Product{}, err
	}
	return s.show(ctx, p), nil
}

// Copies is what the shelf knows by itself: it asks no provider, and so waits
// for none. Whoever shows the same to many looks here.
type Copies struct{ shelf *Shelf }

// Copies returns what the shelf knows by itself.
func (s *Shelf) Copies() Copies { return Copies{shelf: s} }

// Find is [Shelf.Find] without asking the provider, however old the copy.
func (c Copies) Find(ctx context.Context, slug Slug) (Product, error) {
	p, err := c.shelf.cfg.Catalog.Find(slug)
	if err != nil || p.CheckoutID == "" {
		return p, err
	}
	return p.as(c.shelf.known(ctx, p.CheckoutID).checkout), nil
}

// Take returns a product as it is sold at this moment. A checkout's price is
// asked for, however fresh the copy: a charge at yesterday's price would not
// fit. It returns [Unavailable] when the provider does not tell.
func (s *Shelf) Take(ctx context.Context, slug Slug) (Product, error) {
	p, err := s.cfg.Catalog.Find(slug)
	if err != nil || p.CheckoutID == "" {
		return p, err
	}
	c, err := s.ask(ctx, p.CheckoutID)
	if err != nil {
		s.cfg.Logger.WarnContext(ctx, "a checkout could not be read, so it was not sold", "product", slug, "error", err)
		return Product{}, Errorf(Unavailable, "Coinbase does not tell us the price of this right now, so it cannot be bought. Nothing was charged. Please try again in a moment.")
	}
	return p.as(c), nil
}

// show returns a product with the best copy there is.
func (s *Shelf) show(ctx context.Context, p Product) Product {
	if p.CheckoutID == "" {
		return p
	}
	known := s.copy(p.CheckoutID)
	if s.cfg.Now().Before(known.askAt) {
		return p.as(known.checkout)
	}
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	c, err := s.ask(ctx, p.CheckoutID)
	if err == nil {
		return p.as(c)
	}
	s.cfg.Logger.WarnContext(ctx, "a checkout could not be read; its last good copy is shown", "product", p.Slug, "error", err)
	return p.as(s.fallBack(context.WithoutCancel(ctx), p.CheckoutID))
}

// fallBack returns the last good copy, from memory or from the store, and asks
// the provider again only after a while: one that is down is not to slow every
// card, nor every card to ask it.
func (s *Shelf) fallBack(ctx context.Context, id string) Checkout {
	known := s.known(ctx, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.copies[id].askAt.After(s.cfg.Now()) {
		return s.copies[id].checkout // somebody else has got an answer meanwhile
	}
	s.copies[id] = copied{checkout: known.checkout, askAt: s.cfg.Now().Add(rest)}
	return known.checkout
}

// ask reads a checkout and keeps the copy. Those who ask at once share the
// answer.
func (s *Shelf) ask(ctx context.Context, id string) (Checkout, error) {
	answer := s.flight.DoChan(id, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askPatience)
		defer cancel()
		c, err := s.cfg.Gateway.FindCheckout(ctx, id)
		if err != nil {
			return Checkout{}, err
		}
		s.mu.Lock()
		s.copies[id] = copied{checkout: c, askAt: s.cfg.Now().Add(freshFor)}
		s.mu.Unlock()
		err = s.cfg.Store.SaveCheckout(ctx, s.cfg.Gateway.Provider(), s.cfg.Gateway.Environment(), c, s.cfg.Now())
		if err != nil {
			s.cfg.Logger.ErrorContext(ctx, "a checkout's copy could not be stored", "checkout", id, "error", err)
		}
		return c, nil
	})
	select {
	case r := <-answer:
		c, _ := r.Val.(Checkout)
		return c, r.Err
	case <-ctx.Done():
		return Checkout{}, ctx.Err()
	}
}

// known returns the last good copy, from memory or else from the store; what it
// finds there is kept, and is as old as can be.
func (s *Shelf) known(ctx context.Context, id string) copied {
	if known := s.copy(id); known.checkout.ID != "" {
		return known
	}
	stored, err := s.cfg.Store.FindCheckout(ctx, s.cfg.Gateway.Provider(), s.cfg.Gateway.Environment(), id)
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.copies[id]
	if err == nil && known.checkout.ID == "" { // none: no price
		known.checkout = stored
		s.copies[id] = known
	}
	return known
}

func (s *Shelf) copy(id string) copied {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.copies[id]
}

// Sells reports whether a product is sold by this checkout.
func (s *Shelf) Sells(checkout string) bool {
	return checkout != "" && slices.ContainsFunc(s.cfg.Catalog, func(p Product) bool { return p.CheckoutID == checkout })
}

// as returns the product with what its checkout says.
func (p Product) as(c Checkout) Product {
	if c.Name != "" {
		p.Name = c.Name
	}
	p.Description, p.Price = c.Description, c.Price
	return p
}

// Sellable reports whether the product has a price.
func (p Product) Sellable() bool { return p.Price.Known() }

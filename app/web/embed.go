package web

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// embedded is where a buyer can pay without leaving our page; zero if nowhere.
type embedded struct {
	URL    string
	Hosted bool // it is the page that the link leads to; else one made for frames, which wants to know who embeds it
}

// embedVersion is the version of the embedded checkout that Coinbase's own
// script names.
const embedVersion = "201807"

// frame returns the frame of an order that is paid through a checkout: at
// Commerce the checkout's own, at Business the hosted page that payURL names.
func (f *Fragments) frame(ctx context.Context, o shop.Order, payURL string) embedded {
	if f.frameable(o, payURL) {
		return embedded{URL: payURL, Hosted: true}
	}
	e, ok := o.Embeddable()
	if !ok || e.Provider == shop.Business || !f.fits(ctx, o, e) {
		return embedded{}
	}
	return embedded{URL: f.Embed + "/embed/checkout/" + url.PathEscape(e.CheckoutID) + "?" +
		url.Values{"version": {embedVersion}, "cacheDisabled": {"true"}, "custom": {string(e.ID)}}.Encode()}
}

// frameable reports whether a hosted page of Business may be shown on ours. The
// page's policy lets in no other origin than those.
func (f *Fragments) frameable(o shop.Order, payURL string) bool {
	u, err := url.Parse(payURL)
	return err == nil && o.Method == shop.MethodCheckout && o.Current().Provider == shop.Business &&
		slices.Contains(f.Hosted, u.Scheme+"://"+u.Host)
}

// fits reports whether an embedded checkout would charge what the payment asks
// for: it takes today's price, whatever was agreed.
func (f *Fragments) fits(ctx context.Context, o shop.Order, p shop.Payment) bool {
	if f.Shelf == nil {
		return true
	}
	product, err := f.Shelf.Find(ctx, o.Item.Slug)
	return err == nil && product.CheckoutID == p.CheckoutID && product.Price.Same(p.Price)
}

// allowFrame lets a page show the frame of an order that is paid through a
// checkout: one made at the provider that takes new payments, or one that has
// these payments already. A card's button swaps the order into the page it is
// on, so a page that lists such a product needs it as much as an order's own.
func (s *Site) allowFrame(c *fiber.Ctx, payments ...shop.Payment) {
	sources := s.cfg.Fragments.sources(s.cfg.Fragments.Opens)
	for _, p := range payments {
		sources = append(sources, s.cfg.Fragments.sources(p.Provider)...)
	}
	slices.Sort(sources)
	s.cfg.Pages.Allow(c, page.Policy{FrameSrc: slices.Compact(sources)})
}

// sources returns where a provider's frames come from.
func (f *Fragments) sources(p shop.Provider) []string {
	if p == shop.Business {
		return slices.Clone(f.Hosted)
	}
	return []string{f.Embed}
}

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

// allowFrame lets a page show the frame of an order that is yet to be made at
// the provider that takes new payments: a card's button swaps the order into the
// page it is on.
func (s *Site) allowFrame(c *fiber.Ctx) {
	s.cfg.Pages.Allow(c, page.Policy{FrameSrc: s.cfg.Fragments.sources(s.cfg.Fragments.Opens)})
}

// allowFrameOf lets the page of an order show its frame, now or after a while.
func (s *Site) allowFrameOf(c *fiber.Ctx, o shop.Order) {
	if o.Method == shop.MethodCheckout {
		s.cfg.Pages.Allow(c, page.Policy{FrameSrc: s.cfg.Fragments.sourcesOf(o)})
	}
}

// sourcesOf returns where the frames of an order can come from: from who takes
// new payments, of which a fresh one is, and from Business if it has one there. An
// embedded checkout of Commerce is shown only while Commerce takes new payments,
// see [Fragments.fits], and nothing where money has come.
func (f *Fragments) sourcesOf(o shop.Order) []string {
	if s := o.State(); s.Paid() || s == shop.Unresolved {
		return nil
	}
	sources := f.sources(f.Opens)
	for _, p := range o.Payments {
		if p.Provider == shop.Business && !p.State.Final() {
			sources = append(sources, f.sources(p.Provider)...)
		}
	}
	slices.Sort(sources)
	return slices.Compact(sources)
}

// sources returns where a provider's frames come from.
func (f *Fragments) sources(p shop.Provider) []string {
	if p == shop.Business {
		return slices.Clone(f.Hosted)
	}
	return []string{f.Embed}
}

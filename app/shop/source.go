package shop

import "slices"

// source is one provider in one environment as the cashier asks it. Each has a
// pace and lists of its own: one that is in trouble, or gone for good, holds up
// no other.
type source struct {
	gateway Gateway      // tells the pace how each call went
	refunds RefundLister // likewise; nil where the provider has no such list
	pace    *pace
	listing listing
}

func newSources(cfg CashierConfig) []*source {
	all := make([]*source, len(cfg.Gateways))
	for i, g := range cfg.Gateways {
		p := newPace(cfg.Budget)
		ear := heard{Gateway: g, pace: p, now: cfg.Now}
		all[i] = &source{gateway: ear, pace: p, listing: listing{pace: p, now: cfg.Now}}
		if lister, ok := g.(RefundLister); ok {
			all[i].refunds = heardRefunds{heard: ear, lister: lister}
		}
	}
	return all
}

// source returns where a payment belongs to; false if the shop has no access to
// that any more.
func (c *Cashier) source(p Payment) (*source, bool) {
	i := slices.IndexFunc(c.sources, func(s *source) bool {
		return s.gateway.Provider() == p.Provider && s.gateway.Environment() == p.Environment
	})
	if i < 0 {
		return nil, false
	}
	return c.sources[i], true
}

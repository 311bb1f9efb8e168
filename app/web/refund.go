package web

import (
	"context"
	"slices"

	"till/app/shop"
)

// refundStage is where a refund is that is not done.
type refundStage string

const (
	refundUnderway refundStage = "underway"
	refundFailed   refundStage = "failed"
)

// openRefund is what a buyer is told of money that is on its way back, or that
// should have been and is not. It is zero where there is none.
type openRefund struct {
	Stage  refundStage
	Sum    shop.Money // not known where the provider told none
	Beside bool       // the order stays paid in full without that money
}

// refund says what is open of an order's refunds, of whichever payment. Only
// Business tells of single ones.
func (f *Fragments) refund(ctx context.Context, o shop.Order) (openRefund, error) {
	paid := slices.DeleteFunc(slices.Clone(o.Payments), func(p shop.Payment) bool {
		return p.Provider != shop.Business || !p.State.Paid()
	})
	if len(paid) == 0 {
		return openRefund{}, nil
	}
	all, err := f.Orders.ListRefunds(ctx, o.ID)
	if err != nil {
		return openRefund{}, err
	}
	open := openRefund{Beside: slices.ContainsFunc(o.Payments, func(p shop.Payment) bool { return stands(p, all) })}
	if slices.ContainsFunc(paid, func(p shop.Payment) bool { return p.Refunding }) {
		open.Stage, open.Sum = refundUnderway, pendingSum(paid, all)
		return open, nil
	}
	for _, p := range paid {
		if r, failed := p.FailedRefund(all); failed {
			open.Stage, open.Sum = refundFailed, r.Amount
		}
	}
	return open, nil
}

// stands reports whether a payment pays its order in full, and none of it goes
// back or was to.
func stands(p shop.Payment, all []shop.Refund) bool {
	_, failed := p.FailedRefund(all)
	return p.State == shop.Confirmed && !p.Refunding && !failed
}

// pendingSum believes the payments about whether something is on its way: a
// refund is on disk before it is known to be taken on. A sum that one of them
// does not tell, or tells in another currency, is not known as a whole.
func pendingSum(paid []shop.Payment, all []shop.Refund) shop.Money {
	var sum shop.Money
	for _, p := range paid {
		if !p.Refunding {
			continue
		}
		_, pending := p.Refundable(all)
		if !pending.Amount.IsPositive() || sum.Known() && sum.Currency != pending.Currency {
			return shop.Money{}
		}
		sum = shop.Money{Amount: sum.Amount.Add(pending.Amount), Currency: pending.Currency}
	}
	return sum
}

// sentBack is what was refunded of all payments of an order in the currency of
// its price; not known if nothing was.
func sentBack(o shop.Order) shop.Money {
	var sum shop.Money
	for _, p := range o.Payments {
		if p.Refunded.IsPositive() && p.Price.Currency == o.PriceNow().Currency {
			sum = shop.Money{Amount: sum.Amount.Add(p.Refunded), Currency: p.Price.Currency}
		}
	}
	return sum
}

// arrived is what was paid for an order by all of its payments in the currency of
// its price: mostly its price.
func arrived(o shop.Order) shop.Money {
	sum := shop.Money{Currency: o.PriceNow().Currency}
	for _, p := range o.Payments {
		if p.State.Paid() && p.Price.Currency == sum.Currency {
			sum.Amount = sum.Amount.Add(p.Price.Amount)
		}
	}
	if !sum.Amount.IsPositive() {
		return o.PriceNow()
	}
	return sum
}

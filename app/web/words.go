package web

import (
	"fmt"

	"till/app/shop"
)

// words is what a buyer is told about an order: a mark, a headline, what it
// means and what comes next.
type words struct {
	Mark  string // good, warn, bad, busy or empty: its look
	Icon  string // of the mark: check, clock, cross, back, question, else an exclamation
	Title string
	Text  string
}

// wordsFor returns the words for an order, by the payment that decides it.
func wordsFor(o shop.Order) words {
	p := o.Current()
	switch p.State {
	case shop.Opening:
		return openingWords(p)
	case shop.Failed:
		return failedWords(p)
	case shop.Unresolved:
		return unresolvedWords(p)
	case shop.Confirmed:
		return confirmedWords(p, o.Surplus())
	case shop.Detected:
		return detectedWords(p)
	default:
		return plainWords[p.State]
	}
}

var plainWords = map[shop.State]words{
	shop.Waiting: {Icon: "clock", Title: "Waiting for your payment",
		Text: "Pay on Coinbase's page; it opens in a new tab. Keep this one: it tells you by itself when your payment has arrived."},
	shop.Expired: {Mark: "bad", Icon: "clock", Title: "Time to pay is over",
		Text: "No payment arrived in time. If you have just sent one, leave this page open: it still counts when it arrives. Otherwise you can start again."},
	shop.Canceled: {Icon: "cross", Title: "Order canceled",
		Text: "Nothing was paid so far. You can start a new payment for the same order whenever you like."},
	shop.Refunded: {Icon: "back", Title: "Payment refunded",
		Text: "Your payment was sent back to you."},
	shop.PartlyRefunded: {Icon: "back", Title: "Partly refunded",
		Text: "Your payment was confirmed and a part of it was sent back to you."},
}

// spentText stands under every order that cannot be tried again.
const spentText = "Nothing was paid so far. If you have just sent a payment, leave this page open: it still counts when it arrives. " +
	"This order has been tried as often as it can be; please start a new order in the shop."

func openingWords(p shop.Payment) words {
	if p.Problem == shop.Unanswered {
		return words{Mark: "warn", Icon: "question", Title: "Coinbase has not answered yet",
			Text: "We do not know yet whether your payment page was made, and keep looking for it. You can wait here or try again now; you pay only once, on the page you choose."}
	}
	return words{Mark: "busy", Title: "Preparing your payment",
		Text: "We are asking Coinbase for your payment page. This usually takes a second."}
}

func failedWords(p shop.Payment) words {
	w := words{Mark: "bad", Title: "The payment could not be started"}
	switch p.Problem {
	case shop.Unreachable:
		w.Text = "Coinbase cannot be reached right now. Nothing was charged. Please try again in a moment."
	case shop.Busy:
		w.Text = "Coinbase is very busy right now. Nothing was charged. Please try again in a minute."
	case shop.Credentials:
		w.Text = "The shop's access to Coinbase does not work at the moment. Nothing was charged, and the shop has been told. Please try again later."
	case shop.Refused:
		w.Text = "Coinbase did not accept this payment request. Nothing was charged, and the shop has been told. You can try again."
	case shop.Unanswered:
		w.Text = "Coinbase did not take our request. Nothing was charged. Please try again."
	default:
		w.Title = "The payment failed"
		w.Text = "Coinbase says that this payment did not work. You can try again."
	}
	return w
}

// confirmedWords add what becomes of money that came on top, while the shop has
// it, or goes back.
func confirmedWords(p shop.Payment, surplus bool) words {
	if p.Refunding {
		return words{Icon: "back", Title: "Refund on its way",
			Text: "Your payment was confirmed, and the shop is sending money back to you. This page tells you when that is done."}
	}
	w := words{Mark: "good", Icon: "check", Title: "Payment confirmed",
		Text: "Thank you! Your payment has arrived in full and your order is on its way to being fulfilled."}
	if surplus {
		w.Text = "Thank you! Your order is paid, and more money arrived than it costs. The shop has been told and will see to what is over; please do not pay again."
	}
	return w
}

// detectedWords ask for the rest of a payment that is too small, for as long as
// it can still be paid.
func detectedWords(p shop.Payment) words {
	if p.Partial() {
		return words{Mark: "warn", Icon: "clock", Title: "Part of the price has arrived",
			Text: fmt.Sprintf("%s of %s has arrived, and the time to pay is over. If Coinbase counts it as too little, the shop decides what happens next, and this page tells you.", p.Paid, p.Price)}
	}
	return words{Mark: "busy", Title: "Payment detected",
		Text: "Your payment was seen. It counts as soon as the network has confirmed it; you need not do anything."}
}

// restText invites to pay the rest.
func restText(p shop.Payment) string {
	return fmt.Sprintf("%s of %s has arrived. Pay the rest on Coinbase's page.", p.Paid, p.Price)
}

// unresolvedWords says what happens next with money that came, but not as
// asked for.
func unresolvedWords(p shop.Payment) words {
	w := words{Mark: "warn", Title: "The shop is looking into your payment",
		Text: "Your payment arrived, but something about it is unusual. The shop now decides by hand: it accepts your order, or sends your money back. " + follow}
	switch p.Exception {
	case shop.Underpaid:
		w.Title, w.Text = "Less than the price arrived", underpaidText(p)
	case shop.Overpaid:
		w.Title, w.Text = "More than the price arrived", overText(p, "You paid more than the price.")
	case shop.Delayed:
		w.Title, w.Text = "Your payment arrived late",
			"It came after the time to pay had ended. The shop now decides by hand: it accepts your payment all the same, or sends it back. Please do not pay a second time. "+follow
	case shop.Multiple:
		w.Title, w.Text = "Several payments arrived", overText(p, "More than one payment came in for this order.")
	case shop.MismatchException:
		w.Title, w.Text = "This payment does not fit the order",
			"A payment arrived that differs from what we asked for. The shop looks into it and then accepts your order or sends your money back. Please do not pay a second time. "+follow
	case shop.Unverified:
		w.Title, w.Text = "We could not find out what happened",
			"Coinbase no longer tells us about this payment. If you paid, the shop can look it up; please contact it with this order's address."
	}
	return w
}

// follow is where a buyer learns what was decided: the shop may know no address
// of his.
const follow = "This page tells you what was decided."

func underpaidText(p shop.Payment) string {
	sums := "Part of the price has arrived."
	if missing := p.Missing(); missing.Known() {
		sums = fmt.Sprintf("%s of %s arrived; %s are missing.", p.Paid, p.Price, missing)
	}
	return sums + " The shop now decides by hand: it accepts your order with that, or sends back what you paid. Please do not pay a second time. " + follow
}

func overText(p shop.Payment, plainly string) string {
	if over := p.Over(); over.Known() {
		plainly += fmt.Sprintf(" %s arrived for a price of %s; %s are over.", p.Paid, p.Price, over)
	}
	return plainly + " The shop accepts your order by hand and sees to what is over. Please do not pay again. " + follow
}

package web

import "till/app/shop"

// words is what a buyer is told about an order: a mark, a headline, what it
// means and what comes next.
type words struct {
	Mark  string // good, warn, bad, busy or empty: its look
	Icon  string // of the mark: check, clock, cross, back, question, else an exclamation
	Title string
	Text  string
}

// wordsFor returns the words for the payment that decides an order.
func wordsFor(p shop.Payment) words {
	switch p.State {
	case shop.Opening:
		return openingWords(p)
	case shop.Failed:
		return failedWords(p)
	case shop.Unresolved:
		return unresolvedWords(p.Exception)
	default:
		return plainWords[p.State]
	}
}

var plainWords = map[shop.State]words{
	shop.Waiting: {Icon: "clock", Title: "Waiting for your payment",
		Text: "Pay on Coinbase's page; it opens in a new tab. Keep this one: it tells you by itself when your payment has arrived."},
	shop.Detected: {Mark: "busy", Title: "Payment detected",
		Text: "Your payment was seen. It counts as soon as the network has confirmed it; you need not do anything."},
	shop.Confirmed: {Mark: "good", Icon: "check", Title: "Payment confirmed",
		Text: "Thank you! Your payment has arrived in full and your order is on its way to being fulfilled."},
	shop.Expired: {Mark: "bad", Icon: "clock", Title: "Time to pay is over",
		Text: "No payment arrived in time. If you have just sent one, leave this page open: it still counts when it arrives. Otherwise you can start again."},
	shop.Canceled: {Icon: "cross", Title: "Order canceled",
		Text: "Nothing was paid so far. You can start a new payment for the same order whenever you like."},
	shop.Refunded: {Icon: "back", Title: "Payment refunded",
		Text: "Your payment was sent back to you."},
	shop.PartlyRefunded: {Icon: "back", Title: "Partly refunded",
		Text: "Your payment was confirmed and a part of it was sent back to you."},
}

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

// unresolvedWords says what happens next with money that came, but not as
// asked for.
func unresolvedWords(e shop.Exception) words {
	w := words{Mark: "warn", Title: "The shop is looking into your payment",
		Text: "Your payment arrived, but something about it is unusual. The shop will decide by hand and contact you if anything is missing."}
	switch e {
	case shop.Underpaid:
		w.Title, w.Text = "Less than the price arrived",
			"Part of the price has arrived. The shop will contact you about the rest, or send back what you paid. Please do not pay a second time."
	case shop.Overpaid:
		w.Title, w.Text = "More than the price arrived",
			"You paid more than the price. The shop will accept your order by hand and see to what is over."
	case shop.Delayed:
		w.Title, w.Text = "Your payment arrived late",
			"It came after the time to pay had ended, so the shop has to accept it by hand. Please do not pay a second time."
	case shop.Multiple:
		w.Title, w.Text = "Several payments arrived",
			"More than one payment came in for this order. The shop will sort it out and see to what is over."
	case shop.MismatchException:
		w.Title, w.Text = "This payment does not fit the order",
			"A payment arrived that differs from what we asked for. The shop will look into it before anything else happens."
	case shop.Unverified:
		w.Title, w.Text = "We could not find out what happened",
			"Coinbase no longer tells us about this payment. If you paid, the shop can look it up; please contact it with this order's address."
	}
	return w
}

package e2e

import (
	"os"
	"slices"
	"testing"
)

// promise is what Till says it does for a buyer, and the test that holds it to
// that.
type promise struct {
	name string
	keep func(*testing.T, place)
}

// payments are how somebody pays, at each provider and wherever the tests run.
var payments = []promise{
	{"a page that waits says confirmed within two seconds, by itself", confirmsByItself},
	{"a buyer without scripts pays and sees it confirmed", paysWithoutScripts},
	{"a payment canceled at the provider can be tried again", cancelsAtTheProvider},
	{"an expired order offers a retry that can be paid", retriesWhatExpired},
	{"pastries are paid for in a dialog, and the page behind says confirmed", paysInTheDialog},
	{"pastries are paid for on the provider's page, and the page behind says confirmed", paysThroughTheLink},
	{"the keyboard alone buys, pays in the dialog and closes it", worksByKeyboard},
}

// promises are all others that are kept at each provider.
var promises = []promise{
	{"no page of the shop breaks a rule of axe, in any state and theme", shopIsAccessible},
	{"no page of the sandbox breaks a rule of axe, in any state and theme", sandboxIsAccessible},
	{"no page beside a provider's breaks a rule of axe, after a mistake either", workbenchIsAccessible},
	{"no page of a checkout breaks a rule of axe, the dialog included", checkoutIsAccessible},
	{"no page of an account breaks a rule of axe, after a mistake either", accountIsAccessible},
	{"a payment confirmed while the socket was cut is caught up with", survivesACutSocket},
	{"a payment goes on through a restart of the till", survivesARestart},
	{"a page that was hidden heals the moment it is shown", healsWhenShown},
	{"a countdown that slept is right again when the page is shown", recountsWhenShown},
	{"a page that was frozen heals the moment it goes on", healsWhenThawed},
	{"a page that was left and restored is live again", healsWhenRestored},
	{"a checkout offers no dead button where there are no scripts", offersTheLinkAlone},
	{"an account works without scripts", accountWorksWithoutScripts},
	{"two buyers see their own orders only", keepsBuyersApart},
	{"a double click and a form sent again are one order", sellsOnceForOneForm},
	{"a second coffee can be bought on a fresh page", sellsASecondCoffee},
	{"back shows the shop, forward the order, still live", worksWithHistory},
	{"an order can be canceled on its own page", cancelsAnOrder},
	{"a provider that is down is told, and the retry works once it is up", retriesADeadProvider},
	{"a price that rose is told before the retry, and is what it costs", retriesAtTodaysPrice},
	{"a customer's account shows orders turn confirmed by itself", accountFollows},
	{"the dialog opens again and again, after history too, and needs no message", opensAgain},
	{"a frame that is refused leaves the link to the provider's page", fallsBackToTheLink},
	{"the dialog keeps the focus and gives it back", keepsTheFocus},
	{"who registers finds what he buys in the account, and can leave", listsOwnOrders},
	{"a wrong password is told, and the name is kept", refusesAWrongPassword},
	{"a guest's order is added to the account that he makes", claimsAGuestsOrder},
	{"a shared link lets no other account have the order", guardsASharedLink},
	{"a session ended elsewhere leads to the login", endsASession},
	{"a changed password logs the other browser out", changesThePassword},
}

// promisesAt are those that one provider alone can keep, and why.
var promisesAt = map[string][]promise{
	atCommerce: {
		// Commerce has pages for frames; Business shows the hosted page, which is judged
		// with the sandbox's.
		{"no page in a frame breaks a rule of axe, in any state", embedIsAccessible},
		// A checkout of Business is paid whole or not at all: it knows no part and no
		// rest, and nothing that is paid twice.
		{"who paid too little sees what is due, pays the rest and sees it confirmed", paysTheRest},
		{"a part of the price is told, with the way to pay the rest", asksForTheRest},
		{"a charge that was paid, and then paid again, is confirmed", confirmsWhatWasPaidTwice},
		// Each opening of the dialog begins a charge; at Business the order has its own.
		{"of two charges begun in the dialog either pays", eitherChargePays},
		// A merchant's checkout lasts, is sold from by many and can be deleted, renamed or
		// repriced there; at Business each order has its own, made from the configuration.
		{"a checkout that is gone leaves the link and says so", saysWhatIsGone},
		{"a checkout renamed and repriced is so for new orders only", keepsThePriceOfAnOrder},
		{"a checkout whose provider is down is shown, and says why it does not sell", showsWhatCannotBeSold},
	},
	atBusiness: {
		// Commerce has no refunds in its API.
		{"money that is sent back is told while the buyer looks, with the sums", tellsOfRefunds},
	},
}

// promisesOf are those to be kept at a provider. CI, which has little time, holds
// only the provider that Till is shipped with to all of them.
func promisesOf(at provider) []promise {
	all := slices.Concat(payments, promisesAt[at.name])
	if at.name == atCommerce || os.Getenv("CI") != "true" {
		all = append(all, promises...)
	}
	return all
}

package cli

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"till/app/config"
)

// toldAnyway settles what needs no subscription, and reports whether it did: the
// sandbox sends its webhooks to one address by itself, and this shop's receiver,
// which "" means, too, would not believe what a subscription brought.
func (s subscriptions) toldAnyway(address string) (settled bool, err error) {
	own := cmp.Or(s.cfg.Server.PublicURL, "http://"+s.cfg.Server.Listen) + businessReceiver
	ours := address == "" || samePlace(address, own)
	to := s.cfg.Sandbox.BusinessWebhookURL
	switch {
	case ours && (to == "" || samePlace(to, own)):
		return true, s.tellAnyway("this shop")
	case ours:
		return true, fmt.Errorf("this shop would refuse them: while the sandbox is on, it believes no secret but the sandbox's own. "+
			"The sandbox sends its webhooks to %s; leave [sandbox] business_webhook_url out, and they come here without a subscription", to)
	case to != "" && samePlace(address, to):
		return true, s.tellAnyway(to)
	}
	return false, nil
}

func (s subscriptions) tellAnyway(whom string) error {
	_, err := fmt.Fprintf(s.stdout, "The sandbox sends its webhooks to %s anyway, signed with [sandbox] business_webhook_secret: "+
		"nothing was subscribed to.\n", whom)
	return err
}

// samePlace reports whether two addresses lead to the same receiver; this
// machine has many names.
func samePlace(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil {
		return a == b
	}
	sameHost := strings.EqualFold(x.Hostname(), y.Hostname()) || ofThisMachine(x.Hostname()) && ofThisMachine(y.Hostname())
	return sameHost && x.Scheme == y.Scheme && x.Port() == y.Port() && x.RequestURI() == y.RequestURI()
}

// ofThisMachine is [here] for a host that may be listened on, too.
func ofThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return here(host) || err == nil && ip.IsUnspecified()
}

// advice says where the secret of a new subscription belongs.
func advice(cfg config.Config, secret string) string {
	if cfg.Sandbox.Enabled {
		return "Their secret is shown only now. It is for whoever receives there: this shop, while the sandbox is on, " +
			"believes no secret but the sandbox's own.\n\n" + secret
	}
	return "Their secret is shown only now. Put it into the environment, beside an older one with a comma between them, " +
		"and start till again. A secret of another environment (Coinbase's sandbox beside real payments, or the reverse) must go: " +
		"what it signs would count as of this one.\n\nTILL_BUSINESS_WEBHOOK_SECRETS=" + secret
}

// farewellTo says what is left to do about the secret of an ended subscription.
func farewellTo(cfg config.Config) string {
	if cfg.Sandbox.Enabled {
		return "Whoever received its webhooks needs its secret no more"
	}
	return "Take its secret out of TILL_BUSINESS_WEBHOOK_SECRETS as soon as no webhook of it is on its way any more"
}

package config

import (
	"net"
	"strings"
)

func (s *settings) sandbox() Sandbox {
	at := func(key string) place { return place{"sandbox", key} }
	listen, public := s.front("sandbox")
	box := Sandbox{
		Enabled:               true,
		AllowPublic:           s.flag(at("allow_public")),
		Listen:                listen,
		PublicURL:             public,
		APIKey:                s.secret(at("api_key")),
		WebhookSecret:         s.secret(at("webhook_secret")),
		WebhookURL:            s.hookURL(at("webhook_url")),
		BusinessWebhookSecret: s.secret(at("business_webhook_secret")),
		BusinessWebhookURL:    s.hookURL(at("business_webhook_url")),
		BusinessPublicKey:     s.text(at("business_public_key")),
		Shape:                 s.choice(at("shape"), shape2018, shapeOnchain),
		ConfirmAfter:          s.duration(at("confirm_after")),
		Store:                 s.storeURL(at("store")),
	}
	return box
}

// pretend refuses to show pretend money to strangers, unless that is wanted.
func (s *settings) pretend(section, public string, allowed bool) {
	if public == "" || allowed || isLoopback(hostOf(public)) {
		return
	}
	s.wrong(place{section, "public_url"}, "%s is open to others while the sandbox is on, where nobody pays anything; "+
		"write enabled = false in [sandbox] to sell, or allow_public = true there to show it around", quoted(public))
}

// together checks what only matters when shop and sandbox run side by side.
func (s *settings) together(c Config) {
	s.pretend("server", c.Server.PublicURL, c.Sandbox.AllowPublic)
	s.pretend("sandbox", c.Sandbox.PublicURL, c.Sandbox.AllowPublic)
	if c.Server.Listen != "" && c.Server.Listen == c.Sandbox.Listen && !strings.HasSuffix(c.Server.Listen, ":0") {
		s.wrong(place{"sandbox", "listen"}, "is the address of [server] listen, too; write another port, such as 127.0.0.1:8402")
	}
	if c.Store.URL != "" && c.Store.URL == c.Sandbox.Store {
		s.wrong(place{"sandbox", "store"}, "is the file of [store] url, too; write another one, such as sqlite:data/sandbox.db")
	}
	if c.Sandbox.BusinessPublicKey != "" && (c.Business.KeyID == "" || c.Business.KeySecret == "") {
		s.wrong(place{"sandbox", "business_public_key"}, "is one half of a key whose other half the shop does not have; "+
			"write it into [business] key_id and key_secret, or leave this out and a pair is made")
	}
}

// receivers derives where a sandbox that runs alone sends its events, where
// nobody says. Nothing keeps it from starting that only Business would miss.
func (s *settings) receivers(box *Sandbox) {
	given := s.text(place{"sandbox", "webhook_url"}) != ""
	before := len(s.mistakes)
	shop := s.shopURL()
	if given {
		s.mistakes = s.mistakes[:before]
	}
	if shop == "" {
		return
	}
	if !given {
		box.WebhookURL = shop + "/webhooks/commerce"
	}
	if s.text(place{"sandbox", "business_webhook_url"}) == "" {
		box.BusinessWebhookURL = shop + "/webhooks/business"
	}
}

// shopURL is where the shop of this configuration is; "" if that cannot be
// told. The public address comes first: it is the host the shop surely answers
// to.
func (s *settings) shopURL() string {
	listen, base := s.front("server")
	host, port, _ := net.SplitHostPort(listen)
	switch {
	case base != "":
		return base
	case listen == "":
		return "" // which has been told
	case port == "0":
		s.wrong(place{"sandbox", "webhook_url"}, "is missing and cannot be derived from [server], "+
			"whose port is only known once it runs; write such as http://127.0.0.1:8000/webhooks/commerce")
		return ""
	case isEverywhere(host):
		return "http://127.0.0.1:" + port
	default:
		return "http://" + listen
	}
}

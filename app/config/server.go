package config

import (
	"net/netip"
	"strings"
)

// Below these bounds honest requests do not fit: a webhook has some kilobytes,
// a browser's headers have one or two. Above them every connection is a burden.
const (
	leastBody, mostBody = 16 << 10, 64 << 20
	leastHead, mostHead = 2 << 10, 1 << 20
)

func (s *settings) server() Server {
	at := func(key string) place { return place{"server", key} }
	listen, public := s.front("server")
	return Server{
		Listen:         listen,
		PublicURL:      public,
		AllowedHosts:   s.hosts(at("allowed_hosts")),
		TrustedProxies: s.networks(at("trusted_proxies")),
		MetricsToken:   s.secret(at("metrics_token")),
		LimitOrders:    s.limit(at("limit_orders")),
		LimitAsks:      s.limit(at("limit_asks")),
		LimitSockets:   s.limit(at("limit_sockets")),

		LimitOrderSockets: s.limit(at("limit_order_sockets")),
		LimitWebhooks:     s.limit(at("limit_webhooks")),

		MaxBody:   s.number(at("max_body"), leastBody, mostBody),
		MaxHead:   s.number(at("max_head"), leastHead, mostHead),
		FirstByte: s.duration(at("first_byte")),
		Idle:      s.duration(at("idle")),

		RetryPrice: s.choice(at("retry_price"), orderPrice, todayPrice),
	}
}

func (s *settings) hosts(p place) []string {
	var hosts []string
	for _, item := range s.list(p) {
		host := strings.ToLower(item)
		if !isHost(host) {
			s.wrong(p, "%s is no bare host name; write names without https://, port, path and *, such as shop.example.com, www.example.com", quoted(item))
			continue
		}
		hosts = append(hosts, host)
	}
	return hosts
}

// networks reads addresses and networks. A network of everybody would let
// every visitor choose the address he is counted under.
func (s *settings) networks(p place) []string {
	var networks []string
	for _, item := range s.list(p) {
		prefix, err := netip.ParsePrefix(item)
		_, single := netip.ParseAddr(item)
		switch {
		case err != nil && single != nil:
			s.wrong(p, "%s is no address and no network; write such as 10.0.0.7, 10.0.0.0/8", quoted(item))
		case err == nil && prefix.Bits() == 0:
			s.wrong(p, "%s trusts everybody; write only the addresses of your own proxies, such as 10.0.0.7", quoted(item))
		default:
			networks = append(networks, item)
		}
	}
	return networks
}

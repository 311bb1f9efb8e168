package delivery

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"till/app/coinbase/business"
	"till/app/sandbox/trouble"
)

// stale is how old the trouble old_timestamp makes a signature: twice what
// receivers put up with.
const stale = 10 * time.Minute

// signed are the headers that the signature covers, in its order.
func signedHeaders() []string { return []string{"content-type", "x-event-id", "x-event-type"} }

// signBusiness signs in both versions, unless a trouble leaves one out.
func (l letter) signBusiness(secret string, m message, body []byte) string {
	at := l.at
	if slices.Contains(l.kinds, trouble.OldTimestamp) {
		at = at.Add(-stale)
	}
	signature := business.Sign(secret, at, l.head(m, ""), signedHeaders(), body)
	switch {
	case slices.Contains(l.kinds, trouble.V0Only):
		return only(signature, "t", "v0")
	case slices.Contains(l.kinds, trouble.V1Only):
		return only(signature, "t", "h", "v1")
	default:
		return signature
	}
}

// only keeps the parts of a signature that have one of the names.
func only(signature string, names ...string) string {
	parts := strings.Split(signature, ",")
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return !slices.Contains(names, name)
	}), ",")
}

// headBusiness adds what names the event, which stands nowhere in the body.
func (l letter) headBusiness(h http.Header, m message, signature string) {
	h.Set("User-Agent", "till-sandbox")
	h.Set(business.EventIDHeader, l.eventID(m))
	h.Set(business.EventTypeHeader, m.kind)
	if signature != "" {
		h.Set(business.SignatureHeader, signature)
	}
}

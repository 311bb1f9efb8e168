package gateway

import (
	"errors"
	"net/http"

	"till/app/coinbase/business"
	"till/app/shop"
)

// businessError says what a failed question means to the shop.
func businessError(err error) error {
	told := providerError(err)
	var failure *shop.ProviderError
	if errors.As(told, &failure) && errors.Is(err, business.ErrInvalid) {
		failure.Problem = shop.Refused // nobody was asked, and trying again is no use
	}
	return told
}

// keyedError is [businessError] for a request with an idempotency key. Where it
// was repeated after an unclear answer, what the last try was refused for says
// nothing of the earlier one; and that the key is known already, or in use, says
// that there was one.
func keyedError(err error) error {
	told := businessError(err)
	var said *business.Error
	var failure *shop.ProviderError
	if errors.As(err, &said) && (said.Heard() || keyKnown(said)) && errors.As(told, &failure) {
		failure.Problem = shop.Unanswered
	}
	return told
}

// keyKnown reports whether the provider knows the request's key: of the same
// request, perhaps still in the making, or of another.
func keyKnown(e *business.Error) bool {
	return e.Status == http.StatusConflict || e.Type == business.TypeIdempotency
}

// stands reports whether a checkout could not be deactivated for a reason that
// asking about it explains: it was paid, has expired, or is deactivated already.
func stands(err error) bool {
	var e *business.Error
	if !errors.As(err, &e) {
		return false
	}
	return problemOf(e) == shop.Refused || e.Status == http.StatusNotImplemented
}

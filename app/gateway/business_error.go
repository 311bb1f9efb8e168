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

// keyedError is [businessError] for a request that was repeated after an unclear
// answer. What the last try was refused for says nothing of the earlier one.
func keyedError(err error) error {
	told := businessError(err)
	var said *business.Error
	var failure *shop.ProviderError
	if errors.As(err, &said) && said.Heard() && errors.As(told, &failure) {
		failure.Problem = shop.Unanswered
	}
	return told
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

package gateway

import (
	"errors"
	"net/http"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

// providerError says what a failed call means to the shop. An error of the
// caller's context stays in its chain.
func providerError(err error) error {
	var e *commerce.Error
	if !errors.As(err, &e) {
		return &shop.ProviderError{Problem: shop.Unanswered, Err: err}
	}
	return &shop.ProviderError{
		Problem:    problemOf(e),
		NotFound:   e.NotFound(),
		Gone:       e.Status == http.StatusGone,
		RequestID:  e.RequestID,
		RetryAfter: e.RetryAfter,
		Err:        err,
	}
}

// problemOf is clear only when nothing can have been made. A 408 comes from
// something between us and the provider as often as from itself, so it is not.
func problemOf(e *commerce.Error) shop.Problem {
	switch {
	case e.Status == 0 && !e.Sent:
		return shop.Unreachable
	case e.Status < 400 || e.Status >= 500 || e.Status == http.StatusRequestTimeout:
		return shop.Unanswered
	case e.Status == http.StatusTooManyRequests || e.Type == commerce.TypeRateLimit:
		return shop.Busy
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden,
		e.Type == commerce.TypeAuthentication, e.Type == commerce.TypeAuthorization:
		return shop.Credentials
	}
	return shop.Refused
}

// refusesToCancel reports whether a cancellation failed in a way that asking
// about the charge can explain.
func refusesToCancel(err error) bool {
	var e *commerce.Error
	if !errors.As(err, &e) {
		return false
	}
	return problemOf(e) == shop.Refused || e.Status == http.StatusNotImplemented
}

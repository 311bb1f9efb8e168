package commerce

import (
	"fmt"

	"till/app/coinbase/rest"
)

// Error is what a [Client] returns when the provider did not do what it was
// asked.
type Error = rest.Error

// name is what errors and logs call this API.
const name = "coinbase commerce"

// unsent is the error of a request that was not made, because it would be
// wrong.
func unsent(format string, args ...any) error { return rest.Unsent(name, fmt.Errorf(format, args...)) }

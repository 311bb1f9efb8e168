package page

import "context"

type requestKey struct{}

// WithRequest returns a context that carries a request's id, so that whatever
// is logged on its behalf can be found by it.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID returns the id of the request that ctx belongs to; "" if it belongs
// to none.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

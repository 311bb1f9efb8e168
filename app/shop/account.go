package shop

import "time"

// CustomerID names an account; made like an [OrderID].
type CustomerID string

// Customer is who an order belongs to, as much of it as travels with a payment.
type Customer struct {
	ID       CustomerID
	Username string
}

// Known reports whether there is a customer at all.
func (c Customer) Known() bool { return c.ID != "" }

// Account is a registered customer.
type Account struct {
	ID        CustomerID
	Username  string // as typed: a name or an e-mail address
	Password  string // its hash
	CreatedAt time.Time
}

// Customer returns what travels with a payment.
func (a Account) Customer() Customer { return Customer{ID: a.ID, Username: a.Username} }

// SessionID is the public name of a session, safe to list.
type SessionID string

// Session is one browser that is logged in.
type Session struct {
	ID        SessionID
	Customer  CustomerID
	Secret    string // a hash of what the cookie holds
	Agent     string // the browser, in its own words
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time // slides while it is used
}

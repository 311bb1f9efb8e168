// Package shop is Till's domain: products, orders, payments, and the one rule
// by which evidence settles them. It knows no HTTP, no database and no
// provider; those meet it through the interfaces in ports.go.
//
// The [Cashier] is the only writer of orders and payments. Everything said
// about a payment — a webhook, the answer to a question, a replay — arrives as
// [Evidence] at [Cashier.Settle]. STATES.md shows what evidence does.
package shop

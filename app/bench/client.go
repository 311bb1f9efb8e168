package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"

	"till/app/coinbase/commerce"
)

// client is one keep-alive connection. It writes HTTP by hand, so that it
// leaves the cores to the till.
type client struct {
	address string
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
}

func dial(ctx context.Context, address string) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("reach the till: %w", err)
	}
	return &client{address: address, conn: conn, in: bufio.NewReader(conn)}, nil
}

// dialAll opens n of them; close what it returns in any case.
func dialAll(ctx context.Context, address string, n int) ([]*client, error) {
	var all []*client
	for range n {
		c, err := dial(ctx, address)
		if err != nil {
			return all, err
		}
		all = append(all, c)
	}
	return all, nil
}

func closeAll[T interface{ close() }](all []T) {
	for _, one := range all {
		one.close()
	}
}

func (c *client) close() { _ = c.conn.Close() } // nothing is written any more

// order posts the form that buys a coffee and returns the new order's path.
func (c *client) order() (string, error) {
	const form = "product=coffee"
	c.out = fmt.Appendf(c.out[:0], "POST /orders HTTP/1.1\r\nHost: %s\r\nHX-Request: true\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", c.address, len(form), form)
	resp, err := c.send()
	if err != nil {
		return "", err
	}
	return resp.Header.Get("HX-Push-Url"), nil
}

// product looks at the coffee.
func (c *client) product() error {
	c.out = fmt.Appendf(c.out[:0], "GET /products/coffee HTTP/1.1\r\nHost: %s\r\n\r\n", c.address)
	_, err := c.send()
	return err
}

// webhook posts a signed body.
func (c *client) webhook(body []byte) error {
	c.out = fmt.Appendf(c.out[:0], "POST /webhooks/commerce HTTP/1.1\r\nHost: %s\r\nUser-Agent: weipay-webhooks\r\nAccept: */*\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n\r\n",
		c.address, len(body), commerce.SignatureHeader, commerce.Sign(secret, body))
	c.out = append(c.out, body...)
	_, err := c.send()
	return err
}

// send writes the request and reads its answer, which must be a 200.
func (c *client) send() (*http.Response, error) {
	if _, err := c.conn.Write(c.out); err != nil {
		return nil, fmt.Errorf("send a request: %w", err)
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, fmt.Errorf("read an answer: %w", err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("read an answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the till answered %s: %.200s", resp.Status, text)
	}
	return resp, nil
}

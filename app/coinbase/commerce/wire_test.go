package commerce

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// arrival is what a request looks like at the provider's end.
type arrival struct {
	Line, Key, Version, ContentType, Accept, Body string
}

func TestRequestsAsTheProviderSeesThem(t *testing.T) {
	t.Parallel()
	list := `{"pagination":{"limit":2,"yielded":1,"cursor_range":["a","a"],"next_uri":null},"data":[{"id":"a"}]}`
	testWire(t, map[string]exchange{
		"create": {
			goodCharge, func(t *testing.T, c *Client) error {
				_, err := c.CreateCharge(t.Context(), CreateCharge{
					Name: "Coffee", PricingType: FixedPrice, LocalPrice: &Money{Amount: "4.50", Currency: "USD"},
					Metadata: Metadata{"order_id": "o"}, RedirectURL: "https://shop.example/success",
				})
				return err
			},
			arrival{Line: "POST /commerce/charges", ContentType: "application/json", Body: `{"name":"Coffee","pricing_type":"fixed_price","local_price":{"amount":"4.50","currency":"USD"},"metadata":{"order_id":"o"},"redirect_url":"https://shop.example/success"}`},
		},
		"create without a price": {
			goodCharge, func(t *testing.T, c *Client) error {
				_, err := c.CreateCharge(t.Context(), CreateCharge{PricingType: NoPrice})
				return err
			},
			arrival{Line: "POST /commerce/charges", ContentType: "application/json", Body: `{"pricing_type":"no_price"}`},
		},
		"create from a checkout": {
			goodCharge, func(t *testing.T, c *Client) error {
				_, err := c.CreateCharge(t.Context(), CreateCharge{PricingType: NoPrice, CheckoutID: checkoutID})
				return err
			},
			arrival{Line: "POST /commerce/charges", ContentType: "application/json", Body: `{"pricing_type":"no_price","checkout_id":"` + checkoutID + `"}`},
		},
		"find": {
			goodCharge, func(t *testing.T, c *Client) error {
				_, err := c.FindCharge(t.Context(), "GOOD1234")
				return err
			},
			arrival{Line: "GET /commerce/charges/GOOD1234"},
		},
		"cancel": {
			goodCharge, func(t *testing.T, c *Client) error {
				_, err := c.CancelCharge(t.Context(), "GOOD1234")
				return err
			},
			arrival{Line: "POST /commerce/charges/GOOD1234/cancel", ContentType: "application/json"},
		},
		"list": {
			list, func(t *testing.T, c *Client) error {
				_, err := c.ListCharges(t.Context(), ListOptions{Limit: 2, Order: NewestFirst, StartingAfter: "x y"})
				return err
			},
			arrival{Line: "GET /commerce/charges?limit=2&order=desc&starting_after=x+y"},
		},
		"list as it comes": {
			list, func(t *testing.T, c *Client) error {
				_, err := c.ListCharges(t.Context(), ListOptions{})
				return err
			},
			arrival{Line: "GET /commerce/charges"},
		},
	})
}

// exchange is one call, what the provider answers and what it must have seen.
type exchange struct {
	answer string
	call   func(*testing.T, *Client) error
	want   arrival
}

func testWire(t *testing.T, exchanges map[string]exchange) {
	t.Helper()
	for name, tc := range exchanges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := make(chan arrival, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body) // what did not come shows in the comparison
				seen <- arrival{
					Line: r.Method + " " + r.URL.String(), Body: string(body),
					Key: r.Header.Get("X-CC-Api-Key"), Version: r.Header.Get("X-CC-Version"),
					ContentType: r.Header.Get("Content-Type"), Accept: r.Header.Get("Accept"),
				}
				answer(200, nil, tc.answer)(w, r)
			}))
			t.Cleanup(server.Close)
			client, _ := testClient(t, server.URL+"/commerce/", nil)
			if err := tc.call(t, client); err != nil {
				t.Fatal(err)
			}
			tc.want.Key, tc.want.Version, tc.want.Accept = testKey, APIVersion, "application/json"
			if diff := cmp.Diff(tc.want, <-seen); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOddNamesAreNotAskedFor(t *testing.T) {
	t.Parallel()
	server, arrived := silent(t)
	client, _ := testClient(t, server.URL, nil)
	for _, name := range []string{"", "..", "a/b", "a?b", "a%2fb", "ä", string(make([]byte, 129))} {
		if _, err := client.FindCharge(t.Context(), name); err == nil {
			t.Errorf("%q was asked for", name)
		}
		if _, err := client.CancelCharge(t.Context(), name); err == nil {
			t.Errorf("%q was canceled", name)
		}
	}
	if n := arrived.Load(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

func TestNextPage(t *testing.T) {
	t.Parallel()
	more := "https://api.example/charges?starting_after=b"
	two := []Charge{{ID: "a"}, {ID: "b"}}
	for name, tc := range map[string]struct {
		page  ChargePage
		limit int
		next  string
		more  bool
	}{
		"empty":                    {ChargePage{Pagination: Pagination{NextURI: &more}}, 2, "", false},
		"full":                     {ChargePage{Charges: two}, 2, "b", true},
		"full, says it is the end": {ChargePage{Charges: two, Pagination: Pagination{CursorRange: []string{"a", "b"}}}, 2, "b", true},
		"short":                    {ChargePage{Charges: two}, 25, "", false},
		"short, but goes on":       {ChargePage{Charges: two, Pagination: Pagination{NextURI: &more, CursorRange: []string{"a", "z"}}}, 25, "z", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if next, goesOn := tc.page.Next(tc.limit); next != tc.next || goesOn != tc.more {
				t.Errorf("got %q, %v", next, goesOn)
			}
		})
	}
}

func TestAnAnswerThatIsNoList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"data":null}`, `{"data":{}}`, `[]`, `"x"`} {
		server := httptest.NewServer(answer(200, nil, body))
		t.Cleanup(server.Close)
		client, _ := testClient(t, server.URL, nil)
		if _, err := client.ListCharges(t.Context(), ListOptions{}); err == nil {
			t.Errorf("%s was taken for a list", body)
		}
	}
}

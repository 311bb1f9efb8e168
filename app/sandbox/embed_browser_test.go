package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"till/app/sandbox"
)

// foreignShop serves a plain page on another site, under a policy that forbids
// all that the embed script does not need.
func foreignShop(t *testing.T, box string, links ...string) string {
	t.Helper()
	const script = `
		const heard = [], violations = [];
		addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI));
		function ready() {
			for (const name of ["onPaymentDetected", "onSuccess", "onFailure"]) {
				BuyWithCrypto.registerCallback(name, (m) => heard.push([name, m.event, m.code, m.buttonId.length].join(" ")));
			}
		}`
	mux := http.NewServeMux()
	mux.HandleFunc("/shop.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = fmt.Fprint(w, script) // a browser that hung up misses it
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' "+box+"; frame-src "+box)
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>%s
			<script src="/shop.js"></script><script src="%s/v1/checkout.js?onload=ready"></script>`, strings.Join(links, " "), box)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // to a browser another site than the sandbox's
}

func TestAnotherShopsPageSellsInAFrame(t *testing.T) {
	t.Parallel()
	findChromium(t) // before anything is started
	r := start(t, func(cfg *sandbox.Config) { cfg.ConfirmAfter = 0 })
	made, own := r.offer(), r.create()
	shop := foreignShop(t, r.url,
		`<a id="buy" class="buy-with-crypto" data-custom="customer &lt;42&gt;" data-cache-disabled="true" href="`+r.url+"/checkout/"+made.ID+`">Buy</a>`,
		`<a id="own" class="buy-with-crypto" href="`+r.url+"/charges/"+own.Code+`">Pay</a>`,
		`<a id="gone" class="buy-with-crypto" href="`+r.url+`/checkout/nothing">Gone</a>`,
	)
	page := browse(t, shop)
	page.await("!!window.BuyWithCrypto", "true")

	t.Log("opening and closing makes no charge")
	page.click("#buy")
	frame := page.frame(r.url + "/embed/checkout/")
	frame.await("document.querySelector('h1').textContent", "Beans")
	frame.click("#close")
	page.closed()
	page.await("document.activeElement.id", "buy")
	if got := r.list("").Pagination.Total; got != 1 {
		t.Errorf("there are %d charges, want the one made before", got)
	}

	t.Log("paying in the frame")
	page.do(chromedp.KeyEvent(kb.Enter)) // on the link, which has the focus again
	frame = page.frame(r.url + "/embed/checkout/")
	frame.click("button[type=submit]")
	frame.await("document.querySelector('#charge')?.dataset.status", "NEW")
	bought := r.list("").Data[0]
	if bought.Metadata["custom"] != "customer <42>" || bought.Checkout == nil || bought.Checkout.ID != made.ID {
		t.Errorf("charge %+v", bought)
	}
	frame.click("form[action*='/pay'] button")
	page.await("heard.join()", "onPaymentDetected payment_detected "+bought.Code+" 36,onSuccess charge_confirmed "+bought.Code+" 36")
	frame.await("document.querySelector('#charge h2').textContent", "Payment complete")

	t.Log("nobody else can say so")
	page.read(`(window.last = "", addEventListener("message", (e) => { last = e.data.event; }),
		postMessage({event: "charge_failed", code: "X", buttonId: new URL(document.querySelector("iframe").src).searchParams.get("buttonId")}, "*"))`)
	page.await("last", "charge_failed")
	page.await("heard.length", "2")

	t.Log("closing by the keyboard")
	frame.do(chromedp.Focus(chromedp.CSS("#close")))
	// The key takes the frame away, often before the browser has said that it
	// was pressed. Whether it worked, the page tells.
	_ = chromedp.Do(frame.ctx, chromedp.KeyEvent(kb.Escape))
	page.closed()

	t.Log("a charge of the merchant's own, which fails")
	page.click("#own")
	frame = page.frame(r.url + "/embed/charges/" + own.Code)
	frame.await("document.querySelector('#charge').dataset.status", "NEW")
	r.do(own.Code, "fail")
	page.await("heard.at(-1)", "onFailure charge_failed "+own.Code+" 36")
	page.click("dialog > button")
	page.closed()

	t.Log("nothing to sell")
	page.read(`(last = "", 0)`)
	page.click("#gone")
	page.await("last", "error_not_found")
	page.do(chromedp.KeyEvent(kb.Escape))
	page.closed()
	page.await("heard.length", "3")
	page.await("violations.join()", "")
}

func TestFrameIsRefusedOrSilent(t *testing.T) {
	t.Parallel()
	findChromium(t)
	r := start(t, func(cfg *sandbox.Config) { cfg.ConfirmAfter = 0 })
	c := r.create()
	shop := foreignShop(t, r.url,
		`<a id="code" class="buy-with-crypto" href="`+r.url+"/charges/"+c.Code+`">By code</a>`,
		`<a id="id" class="buy-with-crypto" href="`+r.url+"/charges/"+c.ID+`">By id</a>`,
	)
	r.want(r.send("POST", "/control/settings", `{"embed_messages":false}`), http.StatusOK)
	page := browse(t, shop)
	page.await("!!window.BuyWithCrypto", "true")
	page.read(`(window.last = "", addEventListener("message", (e) => { last = e.data.event; }))`)

	t.Log("no message of a payment")
	page.click("#code")
	frame := page.frame(r.url + "/embed/charges/")
	frame.click("form[action*='/pay'] button")
	frame.await("document.querySelector('#charge h2')?.textContent", "Payment complete")
	frame.click("#close")
	page.await("last", "checkout_modal_closed")
	page.closed()
	page.await("heard.length", "0")

	t.Log("by its id it is not shown, and the page can still close it")
	page.click("#id")
	page.frame(r.url+"/embed/charges/"+c.ID).await("location.protocol", "chrome-error:")
	page.click("dialog > button")
	page.closed()

	t.Log("neither to a site that is not listed")
	r.want(r.send("POST", "/control/settings", `{"embed_origins":["https://shop.example"]}`), http.StatusOK)
	page.click("#code")
	page.frame(r.url+"/embed/charges/"+c.Code).await("location.protocol", "chrome-error:")
	page.click("dialog > button")
	page.closed()

	t.Log("and again to one that is")
	r.want(r.send("POST", "/control/settings", `{"embed_origins":[`+fmt.Sprintf("%q", shop)+`]}`), http.StatusOK)
	page.await("!!window.BuyWithCrypto", "true")
	page.click("#code")
	page.frame(r.url+"/embed/charges/"+c.Code+"?"+url.Values{"origin": {shop + "/"}}.Encode()).
		await("document.querySelector('#charge h2').textContent", "Payment complete")

	t.Log("outside of a frame there is nothing to close")
	page.do(chromedp.Navigate(r.url + "/embed/charges/" + c.Code))
	page.await("getComputedStyle(document.getElementById('close')).display", "none")
}

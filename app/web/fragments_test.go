package web

import (
	"bytes"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"till/app/page"
	"till/app/shop"
	"till/views"
)

// everyPayment is one payment for each thing a page can say.
func everyPayment() map[string]shop.Payment {
	all := map[string]shop.Payment{}
	for _, s := range shop.States() {
		all[string(s)] = shop.Payment{Standing: shop.Standing{State: s}}
	}
	for _, e := range shop.Exceptions() {
		all["unresolved "+string(e)] = shop.Payment{Standing: shop.Standing{State: shop.Unresolved, Exception: e}}
	}
	for _, p := range []shop.Problem{shop.Unanswered, shop.Unreachable, shop.Busy, shop.Refused, shop.Credentials} {
		all["failed "+string(p)] = shop.Payment{Standing: shop.Standing{State: shop.Failed, Own: true}, Problem: p}
	}
	all["opening unanswered"] = shop.Payment{Standing: shop.Standing{State: shop.Opening}, Problem: shop.Unanswered}
	counting := shop.Payment{Standing: shop.Standing{State: shop.Detected}, Confirmed: shop.Confirmations{Seen: 2, Needed: 3}}
	all["detected, counting"] = counting
	return all
}

func newFragments(t *testing.T, now time.Time) *Fragments {
	t.Helper()
	pages, err := page.New(page.Config{Site: "Till", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return &Fragments{Pages: pages, Now: func() time.Time { return now }}
}

func viewOf(t *testing.T, f *Fragments, o shop.Order, frame bool) orderView {
	t.Helper()
	v, err := f.view(t.Context(), o, frame)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func render(t *testing.T, f *Fragments, name string, data any) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Pages.Execute(&b, name, data); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

// TestEveryStateHasItsWords executes the order's templates for everything that
// can be said, and looks for the words and the attributes that programs read.
func TestEveryStateHasItsWords(t *testing.T) {
	t.Parallel()
	f := newFragments(t, time.Now())
	titles := map[string]string{}
	for name, p := range everyPayment() {
		v := viewOf(t, f, shop.Order{ID: "o", Version: 7, Payments: []shop.Payment{p}}, false)
		if v.Words.Title == "" || v.Words.Text == "" {
			t.Errorf("%s: nothing is said", name)
		}
		said := v.Words.Title + v.Words.Text
		if other, ok := titles[said]; ok && !strings.HasPrefix(name, "detected") && !strings.HasPrefix(other, "detected") &&
			name != "unresolved" && other != "unresolved" && !strings.Contains(name+other, "other") {
			t.Errorf("%s and %s say the same", name, other)
		}
		titles[said] = name
		got := render(t, f, "shop/order", orderPage{Frame: f.Pages.Frame("x"), orderView: v, Notice: "n"})
		for _, want := range []string{
			`data-state="` + string(p.State) + `"`, `data-exception="` + string(p.Exception) + `"`, `data-version="7"`, v.Words.Title,
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the page has no %s", name, want)
			}
		}
	}
}

func TestOnlyFramesAreSwappedOutOfBand(t *testing.T) {
	t.Parallel()
	f := newFragments(t, time.Now())
	o := shop.Order{ID: "o", Payments: []shop.Payment{{Standing: shop.Standing{State: shop.Waiting}}}}
	for _, frame := range []bool{true, false} {
		got := render(t, f, "fragments/order_status", viewOf(t, f, o, frame))
		if strings.Contains(got, `hx-swap-oob="outerMorph"`) != frame {
			t.Errorf("frame %v: %s", frame, got)
		}
	}
}

func TestTimeLeftIsCountedFromOurClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC) // half an hour before a change to summer time
	f := newFragments(t, now)
	for left, want := range map[time.Duration]string{
		time.Hour:        `data-countdown="3600">1:00:00<`,
		59 * time.Second: `data-countdown="59">0:59<`,
		-5 * time.Minute: `data-countdown="0">0:00<`,
	} {
		p := shop.Payment{Standing: shop.Standing{State: shop.Waiting}, HostedURL: "https://pay.example/", ExpiresAt: now.Add(left)}
		got := render(t, f, "fragments/order_status", viewOf(t, f, shop.Order{Payments: []shop.Payment{p}}, false))
		if !strings.Contains(got, want) {
			t.Errorf("%s left: no %s in %s", left, want, got)
		}
	}
}

func TestAStrangersLinkNeverRunsCode(t *testing.T) {
	t.Parallel()
	f := newFragments(t, time.Now())
	p := shop.Payment{Standing: shop.Standing{State: shop.Waiting}, HostedURL: "javascript:alert(1)"}
	if got := render(t, f, "fragments/order_status", viewOf(t, f, shop.Order{Payments: []shop.Payment{p}}, false)); strings.Contains(got, "javascript:") {
		t.Errorf("the page links to code: %s", got)
	}
}

// TestEveryShopTemplateIsExecuted fails for a template nobody executes here.
func TestEveryShopTemplateIsExecuted(t *testing.T) {
	t.Parallel()
	f := newFragments(t, time.Now())
	frame := f.Pages.Frame("Title")
	price, err := shop.ParseMoney("4.50", "USD")
	if err != nil {
		t.Fatal(err)
	}
	card := productCard{Product: shop.Product{Slug: "coffee", Name: "Coffee", Price: price, Image: "coffee.svg"}, Token: "t"}
	view := viewOf(t, f, shop.Order{ID: "o", Price: price, Payments: []shop.Payment{{}}}, false)
	data := map[string]any{
		"shop/products": productsPage{Frame: frame, Cards: []productCard{card}}, "shop/product": productPage{Frame: frame, Card: card},
		"shop/card": card, "shop/order": orderPage{Frame: frame, orderView: view}, "shop/order_body": orderPage{orderView: view},
		"shop/back": backPage{Frame: frame}, "fragments/order_status": view, "fragments/mark": view.Words, "fragments/refund": openRefund{Stage: refundUnderway},
	}
	for _, dir := range []string{"shop", "fragments"} {
		err := fs.WalkDir(views.FS, dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name := strings.TrimSuffix(path, ".html")
			if _, ok := data[name]; !ok {
				t.Errorf("%s is executed by no test", name)
				return nil
			}
			if render(t, f, name, data[name]) == "" {
				t.Errorf("%s is empty", name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

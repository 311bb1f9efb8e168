package web

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"till/app/shop"
	"till/views"
)

// TestEveryAccountTemplateIsExecuted fails for a template nobody executes here.
func TestEveryAccountTemplateIsExecuted(t *testing.T) {
	t.Parallel()
	f := newFragments(t, time.Now())
	frame := f.Pages.Frame("Title")
	form := formPage{
		Frame: frame, Username: "ada", Next: "/", Notice: "Said.", Problem: "Wrong.",
		Fields: []field{usernameField("<ada>", "hint"), passwordField("password", "Password", "current-password")},
	}.blame("password", "not so").blame("no such field", "Wrong.")
	orders := accountOrders{Moving: true, Lines: []orderLine{{ID: "o", State: shop.Waiting, Words: plainWords[shop.Waiting]}}}
	data := map[string]any{
		"account/login": form, "account/register": form, "account/password": form, "account/delete": form,
		"account/said": form, "account/whose": form, "account/field": form.Fields[1],
		"account/account": accountPage{Frame: frame, Username: "ada", Notice: "Said.", Orders: orders}, "account/orders": orders,
		"account/sessions": sessionsPage{Frame: frame, Lines: []sessionLine{{ID: "s", Browser: "Firefox on Linux", Own: true}}},
	}
	err := fs.WalkDir(views.FS, "account", func(path string, d fs.DirEntry, err error) error {
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
	if got := render(t, f, "account/login", form); !strings.Contains(got, `value="&lt;ada&gt;"`) || !strings.Contains(got, "not so") || !strings.Contains(got, "Wrong.") {
		t.Errorf("the form shows not what was typed, or not what is wrong: %s", got)
	}
}

func TestTheMastheadKnowsItsVisitor(t *testing.T) {
	t.Parallel()
	f := newFragments(t, time.Now())
	s := &Site{cfg: Config{Pages: f.Pages}}
	long := strings.Repeat("a", 60)
	for name, want := range map[string]string{
		"": `href="/login">Log in</a>`, "ada": `href="/account">ada</a>`, "<b>": `href="/account">&lt;b&gt;</a>`, long: `href="/account">` + long[:23] + `…</a>`,
	} {
		frame := s.frame(shop.Customer{ID: shop.CustomerID(name), Username: name}, "Title")
		if got := render(t, f, "shop/back", backPage{Frame: frame}); !strings.Contains(got, want) {
			t.Errorf("%q: no %s in %s", name, want, got)
		}
	}
	if got := render(t, f, "shop/back", backPage{Frame: f.Pages.Frame("Title")}); strings.Contains(got, "account-link") {
		t.Error("a page that asked for no visitor names one")
	}
}

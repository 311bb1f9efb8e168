package page_test

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	const host = "Host: shop.example:8000"
	cases := map[string]struct {
		method  string
		headers []string
		refused bool
	}{
		"sec-fetch-site same-origin":         {headers: []string{"Sec-Fetch-Site: same-origin"}},
		"sec-fetch-site none":                {headers: []string{"Sec-Fetch-Site: none"}},
		"sec-fetch-site same-site":           {headers: []string{"Sec-Fetch-Site: same-site"}, refused: true},
		"sec-fetch-site cross-site":          {headers: []string{"Sec-Fetch-Site: cross-site"}, refused: true},
		"sec-fetch-site of an unknown kind":  {headers: []string{"Sec-Fetch-Site: elsewhere"}, refused: true},
		"sec-fetch-site goes before origin":  {headers: []string{"Sec-Fetch-Site: cross-site", "Origin: http://shop.example:8000"}, refused: true},
		"same-origin behind another name":    {headers: []string{"Sec-Fetch-Site: same-origin", "Origin: https://public.example"}},
		"origin that fits":                   {headers: []string{"Origin: http://shop.example:8000"}},
		"origin that fits, by https":         {headers: []string{"Origin: https://shop.example:8000"}},
		"origin with another port":           {headers: []string{"Origin: http://shop.example:8001"}, refused: true},
		"foreign origin":                     {headers: []string{"Origin: https://evil.example"}, refused: true},
		"origin that begins like the host":   {headers: []string{"Origin: http://shop.example:8000.evil.example"}, refused: true},
		"origin null":                        {headers: []string{"Origin: null"}, refused: true},
		"origin that is no address":          {headers: []string{"Origin: %%%"}, refused: true},
		"neither: no browser":                {},
		"a foreign PUT":                      {method: "PUT", headers: []string{"Origin: https://evil.example"}, refused: true},
		"a foreign DELETE":                   {method: "DELETE", headers: []string{"Sec-Fetch-Site: cross-site"}, refused: true},
		"a foreign GET only reads":           {method: "GET", headers: []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}},
		"a foreign HEAD only reads":          {method: "HEAD", headers: []string{"Sec-Fetch-Site: cross-site"}},
		"a foreign OPTIONS changes nothing":  {method: "OPTIONS", headers: []string{"Origin: https://evil.example"}},
		"forwarded host is not believed":     {headers: []string{"Origin: https://evil.example", "X-Forwarded-Host: evil.example"}, refused: true},
		"method override is not believed":    {headers: []string{"Origin: https://evil.example", "X-HTTP-Method-Override: GET"}, refused: true},
		"a referrer is not asked":            {headers: []string{"Referer: https://evil.example/form"}},
		"a refused one may be a fragment":    {headers: []string{"Origin: https://evil.example", "HX-Request: true"}, refused: true},
		"the same site's own htmx form":      {headers: []string{"Sec-Fetch-Site: same-origin", "HX-Request: true"}},
		"an empty sec-fetch-site is no word": {headers: []string{"Sec-Fetch-Site: ", "Origin: https://evil.example"}, refused: true},
	}
	reached := make(chan string, 1)
	s := serve(t, page.Config{}, page.Policy{}, func(s *site) {
		s.app.Use(s.pages.SameOrigin())
		s.app.All("/form", func(c *fiber.Ctx) error {
			reached <- c.Method()
			return c.SendString("done")
		})
	})
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) { // one after the other: the cases share the channel that tells who came through
			method := tc.method
			if method == "" {
				method = "POST"
			}
			a := s.do(method, "/form", append([]string{host}, tc.headers...)...)
			if !tc.refused {
				if a.StatusCode != 200 || len(reached) != 1 || <-reached != method {
					t.Errorf("%s = %d, want it to reach the handler", method, a.StatusCode)
				}
				return
			}
			if a.StatusCode != 403 || len(reached) != 0 {
				t.Errorf("%s = %d (reached the handler: %d), want 403 and not", method, a.StatusCode, len(reached))
			}
			if !strings.Contains(a.body, "Open our page and try again there.") {
				t.Errorf("the refusal does not say what to do: %s", a.body)
			}
		})
	}
}

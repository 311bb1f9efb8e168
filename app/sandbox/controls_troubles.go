package sandbox

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/delivery"
	"till/app/sandbox/trouble"
)

// controlsTrouble is a trouble that is switched on, and whom it hits in words.
type controlsTrouble struct{ ID, Kind, Scope string }

func troublesOf(troubles []trouble.Trouble, endpoints []delivery.Endpoint) []controlsTrouble {
	var all []controlsTrouble
	for _, t := range troubles {
		all = append(all, controlsTrouble{t.ID, t.Kind, scopeOf(t, endpoints)})
	}
	return all
}

// scopeOf says whom t hits, how and how often.
func scopeOf(t trouble.Trouble, endpoints []delivery.Endpoint) string {
	var words []string
	add := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	add(t.Code != "", "charge "+t.Code)
	add(t.Order != "", "order "+t.Order)
	add(t.API != "", t.API)
	if i := slices.IndexFunc(endpoints, func(e delivery.Endpoint) bool { return e.ID == t.Endpoint }); i >= 0 {
		words = append(words, endpoints[i].URL)
	} else {
		add(t.Endpoint != "", "endpoint "+t.Endpoint)
	}
	add(len(words) == 0, "everything")
	add(t.Delay > 0, "for "+t.Delay.String())
	add(t.After, "after the work was done")
	switch t.Times {
	case 0:
		words = append(words, "until it is removed")
	case 1:
		words = append(words, "once more")
	default:
		words = append(words, strconv.Itoa(t.Times)+" times more")
	}
	return strings.Join(words, ", ")
}

// handleControlsTroubleAdd handles POST /controls/troubles.
func (s *Sandbox) handleControlsTroubleAdd(c *fiber.Ctx) error {
	t, err := readTrouble(c)
	if err == nil {
		_, err = s.addTrouble(c.UserContext(), t)
	}
	return s.answerControls(c, err)
}

// readTrouble reads the form. Fields that mean nothing to the kind are
// refused by the trouble itself, so that nobody waits for what does not come.
func readTrouble(c *fiber.Ctx) (trouble.Trouble, error) {
	t := trouble.Trouble{
		Kind: c.FormValue("kind"), Endpoint: c.FormValue("endpoint"), Code: strings.TrimSpace(c.FormValue("code")),
		Order: c.FormValue("order"), API: c.FormValue("api"), After: c.FormValue("after") == "true",
	}
	if raw := c.FormValue("times"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 {
			return t, invalid("How many times must be a number from 1 up, or empty.")
		}
		t.Times = n
	}
	if raw := c.FormValue("delay"); raw != "" {
		d, err := time.ParseDuration(raw)
		if err != nil {
			return t, invalid("How long must be a duration such as 5s, or empty.")
		}
		t.Delay = d
	}
	return t, nil
}

// handleControlsTroubleRemove handles POST /controls/troubles/{id}/remove. One
// that is gone already has worked itself off.
func (s *Sandbox) handleControlsTroubleRemove(c *fiber.Ctx) error {
	err := s.troubles.Remove(c.UserContext(), c.Params("id"))
	if errors.Is(err, trouble.ErrNotFound) {
		err = nil
	}
	return s.answerControls(c, err)
}

// handleControlsTroubleClear handles POST /controls/troubles/clear.
func (s *Sandbox) handleControlsTroubleClear(c *fiber.Ctx) error {
	return s.answerControls(c, s.troubles.Clear(c.UserContext()))
}

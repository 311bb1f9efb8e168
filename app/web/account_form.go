package web

import (
	"errors"
	"math"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"till/app/auth"
	"till/app/page"
	"till/app/shop"
)

// formPage is every page with a form about an account.
type formPage struct {
	page.Frame
	Username string // of the account, so that a password manager knows whose password it is
	Next     string // where to go afterwards
	Notice   string // how the visitor came here
	Problem  string // with the form as a whole
	Fields   []field
}

// field is one line of a form. Passwords are never shown again.
type field struct {
	Name         auth.Field
	Type         string
	Label        string
	Value        string
	Hint         string
	Problem      string
	Autocomplete string
	Focus        bool
}

// Described returns the ids of what explains the field, for assistive
// technology.
func (f field) Described() string {
	switch name := string(f.Name); {
	case f.Problem != "" && f.Hint != "":
		return name + "-problem " + name + "-hint"
	case f.Problem != "":
		return name + "-problem"
	case f.Hint != "":
		return name + "-hint"
	default:
		return ""
	}
}

func usernameField(value, hint string) field {
	return field{
		Name: auth.FieldUsername, Type: "text", Label: "Name or e-mail", Value: value, Hint: hint, Autocomplete: "username",
	}
}

func passwordField(name auth.Field, label, autocomplete string) field {
	f := field{Name: name, Type: "password", Label: label, Autocomplete: autocomplete}
	if autocomplete == "new-password" {
		f.Hint = "At least 10 characters of any kind."
	}
	return f
}

// blame puts what is wrong beside its field.
func (p formPage) blame(name auth.Field, problem string) formPage {
	for i := range p.Fields {
		if p.Fields[i].Name == name {
			p.Fields[i].Problem, p.Fields[i].Focus = problem, true
			return p
		}
	}
	p.Problem = problem
	return p
}

// answerForm shows a form again, with what was wrong and what was typed.
func (s *Site) answerForm(c *fiber.Ctx, name string, p formPage, err error) error {
	status, known := statuses[shop.ErrorCode(err)]
	if !known {
		return err
	}
	var refusal *auth.Refusal
	var told *shop.Error
	switch {
	case errors.As(err, &refusal):
		p = p.blame(refusal.Field, refusal.Error())
	case errors.As(err, &told):
		p.Problem = told.Message
	}
	var many *auth.TooManyError
	if errors.As(err, &many) {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(many.Wait.Seconds()))))
	}
	return s.cfg.Pages.Send(c, status, name, p)
}

func (s *Site) sendForm(c *fiber.Ctx, name string, p formPage) error {
	return s.cfg.Pages.Send(c, fiber.StatusOK, name, p)
}

// Package page gives every page of Till what it needs: the frame around it,
// its assets, its security headers, the refusal of cross-site requests, and
// the page that tells of an error. The shop and the sandbox both use it.
package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/template/html/v2"

	"till/public"
	"till/views"
)

// Config is what differs between the sites that use this package.
type Config struct {
	Site    string // its name, in the title and the masthead
	Sandbox bool   // every page says that no money moves
	Secure  bool   // the site is reached by https
	Logger  *slog.Logger
}

// Pages renders a site's pages.
type Pages struct {
	cfg       Config
	assets    assets
	templates *template.Template
}

// Frame is what the frame around a page shows. Every page struct embeds one.
type Frame struct {
	Title   string
	Site    string
	Sandbox bool
	Refresh int  // seconds after which a browser without scripts loads the page again; 0: not
	Account Link // to the visitor's account; without a text the masthead has none
}

// Link leads from the masthead to a page.
type Link struct {
	Text string
	URL  string
}

// New parses every template and reads every asset, so that what is missing
// fails the start and not a buyer's page.
func New(cfg Config) (*Pages, error) {
	assets, err := readAssets(public.FS)
	if err != nil {
		return nil, err
	}
	engine := html.NewFileSystem(http.FS(views.FS), ".html")
	engine.AddFunc("asset", assets.url)
	if err := engine.Load(); err != nil {
		return nil, fmt.Errorf("parse the templates: %w", err)
	}
	return &Pages{cfg: cfg, assets: assets, templates: engine.Templates}, nil
}

// Frame returns the frame of a page with that title.
func (p *Pages) Frame(title string) Frame {
	return Frame{Title: title, Site: p.cfg.Site, Sandbox: p.cfg.Sandbox}
}

// Execute writes the template views/NAME.html. It is safe for concurrent use:
// it goes past the engine's Render, which copies a template while another
// visitor's first rendering still writes to it, and a page includes its frame
// instead of having a layout, which serves one visitor at a time.
func (p *Pages) Execute(w io.Writer, name string, data any) error {
	t := p.templates.Lookup(name)
	if t == nil {
		return fmt.Errorf("render %s: there is no such template", name)
	}
	if err := t.Execute(w, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return nil
}

// Send answers with the template, whole or not at all. What it sends is for
// this buyer and this moment, so no cache may keep it.
func (p *Pages) Send(c *fiber.Ctx, status int, name string, data any) error {
	var body bytes.Buffer
	if err := p.Execute(&body, name, data); err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Type("html", "utf-8")
	return c.Status(status).Send(body.Bytes())
}

package page

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
)

// asset is one public file in memory.
type asset struct {
	body    []byte
	mime    string
	version string // the beginning of the content's hash
}

type assets map[string]asset

// assetsPath is where the public files are served.
const assetsPath = "/assets/"

// required are the files `make vendor` fetches.
var required = []string{"vendor/htmx.min.js", "vendor/hx-ws.min.js"}

func readAssets(files fs.FS) (assets, error) {
	all := assets{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == "" {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		all[name] = asset{body: body, mime: mime.TypeByExtension(path.Ext(name)), version: hex.EncodeToString(sum[:6])}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the public files: %w", err)
	}
	for _, name := range required {
		if _, ok := all[name]; !ok {
			return nil, fmt.Errorf("public/%s is missing: run `make vendor`, then build again", name)
		}
	}
	return all, nil
}

// Has reports whether there is a public file of that name, such as
// img/coffee.svg.
func (p *Pages) Has(name string) bool {
	_, ok := p.assets[name]
	return ok
}

// url returns the address of a public file. It changes with the content, so a
// browser may keep the file for ever.
func (a assets) url(name string) (string, error) {
	file, ok := a[name]
	if !ok {
		return "", fmt.Errorf("public/%s does not exist", name)
	}
	return assetsPath + name + "?v=" + file.version, nil
}

// Mount serves the public files under /assets/.
func (p *Pages) Mount(app *fiber.App) {
	app.Use(assetsPath, compress.New())
	app.Get(assetsPath+"*", p.handleAsset)
}

// handleAsset handles GET /assets/….
func (p *Pages) handleAsset(c *fiber.Ctx) error {
	file, ok := p.assets[strings.TrimPrefix(c.Path(), assetsPath)]
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderETag, `"`+file.version+`"`)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if c.Query("v") == file.version {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	if c.Fresh() {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, file.mime)
	return c.Send(file.body)
}

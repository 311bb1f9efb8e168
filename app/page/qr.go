package page

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// Picture is a QR code to be drawn as one SVG path.
type Picture struct {
	Size int // of the square, its quiet border included
	Path string
}

// quiet is the border of a QR code that scanners need, in modules.
const quiet = 4

// DrawQR draws a text as a QR code, each run of dark modules as one box.
func DrawQR(text string) (Picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return Picture{}, fmt.Errorf("draw a QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		drawRow(&path, code, y)
	}
	return Picture{Size: code.Size + 2*quiet, Path: path.String()}, nil
}

// drawRow draws each run of dark modules as one box.
func drawRow(b *strings.Builder, code *qr.Code, y int) {
	for x := 0; x < code.Size; x++ {
		start := x
		for code.Black(x, y) { // none is beyond the edge
			x++
		}
		if run := x - start; run > 0 {
			fmt.Fprintf(b, "M%d %dh%dv1h-%dz", start+quiet, y+quiet, run, run)
		}
	}
}

// QR is a text as a QR code in a file of its own: an SVG picture, dark on light
// whatever the page's colours, since scanners want it so.
func QR(text string) ([]byte, error) {
	p, err := DrawQR(text)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`,
		p.Size, p.Size, p.Size, p.Size, p.Path), nil
}

package page

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is the border of a QR code that scanners need, in modules.
const quiet = 4

// QR draws a text as a QR code: an SVG picture, dark on light whatever the
// page's colours, since scanners want it so.
func QR(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	side := code.Size + 2*quiet
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, side, side, side, side)
	for y := range code.Size {
		drawRow(&b, code, y)
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), nil
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

package sandbox

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// picture is a QR code to be drawn as one SVG path.
type picture struct {
	Size int // of the square, its quiet border included
	Path string
}

// quiet is the border that scanners need, in modules.
const quiet = 4

// drawQR draws text, run by run of dark modules.
func drawQR(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return picture{}, fmt.Errorf("draw a QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			start := x
			for code.Black(x, y) {
				x++
			}
			if run := x - start; run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start+quiet, y+quiet, run, run)
			}
		}
	}
	return picture{Size: code.Size + 2*quiet, Path: path.String()}, nil
}

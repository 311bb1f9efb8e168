package page

import "fmt"

// Clock writes seconds left for people: 59:07, or 1:02:03 from an hour on.
func Clock(seconds int) string {
	h, m, s := seconds/3600, seconds/60%60, seconds%60
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, m, s)
	}
	return fmt.Sprintf("%d:%02d", m, s)
}

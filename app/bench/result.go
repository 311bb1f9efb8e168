package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// result is what was measured.
type result struct {
	before, after int64 // resident bytes without and with the sockets

	rate    float64         // webhooks a second to watched orders
	acked   []time.Duration // from before the POST to the 200
	latency []time.Duration // from before the POST to the frame
	lost    int             // webhooks that no page showed

	accepted float64         // webhooks a second, as fast as they are answered
	answers  []time.Duration // from before the POST to the 200
}

// The aims.
const (
	aimMemory = 14.0 // KB
	aimHalf   = 2 * time.Millisecond
	aimMost   = 20 * time.Millisecond
)

// machine says on what was measured.
func machine() string {
	return fmt.Sprintf("%d cores, %s, %s/%s; the load shares the cores with the till",
		runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// share returns the duration that the given share of all stays within.
func share(of float64, all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[int(of*float64(len(all)-1))]
}

// print writes the table, the aims beside the figures.
func (r *result) print(to io.Writer) error {
	memory := float64(r.after-r.before) / sockets / 1024
	half, most := share(0.50, r.latency), share(0.99, r.latency)
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	row := func(what, figure, aim string) { _, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", what, figure, aim) } // Flush tells
	row("", "measured", "aim")
	row(fmt.Sprintf("resident memory per idle socket, %d of them", sockets),
		fmt.Sprintf("%.1f KB", memory), verdict("<= 14 KB", memory <= aimMemory))
	row("resident memory before and after", fmt.Sprintf("%d, %d MB", r.before>>20, r.after>>20), "")
	row(fmt.Sprintf("webhook to frame at %.0f/s, p50", r.rate), ms(half), verdict("<= 2 ms", half <= aimHalf))
	row("webhook to frame, p99", ms(most), verdict("<= 20 ms", most <= aimMost))
	row("webhook to frame, max", ms(share(1, r.latency)), "")
	row("webhook to its 200, on disk, p50 and p99", ms(share(0.50, r.acked))+", "+ms(share(0.99, r.acked)), "")
	row(fmt.Sprintf("frames lost of %d", len(r.latency)+r.lost), fmt.Sprint(r.lost), verdict("0", r.lost == 0))
	row(fmt.Sprintf("webhooks on disk and answered, %d clients", clients), fmt.Sprintf("%.0f/s", r.accepted), "")
	row("their answers, p50 and p99", ms(share(0.50, r.answers))+", "+ms(share(0.99, r.answers)), "")
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }

func verdict(aim string, met bool) string {
	if met {
		return aim + ", met"
	}
	return aim + ", MISSED"
}

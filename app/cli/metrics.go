package cli

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"till/app/inbox"
	"till/app/shop"
	"till/app/store"
)

// metrics are what the parts that know nothing of Prometheus tell about
// themselves. Web registers its own, of requests, webhooks and sockets.
type metrics struct {
	registry *prometheus.Registry
	frames   prometheus.Counter
	push     prometheus.Histogram
	settle   prometheus.Histogram
	worked   *prometheus.CounterVec
	asked    *prometheus.CounterVec
	provider *prometheus.CounterVec
}

// steps are the bounds of the histograms: from a millisecond, a commit on a
// good disk, to a minute, when somebody ought to be told.
func steps() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
}

func newMetrics() metrics {
	counters := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
	}
	m := metrics{
		registry: prometheus.NewRegistry(),
		frames: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "till_frames_sent_total", Help: "Frames sent to waiting pages."}),
		push: prometheus.NewHistogram(prometheus.HistogramOpts{Buckets: steps(),
			Name: "till_push_seconds", Help: "Time from the commit of an order's change to its frame being written to a waiting page."}),
		settle: prometheus.NewHistogram(prometheus.HistogramOpts{Buckets: steps(),
			Name: "till_event_settle_seconds", Help: "Time from the arrival of a webhook to its verdict; those replayed are not among them."}),
		worked:   counters("till_events_worked_total", "Tries to work an event off, by the verdict they came to; received is a try that failed.", "verdict"),
		asked:    counters("till_reconcile_total", "Questions of the reconciler, by result.", "result"),
		provider: counters("till_provider_errors_total", "Calls to the provider that failed, by kind.", "kind"),
	}
	m.registry.MustRegister(m.frames, m.push, m.settle, m.worked, m.asked, m.provider)
	m.begin()
	return m
}

// begin makes the counters that alerts look at start at zero: the rate of one
// that does not exist yet is unknown, and its first step would go unseen.
func (m metrics) begin() {
	for _, v := range []shop.Verdict{shop.Received, shop.Dead} {
		m.worked.WithLabelValues(string(v))
	}
	for _, result := range []string{"changed", "same", "error", "paused", "budget"} {
		m.asked.WithLabelValues(result)
	}
	for _, p := range []shop.Problem{shop.Unanswered, shop.Unreachable, shop.Busy, shop.Refused, shop.Credentials} {
		m.provider.WithLabelValues(string(p))
	}
}

// noteWorked is the inbox's hook.
func (m metrics) noteWorked(verdict shop.Verdict, age time.Duration, replayed bool) {
	m.worked.WithLabelValues(string(verdict)).Inc()
	if verdict != shop.Received && !replayed {
		m.settle.Observe(age.Seconds())
	}
}

// noteAsked is the reconciler's hook.
func (m metrics) noteAsked(result string) { m.asked.WithLabelValues(result).Inc() }

// notePush is the hub's hook.
func (m metrics) notePush(waited time.Duration) { m.push.Observe(waited.Seconds()) }

// watch adds what is looked up at each scrape.
func (m metrics) watch(in *inbox.Inbox, kept *store.Store, ready func() bool, now func() time.Time, log *slog.Logger) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "till_inbox_queue", Help: "Events that wait in memory to be worked off.",
		}, func() float64 { return float64(in.Queued()) }),
		&backlog{
			store: kept, ready: ready, now: now, log: log,
			isReady: prometheus.NewDesc("till_ready", "1 while the store answers and every listener accepts.", nil, nil),
			count:   prometheus.NewDesc("till_events_unworked", "Stored events without a verdict yet.", nil, nil),
			oldest:  prometheus.NewDesc("till_event_oldest_unworked_seconds", "Age of the oldest event without a verdict; 0 if there is none.", nil, nil),
		},
	)
}

// backlog reads from the store, at each scrape, what is left to do.
type backlog struct {
	store                  *store.Store
	ready                  func() bool
	now                    func() time.Time
	log                    *slog.Logger
	isReady, count, oldest *prometheus.Desc
}

// scrapePatience is how long a scrape waits for the store.
const scrapePatience = 2 * time.Second

// Describe names the metrics.
func (b *backlog) Describe(ch chan<- *prometheus.Desc) {
	ch <- b.isReady
	ch <- b.count
	ch <- b.oldest
}

// Collect reads them. While the store does not answer there is no backlog to
// tell, and till_ready says so.
func (b *backlog) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapePatience)
	defer cancel()
	count, oldest, err := b.store.Backlog(ctx)
	if err != nil {
		b.log.ErrorContext(ctx, "counting the unworked events failed", "error", err)
		gauge(b.isReady, 0)
		return
	}
	ready, age := 0.0, 0.0
	if b.ready() {
		ready = 1
	}
	if count > 0 {
		age = max(0, b.now().Sub(oldest).Seconds())
	}
	gauge(b.isReady, ready)
	gauge(b.count, float64(count))
	gauge(b.oldest, age)
}

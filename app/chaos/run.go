package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

const (
	apiKey = "chaos"
	secret = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf" // signs the webhooks of this run, nothing else

	confirmAfter = 2 * time.Second  // of a payment that the network confirms
	tail         = 8 * time.Second  // for the last acts, after the storm
	start        = 30 * time.Second // for both processes to come up
)

const configuration = `[server]
listen = %s
limit_orders = 0
limit_sockets = 0

[store]
url = sqlite:shop.db

[sandbox]
store = sqlite:sandbox.db

[product coffee]
name = Coffee
description = A flat white.
price = 4.50
currency = USD

[product beans]
name = Beans
description = A bag of them.
price = 14.00
currency = %s

[product mug]
name = Mug
description = For the coffee.
price = 22.00
currency = USD
`

// world is a shop and its provider, each in a process of its own, and those who
// use them.
type world struct {
	plan           plan
	dir            string
	shop           *shop
	box            *box
	shopProcess    *process
	boxProcess     *process
	storm          *storm
	buyers         []*buyer
	ledger         *ledger
	askedFor       map[string]bool // orders whose buyers came back
	faultsLog      *os.File
	pages, keeping *crowd
}

// run lets the plan's storm loose on a till at that path and returns the ledger.
// What is in dir afterwards is evidence.
func run(ctx context.Context, till, dir string, p plan) (*ledger, error) {
	began := time.Now()
	w := &world{plan: p, dir: dir, askedFor: map[string]bool{}, ledger: &ledger{provider: p.Provider, seed: p.Seed, purchases: len(p.Purchases)}}
	if err := w.build(till); err != nil {
		return nil, err
	}
	defer func() { _ = w.faultsLog.Close() }() // for people
	keeping, stop := context.WithCancel(ctx)
	defer stop()
	w.keeping = &crowd{ctx: keeping}
	err := w.weather(ctx)
	stop()
	w.keeping.wait.Wait()
	if err != nil {
		return nil, err
	}
	w.report()
	w.ledger.took = time.Since(began)
	return w.ledger, nil
}

// build prepares everything and starts nothing.
func (w *world) build(till string) error {
	addresses, err := freeAddresses(2)
	if err != nil {
		return err
	}
	front, back := addresses[0], addresses[1]
	file := filepath.Join(w.dir, "config.ini")
	if err := os.WriteFile(file, fmt.Appendf(nil, configuration, front, w.plan.Provider.currency()), 0o600); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	env, after, err := w.plan.Provider.environments(back, front)
	if err != nil {
		return err
	}
	command := func(name string) []string { return []string{till, name, "--config", file} }
	if w.shopProcess, err = newProcess(w.dir, "shop", env, command("serve")...); err != nil {
		return err
	}
	if w.boxProcess, err = newProcess(w.dir, "provider", env, command("sandbox")...); err != nil {
		return err
	}
	if w.faultsLog, err = os.Create(filepath.Join(w.dir, "faults.log")); err != nil {
		return fmt.Errorf("make a log: %w", err)
	}
	client := &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	w.shop = &shop{url: "http://" + front, http: client, till: []string{till, "--config", file}, env: env, seen: newTally()}
	w.box = &box{url: "http://" + back, http: client}
	w.storm = &storm{
		shop: w.shopProcess, provider: w.boxProcess, box: w.box, database: filepath.Join(w.dir, "shop.db"),
		after: after, log: w.faultsLog, done: newTally(), undone: newTally(),
	}
	for _, p := range w.plan.Purchases {
		w.buyers = append(w.buyers, &buyer{purchase: p, shop: w.shop, box: w.box})
	}
	return nil
}

// freeAddresses finds ports that no outgoing connection takes while their
// process is down: below those that systems hand out by themselves, and far from
// those of another run that began at the same time.
func freeAddresses(n int) ([]string, error) {
	const first, last, apart = 20000, 32000, 97
	var all []string
	from := os.Getpid() * apart
	for i := range last - first {
		if len(all) == n {
			return all, nil
		}
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(first+(from+i)%(last-first)))
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
		if err != nil {
			continue
		}
		all = append(all, address)
		if err := l.Close(); err != nil {
			return nil, fmt.Errorf("give up a port: %w", err)
		}
	}
	return nil, fmt.Errorf("of the ports from %d to %d fewer than %d are free", first, last, n)
}

// weather is the storm, and the calm after it.
func (w *world) weather(ctx context.Context) error {
	w.keeping.join(w.boxProcess.keep)
	w.keeping.join(w.shopProcess.keep)
	up, cancel := context.WithTimeout(ctx, start)
	defer cancel()
	for _, p := range []*process{w.boxProcess, w.shopProcess} {
		if err := p.await(up); err != nil {
			return err
		}
	}
	watching, shut := context.WithCancel(ctx)
	defer shut()
	w.pages = &crowd{ctx: watching}
	w.rage(ctx)
	w.shop.env = w.shopProcess.env // the merchant's commands know of a move, too
	err := w.storm.moved
	if err == nil {
		err = w.calm(ctx)
	}
	shut()
	w.pages.wait.Wait()
	return err
}

// rage lets buyers and faults loose and waits for both.
func (w *world) rage(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, w.plan.Length+tail)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() { w.storm.rage(ctx, w.plan.Faults) })
	for _, b := range w.buyers {
		all.Go(func() { b.live(ctx, w.pages) })
	}
	all.Wait()
}

// report fills in what is known once everything has stopped.
func (w *world) report() {
	l := w.ledger
	for _, b := range w.buyers {
		if len(b.orders) == 0 {
			l.turnedAway++
		}
		if b.page != nil {
			l.pages++
			l.sockets += b.page.lost
		}
		if b.refused != "" {
			l.skipped = append(l.skipped, b.refused)
		}
	}
	for _, p := range []*process{w.shopProcess, w.boxProcess} {
		l.restarts += p.starts - 1 - p.stillborn
		l.stillborn += p.stillborn
		for _, evidence := range p.wrongs {
			l.accuse(promiseStands, "%s", evidence)
		}
	}
	l.requests, l.faults, l.missed = w.shop.seen.String(), w.storm.done.String(), w.storm.undone.String()
	l.asked = len(w.askedFor)
}

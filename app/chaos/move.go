package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"time"
)

// What a storm at Business has of its own: it begins at Commerce, and in its
// midst the merchant moves, because Commerce has ended for good.

const (
	troubleGone = "gone" // an API that answers 410 to everything

	commerceFace = "commerce" // all of its API
	commerceAPI  = "charges"
	businessAPI  = "business"
)

// moveAt draws when the shop moves: when about a quarter of the purchases have
// begun, which are spread over three quarters of the storm.
func moveAt(of provider, seed uint64, length time.Duration) time.Duration {
	if of != providerBusiness {
		return 0
	}
	return between(rand.New(rand.NewPCG(seed, 3)), length*5/32, length*7/32)
}

// moves reports whether there is a move, as a fault of the storm.
func (p plan) moves() []fault {
	if p.Provider != providerBusiness {
		return nil
	}
	return []fault{{Kind: faultMove, At: p.Move, Trouble: trouble{Kind: troubleGone, API: commerceFace}}}
}

// movedBy reports whether purchases of that time are Business's.
func (p plan) movedBy(at time.Duration) bool { return p.Provider == providerBusiness && at >= p.Move }

func (p plan) livesAt(at time.Duration) []life {
	if p.movedBy(at) {
		return businessLives
	}
	return commerceLives
}

func (p plan) apiAt(at time.Duration) string {
	if p.movedBy(at) {
		return businessAPI
	}
	return commerceAPI
}

func (p plan) webhookTroubles() []string {
	if p.Provider == providerBusiness {
		return businessWebhookTroubles
	}
	return commerceWebhookTroubles
}

func (p plan) apiTroubles() []string {
	if p.Provider == providerBusiness {
		return slices.Concat(commerceAPITroubles, []string{"unavailable"})
	}
	return commerceAPITroubles
}

// move changes the provider as a merchant does: the shop is stopped, and comes
// back with another environment. From then on Commerce has ended.
func (s *storm) move(ctx context.Context, t trouble) error {
	if err := s.shop.replace(ctx, s.after); err != nil {
		return err
	}
	for {
		_, err := s.box.bring(ctx, t)
		if err == nil || isRefusal(err) {
			return err
		}
		if err := pause(ctx, again); err != nil {
			return err
		}
	}
}

// replace stops the process as an operator does, with a signal, as soon as it is
// up. It comes back with another environment.
func (p *process) replace(ctx context.Context, env []string) error {
	for {
		if err := p.await(ctx); err != nil {
			return err
		}
		if done, err := p.ask(env); done {
			return err
		}
		if err := pause(ctx, again); err != nil {
			return err
		}
	}
}

// ask signals it to stop, unless it has ended meanwhile.
func (p *process) ask(env []string) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.up {
		return false, nil
	}
	err := p.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		return false, nil
	}
	p.env, p.asked, p.up = env, true, false
	return true, err
}

package sandbox

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/database"
	"till/app/sandbox/ledger"
)

// settingsRequest names the settings to change; what it leaves out stays.
type settingsRequest struct {
	ConfirmAfter  *string   `json:"confirm_after"`
	EmbedMessages *bool     `json:"embed_messages"`
	EmbedOrigins  *[]string `json:"embed_origins"`
	Shape         *string   `json:"shape"`
}

type settingsReply struct {
	ConfirmAfter  string       `json:"confirm_after"`
	EmbedMessages bool         `json:"embed_messages"`
	EmbedOrigins  []string     `json:"embed_origins"`
	Shape         ledger.Shape `json:"shape"`
}

// handleSettingsShow handles GET /control/settings.
func (s *Sandbox) handleSettingsShow(c *fiber.Ctx) error {
	now := s.current()
	return send(c, fiber.StatusOK, envelope{Data: settingsReply{
		now.ConfirmAfter.String(), now.EmbedMessages, append([]string{}, now.EmbedOrigins...), now.Shape,
	}})
}

// handleSettingsChange handles POST /control/settings.
func (s *Sandbox) handleSettingsChange(c *fiber.Ctx) error {
	var r settingsRequest
	if err := readControl(c, &r); err != nil {
		return err
	}
	if r == (settingsRequest{}) {
		return invalid("Name what to set: confirm_after, shape, embed_messages or embed_origins.")
	}
	if err := s.set(c.UserContext(), r); err != nil {
		return err
	}
	return s.handleSettingsShow(c)
}

// over is what holds once r is set over now.
func (r settingsRequest) over(now settings) (settings, error) {
	if r.ConfirmAfter != nil {
		d, err := time.ParseDuration(*r.ConfirmAfter)
		if err != nil || d < 0 || d > tooFar {
			return now, invalid(`confirm_after must be a duration such as "5ms".`)
		}
		now.ConfirmAfter = d
	}
	if r.Shape != nil {
		now.Shape = ledger.Shape(*r.Shape)
		if now.Shape != ledger.Classic && now.Shape != ledger.Onchain {
			return now, invalid(`shape must be "2018" or "onchain".`)
		}
	}
	if r.EmbedMessages != nil {
		now.EmbedMessages = *r.EmbedMessages
	}
	if r.EmbedOrigins != nil {
		origins := []string{}
		for _, raw := range *r.EmbedOrigins {
			origin, ok := readOrigin(raw)
			if !ok {
				return now, invalid(`embed_origins must be a list of origins such as "https://shop.example.com".`)
			}
			origins = append(origins, origin)
		}
		slices.Sort(origins)
		now.EmbedOrigins = slices.Compact(origins)
	}
	return now, nil
}

// save writes of next what r names: the rest may still be the configuration's.
func (r settingsRequest) save(ctx context.Context, tx database.Tx, next settings) error {
	if r.ConfirmAfter != nil {
		if err := saveNumber(ctx, tx, settingConfirmAfter, next.ConfirmAfter.Microseconds()); err != nil {
			return err
		}
	}
	if r.Shape != nil {
		if err := saveNumber(ctx, tx, settingOnchain, numberOf(next.Shape == ledger.Onchain)); err != nil {
			return err
		}
	}
	if r.EmbedMessages != nil {
		if err := saveNumber(ctx, tx, settingMessages, numberOf(next.EmbedMessages)); err != nil {
			return err
		}
	}
	if r.EmbedOrigins != nil {
		return saveOrigins(ctx, tx, next.EmbedOrigins)
	}
	return nil
}

package sandbox

import (
	"fmt"
	"maps"
	"net/url"
	"time"

	"github.com/shopspring/decimal"

	"till/app/page"
	"till/app/sandbox/ledger"
)

// hostedPage is the page on which a buyer pays. Beside what a provider shows it
// has the sandbox's own controls.
type hostedPage struct {
	page.Frame
	Charge   hostedCharge
	Controls chargeControls
}

// hostedCharge is a charge as its buyer sees it; the page and the fragment
// that refreshes itself share it.
type hostedCharge struct {
	Path, Code        string
	What              string // "Charge", or "Checkout" of business
	Name, Description string
	Local, Currency   string
	Version           int
	Shown             string // the version and the clock's lead: what differs when the page has to change
	Status            string
	Stage             stage
	Title, Text       string       // the stage in words
	Send              *hostedSend  // what to send where, nil when it is too late or not needed
	Payments          []hostedPart // what was seen so far
	Paid, Due         string       // of Local; Due is "" when nothing is missing
	Refunded, Pending string       // what went back, and what is on its way; "" for none
	Confirmations     int
	Required          int
	LeaveURL          string // where the buyer goes from here, "" = nowhere
	Leaving           bool   // he is taken there
	Final             bool
	Events            string     // what an embedded page tells the one around it
	query             url.Values // what every link here repeats
}

// hostedSend is one way to pay what is due, and the others to choose from.
type hostedSend struct {
	Networks    []hostedNetwork // the usual ones, and the one that was chosen
	More        []hostedNetwork
	Amount      string
	Symbol      string
	Coin        string
	Network     string // "" where the coin's name says it already
	Address     string
	URI         string
	Rate        string // what one coin costs
	QR          page.Picture
	Button      string
	SecondsLeft int
	TimeLeft    string
	CanCancel   bool
}

// hostedNetwork is a coin to choose, on its network.
type hostedNetwork struct {
	Title, Symbol, Network string
	URL                    string
	Chosen                 bool
}

// hostedPart is one payment that was seen.
type hostedPart struct {
	Crypto, Local string
	Confirmations int
	Confirmed     bool
}

// To is the address of one of the charge's steps.
func (h hostedCharge) To(step string) string { return h.Path + "/" + step + asQuery(h.query) }

// StatusURL asks for what differs from the version shown.
func (h hostedCharge) StatusURL() string {
	query := url.Values{"v": {h.Shown}}
	maps.Copy(query, h.query)
	return h.Path + "/status" + asQuery(query)
}

// place is where a charge is shown.
type place struct {
	path  string
	query url.Values // what its links repeat
}

// hosted prepares c for its page at a place. name is the coin that was asked
// for.
func (s *Sandbox) hosted(c *ledger.Charge, at place, name string) (hostedCharge, error) {
	local, _ := c.Asked()
	h := hostedCharge{
		Path: at.path, query: at.query, Code: c.Code, What: "Charge", Name: c.Terms.Name, Description: c.Terms.Description,
		Local: ledger.Amount(local.Amount), Currency: local.Currency,
		Version: c.Version(), Shown: s.shownAs(c), Status: c.State(), Stage: stageOf(c),
		Payments: partsOf(c), Paid: ledger.Amount(c.Paid().Amount),
		Confirmations: c.Confirmations(), Required: ledger.Required,
	}
	if c.Shape == ledger.Business {
		h.What, h.Name, h.Description = "Checkout", c.Terms.Description, ""
	}
	h.Refunded, h.Pending = refundsOf(c)
	if owed := c.Owed(); owed.Amount.IsPositive() {
		h.Due = ledger.Amount(owed.Amount)
	}
	h.Title, h.Text = h.Stage.words()
	h.Final = !h.Stage.open() && !c.Confirming() && h.Pending == ""
	h.leave(c)
	if coin, ok := c.Shape.Coin(name); ok {
		h.query.Set("coin", coin.Name)
	}
	if h.Stage.payable() {
		send, err := s.send(c, h)
		h.Send = send
		return h, err
	}
	return h, nil
}

// leave says where the buyer goes from here, and whether by itself.
func (h *hostedCharge) leave(c *ledger.Charge) {
	h.LeaveURL = c.Terms.RedirectURL
	switch h.Stage {
	case stageWaiting, stageCanceled, stageExpired, stageFailed:
		h.LeaveURL = c.Terms.CancelURL
	}
	h.Leaving = h.LeaveURL != "" && h.Final && (h.Stage == stagePaid || h.Stage == stageCanceled)
}

// send says how to pay what is due, in the coin that was chosen.
func (s *Sandbox) send(c *ledger.Charge, h hostedCharge) (*hostedSend, error) {
	coin := chosenCoin(c, h.query.Get("coin"))
	uri := c.PaymentURI(coin)
	code, err := page.DrawQR(uri)
	if err != nil {
		return nil, err
	}
	left := max(c.ExpiresAt.Sub(s.clock.Now()), 0).Truncate(time.Second)
	usual, more := networksOf(c, coin, h)
	return &hostedSend{
		Networks: usual, More: more, Amount: c.OwedIn(coin).Amount.String(), Symbol: coin.Symbol,
		Coin: coin.Title, Network: networkBeside(coin), Address: c.Address(coin), URI: uri, QR: code,
		Rate: rateOf(c, coin), Button: payLabel(h.Stage),
		SecondsLeft: int(left.Seconds()), TimeLeft: clockFace(left),
		CanCancel: h.Stage == stageWaiting && c.Shape != ledger.Onchain,
	}, nil
}

func payLabel(at stage) string {
	if at == stagePartial {
		return "Pay the rest"
	}
	return "Pay"
}

// chosenCoin is the one that was asked for, else the one that was paid with,
// else the first.
func chosenCoin(c *ledger.Charge, name string) ledger.Coin {
	if coin, ok := c.Shape.Coin(name); ok {
		return coin
	}
	if n := len(c.Payments); n > 0 {
		if coin, ok := c.Shape.Coin(c.Payments[n-1].Coin); ok {
			return coin
		}
	}
	return c.Shape.Coins()[0]
}

// networksOf lists what to choose from. A dozen of coins at once would hide
// where to pay.
func networksOf(c *ledger.Charge, chosen ledger.Coin, h hostedCharge) (usual, more []hostedNetwork) {
	for _, coin := range c.Shape.Coins() {
		query := maps.Clone(h.query)
		query.Set("coin", coin.Name)
		network := hostedNetwork{
			Title: coin.Title, Symbol: coin.Symbol, Network: networkBeside(coin),
			URL: h.Path + asQuery(query), Chosen: coin.Name == chosen.Name,
		}
		if network.Chosen || isUsual(c.Shape, coin) {
			usual = append(usual, network)
		} else {
			more = append(more, network)
		}
	}
	return usual, more
}

func isUsual(shape ledger.Shape, coin ledger.Coin) bool {
	switch coin.Name {
	case "bitcoin", "ethereum", "litecoin", "usdc":
		return true
	default:
		return shape == ledger.Onchain
	}
}

// networkBeside is the coin's network: Bitcoin on bitcoin tells nobody
// anything.
func networkBeside(coin ledger.Coin) string {
	if coin.Network == coin.Name {
		return ""
	}
	return coin.Network
}

// rateOf writes what one coin costs in the charge's currency.
func rateOf(c *ledger.Charge, coin ledger.Coin) string {
	local, _ := c.Asked()
	for _, rate := range c.Rates() {
		if rate.Coin.Name != coin.Name || coin.Symbol == local.Currency {
			continue
		}
		digits := int32(2)
		if rate.Local.LessThan(decimal.NewFromInt(1)) {
			digits = 8
		}
		return "1 " + coin.Symbol + " = " + ledger.Amount(rate.Local.Round(digits)) + " " + local.Currency
	}
	return ""
}

func partsOf(c *ledger.Charge) []hostedPart {
	var parts []hostedPart
	for _, p := range c.Payments {
		parts = append(parts, hostedPart{
			Crypto: p.Crypto.Amount.String() + " " + p.Crypto.Currency,
			Local:  ledger.Amount(p.Local.Amount) + " " + p.Local.Currency,

			Confirmations: p.Confirmations, Confirmed: p.Confirmed,
		})
	}
	return parts
}

// clockFace writes a time left as people read it: 59:07, or 47:59:07.
func clockFace(d time.Duration) string {
	h, m, sec := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, m, sec)
	}
	return fmt.Sprintf("%02d:%02d", m, sec)
}

package ledger_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

// priced opens a charge of the 2018 shape for amount US dollars, "" for none.
func priced(amount string) *ledger.Charge {
	terms := ledger.Terms{Name: "Coffee", PricingType: "no_price", Metadata: json.RawMessage("{}")}
	if amount != "" {
		terms.PricingType = "fixed_price"
		terms.Price = &ledger.Money{Amount: decimal.RequireFromString(amount), Currency: "USD"}
	}
	return ledger.Open("id", "CODE", ledger.Classic, terms, noon)
}

// steps is the timeline in one line.
func steps(c *ledger.Charge) string {
	var all []string
	for _, s := range c.Timeline {
		one := string(s.Status)
		if s.Context != "" {
			one += "/" + s.Context
		}
		all = append(all, one)
	}
	return strings.Join(all, " ")
}

// live lets a charge live through a story: "+61m" passes time, "confirm" and
// the other actions are control's, everything else is a sum that is paid, with
// "!" behind it confirmed at once, with "~" never. It returns the first refusal.
func live(t *testing.T, c *ledger.Charge, story string) error {
	t.Helper()
	now := noon
	for _, step := range strings.Fields(story) {
		transfer := ledger.Transfer{ConfirmAfter: 30 * time.Minute, Sum: ledger.Sum(strings.TrimRight(step, "!~"))}
		if passed, ok := strings.CutPrefix(step, "+"); ok {
			d, err := time.ParseDuration(passed)
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(d)
			c.Tick(now)
			continue
		}
		transfer.Never = strings.HasSuffix(step, "~")
		err := c.Do(step, now, ledger.Transfer{ConfirmAfter: 30 * time.Minute})
		if errors.Is(err, ledger.ErrUnknownAction) {
			err = c.Do(map[bool]string{true: "pay", false: "detect"}[strings.HasSuffix(step, "!")], now, transfer)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func TestPayments(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		story string
		steps string
		told  string
		owed  string
	}{
		"too little, then the rest":               {"under! rest!", "NEW PENDING COMPLETED", "pending confirmed", "0"},
		"too little, and again":                   {"under! under!", "NEW PENDING", "pending", "5"},
		"both seen before either is confirmed":    {"under rest confirm", "NEW PENDING COMPLETED", "pending confirmed", "0"},
		"too little is not told before the end":   {"under +59m", "NEW PENDING", "pending", "10"},
		"too little when the window ends":         {"under +61m", "NEW PENDING UNRESOLVED/UNDERPAID", "pending failed", "10"},
		"too little, given up by control":         {"under! expire", "NEW PENDING UNRESOLVED/UNDERPAID", "pending failed", "10"},
		"never confirmed, and too little":         {"under~ +61m", "NEW PENDING UNRESOLVED/UNDERPAID", "pending failed", "10"},
		"the rest just in time":                   {"under! +59m rest +2h", "NEW PENDING COMPLETED", "pending confirmed", "0"},
		"the rest after the window":               {"under! +61m rest +2h", "NEW PENDING UNRESOLVED/UNDERPAID UNRESOLVED/DELAYED", "pending failed delayed", "0"},
		"the rest of an underpayment":             {"underpay rest!", "NEW PENDING UNRESOLVED/UNDERPAID UNRESOLVED/DELAYED", "pending failed delayed", "0"},
		"a bit of an underpayment":                {"underpay under! ", "NEW PENDING UNRESOLVED/UNDERPAID", "pending failed", "5"},
		"a bit, then the rest":                    {"underpay under! rest!", "NEW PENDING UNRESOLVED/UNDERPAID UNRESOLVED/DELAYED", "pending failed delayed", "0"},
		"the rest on its way when it is resolved": {"underpay rest resolve confirm", "NEW PENDING UNRESOLVED/UNDERPAID RESOLVED", "pending failed resolved", "0"},
		"a little less":                           {"under_slightly!", "NEW PENDING COMPLETED", "pending confirmed", "0"},
		"a little more":                           {"over_slightly!", "NEW PENDING COMPLETED", "pending confirmed", "0"},
		"half, and a little less than the rest":   {"under! under_slightly!", "NEW PENDING COMPLETED", "pending confirmed", "0"},
		"much more":                               {"over!", "NEW PENDING UNRESOLVED/OVERPAID", "pending failed", "0"},
		"half, and the whole besides":             {"under! exact!", "NEW PENDING UNRESOLVED/OVERPAID", "pending failed", "0"},
		"twice":                                   {"twice", "NEW PENDING UNRESOLVED/MULTIPLE", "pending failed", "0"},
		"twice, the first one seen":               {"detect twice", "NEW PENDING UNRESOLVED/MULTIPLE", "pending failed", "0"},
		"once more after all was well":            {"pay twice", "NEW PENDING COMPLETED UNRESOLVED/MULTIPLE", "pending confirmed failed", "0"},
		"once more, resolved":                     {"pay twice resolve", "NEW PENDING COMPLETED UNRESOLVED/MULTIPLE RESOLVED", "pending confirmed failed resolved", "0"},
		"late, and too little":                    {"+61m under +2h", "NEW EXPIRED UNRESOLVED/DELAYED", "failed delayed", "10"},
		"late, and too much":                      {"+61m over!", "NEW EXPIRED UNRESOLVED/DELAYED", "failed delayed", "0"},
		"never confirmed":                         {"exact~ +100h", "NEW PENDING", "pending", "0"},
		"never confirmed, but by control":         {"exact~ +100h confirm", "NEW PENDING COMPLETED", "pending confirmed", "0"},
		"seen in time, confirmed after":           {"+59m exact +1h", "NEW PENDING COMPLETED", "pending confirmed", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := priced("20.00")
			if err := live(t, c, tc.story); err != nil {
				t.Fatal(err)
			}
			if got := told(c); steps(c) != tc.steps || got != "created "+tc.told {
				t.Errorf("%s, told %s; want %s, told created %s", steps(c), got, tc.steps, tc.told)
			}
			if got := c.Owed(); got.Amount.String() != tc.owed || got.Currency != "USD" {
				t.Errorf("owed %v, want %s", got, tc.owed)
			}
			if !c.Due().IsZero() && c.Status() != ledger.Pending {
				t.Errorf("it is settled, and yet due at %v", c.Due())
			}
		})
	}
}

func TestPaymentsAreRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		charge *ledger.Charge
		story  string
		says   string
	}{
		"enough is on its way":        {priced("20.00"), "detect rest", "short of its price"},
		"enough within the threshold": {priced("20.00"), "under_slightly rest", "short of its price"},
		"an action on UNDERPAID":      {priced("20.00"), "underpay pay", "named sum"},
		"a third full payment":        {priced("20.00"), "twice twice", "only"},
		"twice, but late":             {priced("20.00"), "expire twice", "EXPIRED"},
		"the rest after a week":       {priced("20.00"), "underpay +169h rest", "seven days"},
		"once more after a week":      {priced("20.00"), "pay +169h twice", "seven days"},
		"half of no price":            {priced(""), "under", "no price"},
		"a sum that is none":          {priced("20.00"), "triple", "under_slightly"},
		"onchain, a little less":      {open(ledger.Onchain), "under_slightly", "exact sum"},
		"onchain, twice":              {open(ledger.Onchain), "twice", "only once"},
		"expiring what is paid":       {priced("20.00"), "detect expire", "only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := live(t, tc.charge, tc.story)
			if !errors.As(err, new(*ledger.Refusal)) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("refused with %v, want it to say %q", err, tc.says)
			}
		})
	}
}

func TestThresholdIsTheLowerOne(t *testing.T) {
	t.Parallel()
	for price, want := range map[string]string{
		"4.50":    `"applied_threshold":{"amount":"0.0225","currency":"USD"},"applied_threshold_type":"RELATIVE"`,
		"20.00":   `"applied_threshold":{"amount":"0.10","currency":"USD"},"applied_threshold_type":"RELATIVE"`,
		"1000.00": `"applied_threshold":{"amount":"5.00","currency":"USD"},"applied_threshold_type":"ABSOLUTE"`,
		"9000.00": `"applied_threshold":{"amount":"5.00","currency":"USD"},"applied_threshold_type":"ABSOLUTE"`,
	} {
		t.Run(price, func(t *testing.T) {
			t.Parallel()
			c := priced(price)
			raw, err := json.Marshal(ledger.View{}.Resource(c))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(raw), want) {
				t.Errorf("%s is missing in %s", want, raw)
			}
			if err := live(t, c, "under_slightly!"); err != nil || c.Status() != ledger.Completed {
				t.Errorf("slightly under: %s, %v", steps(c), err)
			}
		})
	}
}

// TestAnyCoinPays pays half in one coin and the rest in another.
func TestAnyCoinPays(t *testing.T) {
	t.Parallel()
	c := priced("20.00")
	for _, transfer := range []ledger.Transfer{{Coin: "litecoin", Sum: ledger.Under}, {Coin: "pusdc", Sum: ledger.Rest}} {
		if err := c.Do("pay", noon, transfer); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(ledger.View{}.Resource(c))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"network":"litecoin"`, `"crypto":{"amount":"0.125","currency":"LTC"}`,
		`"network":"polygon"`, `"crypto":{"amount":"10","currency":"PUSDC"}`,
	} {
		if !strings.Contains(string(raw), part) {
			t.Errorf("%s is missing in %s", part, raw)
		}
	}
	if err := priced("20.00").Pay(noon, ledger.Transfer{Coin: "gold"}); err == nil || !strings.Contains(err.Error(), "dogecoin") {
		t.Errorf("paying with gold: %v", err)
	}
	if got := c.Paid(); got.Amount.String() != "20" || c.Status() != ledger.Completed {
		t.Errorf("paid %v, %s", got, steps(c))
	}
}

func TestPaymentURIAsksForWhatIsOwed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		shape       ledger.Shape
		coin, story string
		want        string // up to the address, then what follows it
	}{
		"bitcoin":           {ledger.Classic, "bitcoin", "", "bitcoin:sandbox-bitcoin-|?amount=0.00007594"},
		"the rest of it":    {ledger.Classic, "bitcoin", "under", "bitcoin:sandbox-bitcoin-|?amount=0.00003797"},
		"nothing":           {ledger.Classic, "bitcoin", "exact", "bitcoin:sandbox-bitcoin-|"},
		"litecoin":          {ledger.Classic, "litecoin", "", "litecoin:sandbox-litecoin-|?amount=0.06075"},
		"ether in wei":      {ledger.Classic, "ethereum", "", "ethereum:sandbox-ethereum-|@1?value=1518750000000000"},
		"a token":           {ledger.Classic, "usdc", "", "ethereum:sandbox-contract-usdc@1/transfer?address=sandbox-usdc-|&uint256=4860000"},
		"another chain":     {ledger.Classic, "polygon", "", "ethereum:sandbox-polygon-|@137?value=9720000000000000000"},
		"onchain, on base":  {ledger.Onchain, "busdc", "", "ethereum:sandbox-contract-busdc@8453/transfer?address=sandbox-busdc-|&uint256=4860000"},
		"onchain, polygon":  {ledger.Onchain, "pusdc", "", "ethereum:sandbox-contract-pusdc@137/transfer?address=sandbox-pusdc-|&uint256=4860000"},
		"onchain, ethereum": {ledger.Onchain, "usdc", "", "ethereum:sandbox-contract-usdc@1/transfer?address=sandbox-usdc-|&uint256=4860000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(tc.shape)
			if err := live(t, c, tc.story); err != nil {
				t.Fatal(err)
			}
			coin, ok := tc.shape.Coin(tc.coin)
			if !ok {
				t.Fatal("no such coin")
			}
			before, after, _ := strings.Cut(tc.want, "|")
			got := c.PaymentURI(coin)
			if !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) || !strings.Contains(got, c.Address(coin)) || len(got) != len(before)+24+len(after) {
				t.Errorf("got %s, want %s…%s", got, before, after)
			}
		})
	}
}

// TestOldChargesLoad reads what an earlier version wrote: payments without a coin.
func TestOldChargesLoad(t *testing.T) {
	t.Parallel()
	old := `{"id":"id","code":"CODE","shape":"2018","terms":{"name":"a","description":"b","pricing_type":"fixed_price",
		"price":{"amount":"4.5","currency":"EUR"},"metadata":{}},"created_at":"2026-03-01T12:00:00Z","expires_at":"2026-03-01T13:00:00Z",
		"timeline":[{"at":"2026-03-01T12:00:00Z","status":"NEW"},{"at":"2026-03-01T12:00:00Z","status":"PENDING","payment":1}],
		"payments":[{"detected_at":"2026-03-01T12:00:00Z","confirm_after":1800000000000,"sum":"exact",
			"local":{"amount":"4.5","currency":"EUR"},"crypto":{"amount":"0.00007594","currency":"BTC"},"confirmations":1,"confirmed":false}]}`
	var c ledger.Charge
	if err := json.Unmarshal([]byte(old), &c); err != nil {
		t.Fatal(err)
	}
	c.Tick(noon.Add(2 * time.Hour))
	raw, err := json.Marshal(ledger.View{}.Resource(&c))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Owed().Amount.IsZero() || steps(&c) != "NEW PENDING COMPLETED" || !strings.Contains(string(raw), `"network":"bitcoin"`) {
		t.Errorf("%s, owed %v: %s", steps(&c), c.Owed(), raw)
	}
}

func TestRatesAreInTheChargesCurrency(t *testing.T) {
	t.Parallel()
	rates := open(ledger.Classic).Rates()
	if got := rates[0]; got.Coin.Name != "bitcoin" || got.Local.StringFixed(2) != "59259.26" {
		t.Errorf("the first rate is %+v", got)
	}
	if len(rates) != len(ledger.Classic.Coins()) {
		t.Errorf("%d rates", len(rates))
	}
}

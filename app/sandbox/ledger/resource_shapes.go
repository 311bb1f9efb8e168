package ledger

import "time"

// classicResource is a charge of the 2018 shape.
type classicResource struct {
	commonResource
	Addresses            map[string]string `json:"addresses"`
	RedirectURL          string            `json:"redirect_url,omitempty"`
	CancelURL            string            `json:"cancel_url,omitempty"`
	ExchangeRates        map[string]string `json:"exchange_rates"`
	LocalExchangeRates   map[string]string `json:"local_exchange_rates"`
	PaymentThreshold     *thresholds       `json:"payment_threshold,omitempty"`
	AppliedThreshold     *moneyResource    `json:"applied_threshold,omitempty"`
	AppliedThresholdType string            `json:"applied_threshold_type,omitempty"`
}

type thresholds struct {
	OverAbsolute  moneyResource `json:"overpayment_absolute_threshold"`
	OverRelative  string        `json:"overpayment_relative_threshold"`
	UnderAbsolute moneyResource `json:"underpayment_absolute_threshold"`
	UnderRelative string        `json:"underpayment_relative_threshold"`
}

func classicOf(c *Charge, common commonResource) classicResource {
	r := classicResource{
		commonResource: common, RedirectURL: c.Terms.RedirectURL, CancelURL: c.Terms.CancelURL,
		Addresses: map[string]string{}, ExchangeRates: map[string]string{}, LocalExchangeRates: map[string]string{},
	}
	local, _ := c.Asked()
	for _, rate := range c.Rates() {
		r.Addresses[rate.Coin.Name] = c.Address(rate.Coin)
		r.ExchangeRates[rate.Coin.Symbol+"-USD"] = rate.Coin.USD.String()
		r.LocalExchangeRates[rate.Coin.Symbol+"-"+local.Currency] = rate.Local.String()
	}
	if c.Terms.Price != nil {
		slack := moneyResource{Amount: absoluteThreshold, Currency: local.Currency}
		applied := localOf(Money{c.threshold(), local.Currency})
		r.PaymentThreshold = &thresholds{slack, relativeThreshold, slack, relativeThreshold}
		r.AppliedThreshold, r.AppliedThresholdType = &applied, c.thresholdType()
	}
	return r
}

// onchainResource is a charge of the onchain shape.
type onchainResource struct {
	commonResource
	ChargeKind   string            `json:"charge_kind"`
	Redirects    redirectsResource `json:"redirects"`
	Web3Data     web3Resource      `json:"web3_data"`
	RetailPay    bool              `json:"web3_retail_payments_enabled"`
	ThirdParties any               `json:"third_party_provider"`
}

type redirectsResource struct {
	SuccessURL   string `json:"success_url"`
	CancelURL    string `json:"cancel_url"`
	WillRedirect bool   `json:"will_redirect_after_success"`
}

type web3Resource struct {
	TransferIntent      *intentResource   `json:"transfer_intent"` // null until the buyer has chosen a wallet
	SuccessEvents       []chainEvent      `json:"success_events"`
	FailureEvents       []chainEvent      `json:"failure_events"`
	ContractAddresses   map[string]string `json:"contract_addresses"`
	SettlementAddresses map[string]string `json:"settlement_currency_addresses"`
}

type intentResource struct {
	Metadata struct {
		ChainID         int    `json:"chain_id"`
		ContractAddress string `json:"contract_address"`
		Sender          string `json:"sender"`
	} `json:"metadata"`
	CallData struct {
		ID                string `json:"id"`
		Prefix            string `json:"prefix"`
		Deadline          string `json:"deadline"`
		Operator          string `json:"operator"`
		Signature         string `json:"signature"` // of nobody: no contract takes it
		RefundDestination string `json:"refund_destination"`
		Recipient         string `json:"recipient"`
		RecipientAmount   string `json:"recipient_amount"`
		RecipientCurrency string `json:"recipient_currency"`
		FeeAmount         string `json:"fee_amount"`
	} `json:"call_data"`
}

// chainEvent is one sight of a transaction; its hash is misspelt by the
// provider too.
type chainEvent struct {
	Sender    string `json:"sender"`
	TxHash    string `json:"tx_hsh"`
	ChainID   int    `json:"chain_id"`
	Finalized bool   `json:"finalized"`
	Recipient string `json:"recipient"`
	Timestamp string `json:"timestamp"`
	Fee       string `json:"network_fee_paid"`
	FeeLocal  string `json:"network_fee_paid_local"`
	Input     string `json:"input_token_amount"` // in the token's smallest unit
	InputAt   string `json:"input_token_address"`
	Reason    string `json:"reason,omitempty"`
}

// nowhere is an address no wallet sends to.
const nowhere = "0x0000000000000000000000000000000000000000"

func onchainOf(c *Charge, common commonResource) onchainResource {
	contracts := map[string]string{"1": nowhere, "137": nowhere, "8453": nowhere}
	r := onchainResource{
		commonResource: common, ChargeKind: "WEB3",
		Redirects: redirectsResource{c.Terms.RedirectURL, c.Terms.CancelURL, c.Terms.RedirectURL != ""},
		Web3Data: web3Resource{
			SuccessEvents: []chainEvent{}, FailureEvents: []chainEvent{},
			ContractAddresses: contracts, SettlementAddresses: contracts,
		},
	}
	if len(c.Payments) > 0 {
		r.Web3Data.TransferIntent = intentOf(c)
		r.Web3Data.SuccessEvents = sightsOf(c)
	}
	if c.Status() == Failed {
		failure := sight(c, false, c.Timeline[len(c.Timeline)-1].At)
		failure.Reason = "reverted"
		r.Web3Data.SuccessEvents, r.Web3Data.FailureEvents = []chainEvent{}, []chainEvent{failure}
	}
	return r
}

func intentOf(c *Charge) *intentResource {
	_, crypto := c.Asked()
	var r intentResource
	r.Metadata.ChainID, r.Metadata.ContractAddress, r.Metadata.Sender = c.paidWith(len(c.Payments)).Chain, nowhere, nowhere
	r.CallData.ID, r.CallData.Deadline = "0x"+c.digest("call", "")[:32], stamp(c.ExpiresAt)
	r.CallData.Prefix, r.CallData.Signature = "0x", "0x"
	r.CallData.Operator, r.CallData.RefundDestination = nowhere, nowhere
	r.CallData.Recipient, r.CallData.RecipientCurrency = nowhere, nowhere
	r.CallData.RecipientAmount, r.CallData.FeeAmount = crypto.Amount.Shift(6).String(), "0"
	return &r
}

// sightsOf shows the same transaction twice once it is final, as the provider
// does.
func sightsOf(c *Charge) []chainEvent {
	p := c.Payments[len(c.Payments)-1]
	sights := []chainEvent{sight(c, false, p.DetectedAt)}
	if p.Confirmed {
		sights = append(sights, sight(c, true, c.ConfirmedAt))
	}
	return sights
}

func sight(c *Charge, final bool, at time.Time) chainEvent {
	_, crypto := c.Asked()
	return chainEvent{
		Sender: nowhere, TxHash: c.transaction(max(len(c.Payments), 1)), ChainID: c.paidWith(len(c.Payments)).Chain,
		Finalized: final, Recipient: nowhere, Timestamp: stamp(at),
		Fee: "0", FeeLocal: "0", Input: crypto.Amount.Shift(6).String(), InputAt: nowhere,
	}
}

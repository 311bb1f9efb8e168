package commerce

// Web3Data is the chain's side of an onchain charge. TransferIntent is nil
// until the buyer picks a wallet.
type Web3Data struct {
	TransferIntent              *TransferIntent   `json:"transfer_intent"`
	SuccessEvents               []TransferEvent   `json:"success_events"` // one transaction may appear twice: seen, then final
	FailureEvents               []TransferEvent   `json:"failure_events"`
	ContractAddresses           map[string]string `json:"contract_addresses"` // by chain id
	SettlementCurrencyAddresses map[string]string `json:"settlement_currency_addresses"`
}

// TransferIntent is what the buyer's wallet is asked to sign.
type TransferIntent struct {
	Metadata TransferMetadata `json:"metadata"`
	CallData CallData         `json:"call_data"`
}

// TransferMetadata says on which chain, by which contract, from whom.
type TransferMetadata struct {
	ChainID         Count  `json:"chain_id"`
	ContractAddress string `json:"contract_address"`
	Sender          string `json:"sender"`
}

// CallData are the arguments of the payment contract.
type CallData struct {
	ID                string `json:"id"`
	Prefix            string `json:"prefix"`
	Deadline          Time   `json:"deadline,omitzero"`
	Operator          string `json:"operator"`
	Recipient         string `json:"recipient"`
	Signature         string `json:"signature"`
	FeeAmount         Amount `json:"fee_amount"`
	RecipientAmount   Amount `json:"recipient_amount"`
	RecipientCurrency string `json:"recipient_currency"`
	RefundDestination string `json:"refund_destination"`
}

// TransferEvent is one thing the chain said about a charge.
type TransferEvent struct {
	Sender              string `json:"sender"`
	TransactionHash     string `json:"tx_hsh"` // the provider's own spelling
	ChainID             Count  `json:"chain_id"`
	Finalized           bool   `json:"finalized"`
	Recipient           string `json:"recipient"`
	Timestamp           Time   `json:"timestamp,omitzero"`
	NetworkFeePaid      Amount `json:"network_fee_paid"`
	InputTokenAmount    Amount `json:"input_token_amount"`
	InputTokenAddress   string `json:"input_token_address"`
	NetworkFeePaidLocal Amount `json:"network_fee_paid_local"`
	Reason              string `json:"reason,omitempty"` // of a failure
}

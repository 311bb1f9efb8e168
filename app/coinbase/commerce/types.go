package commerce

// APIVersion is the only version the API ever had; it is sent as X-CC-Version
// and found as api_version in events of both shapes.
const APIVersion = "2018-03-22"

// The statuses of a charge's timeline, in the provider's spelling.
const (
	StatusNew           = "NEW"
	StatusSigned        = "SIGNED" // onchain only: the buyer signed, nothing was sent yet
	StatusPending       = "PENDING"
	StatusCompleted     = "COMPLETED"
	StatusExpired       = "EXPIRED"
	StatusUnresolved    = "UNRESOLVED" // paid, but not as asked: the context says how
	StatusResolved      = "RESOLVED"   // the merchant took it nevertheless
	StatusCanceled      = "CANCELED"
	StatusFailed        = "FAILED" // onchain only
	StatusRefundPending = "REFUND PENDING"
	StatusRefunded      = "REFUNDED"
)

// The contexts of a timeline entry. They name a problem only beside
// [StatusUnresolved]; OTHER is found beside any status.
const (
	ContextUnderpaid = "UNDERPAID"
	ContextOverpaid  = "OVERPAID"
	ContextDelayed   = "DELAYED"
	ContextMultiple  = "MULTIPLE"
	ContextManual    = "MANUAL"
	ContextOther     = "OTHER"
)

// The two ways to price a charge.
const (
	FixedPrice = "fixed_price"
	NoPrice    = "no_price"
)

// KindWeb3 is the charge_kind of every onchain charge.
const KindWeb3 = "WEB3"

// Money is an amount and its currency, as written by the provider.
type Money struct {
	Amount   Amount `json:"amount"`
	Currency string `json:"currency"`
}

// Pricing is a price by the name of its unit: "local" is the price asked; 2018
// adds one for each coin ("bitcoin", "ethereum"), onchain adds "settlement".
type Pricing map[string]Money

// Local returns the price asked; the zero Money if it is not stated.
func (p Pricing) Local() Money { return p["local"] }

// Charge is one request for money, in both shapes at once: fields of the other
// shape stay empty and are left out when it is written.
type Charge struct {
	ID          string   `json:"id"`
	Resource    string   `json:"resource,omitempty"` // absent in onchain webhooks
	Code        string   `json:"code,omitempty"`
	ChargeKind  string   `json:"charge_kind,omitempty"` // WEB3, or absent in 2018
	Name        string   `json:"name,omitempty"`
	Description string   `json:"description,omitempty"`
	LogoURL     string   `json:"logo_url,omitempty"`
	HostedURL   string   `json:"hosted_url,omitempty"`
	CreatedAt   Time     `json:"created_at,omitzero"`
	ExpiresAt   Time     `json:"expires_at,omitzero"`
	ConfirmedAt Time     `json:"confirmed_at,omitzero"`
	Checkout    *Origin  `json:"checkout,omitempty"` // the checkout it was made from
	Invoice     *Origin  `json:"invoice,omitempty"`  // the invoice it was made from
	PricingType string   `json:"pricing_type,omitempty"`
	Pricing     Pricing  `json:"pricing,omitempty"` // absent for no_price
	Metadata    Metadata `json:"metadata"`
	// Timeline runs from the oldest step to the newest; the last one is the
	// status of the charge.
	Timeline []Step    `json:"timeline"`
	Payments []Payment `json:"payments"`

	OrganizationName string `json:"organization_name,omitempty"`
	SupportEmail     string `json:"support_email,omitempty"`
	BrandColor       string `json:"brand_color,omitempty"`
	BrandLogoURL     string `json:"brand_logo_url,omitempty"`
	CollectedEmail   bool   `json:"collected_email,omitempty"`

	Charge2018
	ChargeOnchain
}

// Charge2018 holds what only the 2018 shape of a [Charge] has.
type Charge2018 struct {
	Addresses            map[string]string `json:"addresses,omitempty"` // by network
	RedirectURL          string            `json:"redirect_url,omitempty"`
	CancelURL            string            `json:"cancel_url,omitempty"`
	ExchangeRates        map[string]Amount `json:"exchange_rates,omitempty"` // "BTC-USD"
	LocalExchangeRates   map[string]Amount `json:"local_exchange_rates,omitempty"`
	PaymentThreshold     *Threshold        `json:"payment_threshold,omitempty"`
	AppliedThreshold     *Money            `json:"applied_threshold,omitempty"`
	AppliedThresholdType string            `json:"applied_threshold_type,omitempty"`
	FeeRate              Number            `json:"fee_rate,omitempty"`
	FeesSettled          bool              `json:"fees_settled,omitempty"`
	PWCBOnly             bool              `json:"pwcb_only,omitempty"`
	OffchainEligible     bool              `json:"offchain_eligible,omitempty"`
	ManagedMerchant      bool              `json:"coinbase_managed_merchant,omitempty"`
}

// ChargeOnchain holds what only the onchain shape of a [Charge] has.
type ChargeOnchain struct {
	Redirects          *Redirects `json:"redirects,omitempty"`
	Web3Data           *Web3Data  `json:"web3_data,omitempty"`
	Web3RetailEnabled  bool       `json:"web3_retail_payments_enabled,omitempty"`
	ThirdPartyProvider string     `json:"third_party_provider,omitempty"`
}

// Status is the status of the last timeline entry, "" without one.
func (c Charge) Status() string {
	if len(c.Timeline) == 0 {
		return ""
	}
	return c.Timeline[len(c.Timeline)-1].Status
}

// Known reports whether the charge has a name to ask for it by. What was read
// from something that is no charge has none.
func (c Charge) Known() bool { return ValidKey(c.ID) || ValidKey(c.Code) }

// Origin names the checkout (id) or invoice (id and code) a charge came from.
type Origin struct {
	ID   string `json:"id"`
	Code string `json:"code,omitempty"`
}

// Step is one entry of a timeline.
type Step struct {
	Time    Time         `json:"time,omitzero"`
	Status  string       `json:"status"`
	Context string       `json:"context,omitempty"`
	Payment *StepPayment `json:"payment,omitempty"`
}

// StepPayment is the payment that caused a [Step].
type StepPayment struct {
	Network       string `json:"network,omitempty"`
	TransactionID string `json:"transaction_id,omitempty"`
	Value         *Money `json:"value,omitempty"`
}

// Threshold is how far a payment may miss the price and still complete.
type Threshold struct {
	OverpaymentAbsolute  *Money `json:"overpayment_absolute_threshold,omitempty"`
	OverpaymentRelative  Amount `json:"overpayment_relative_threshold,omitempty"`
	UnderpaymentAbsolute *Money `json:"underpayment_absolute_threshold,omitempty"`
	UnderpaymentRelative Amount `json:"underpayment_relative_threshold,omitempty"`
}

// Redirects is where an onchain charge sends the buyer afterwards.
type Redirects struct {
	SuccessURL   string `json:"success_url"`
	CancelURL    string `json:"cancel_url"`
	AfterSuccess bool   `json:"will_redirect_after_success"`
}

// CreateCharge is the body of POST /charges. With [NoPrice] there is no
// LocalPrice, with [FixedPrice] there must be one. A CheckoutID ties the charge
// to that checkout and lends it nothing: name and price are its own.
type CreateCharge struct {
	Name        string   `json:"name,omitempty"`
	Description string   `json:"description,omitempty"`
	PricingType string   `json:"pricing_type"`
	LocalPrice  *Money   `json:"local_price,omitempty"`
	Metadata    Metadata `json:"metadata,omitempty"`
	RedirectURL string   `json:"redirect_url,omitempty"`
	CancelURL   string   `json:"cancel_url,omitempty"`
	LogoURL     string   `json:"logo_url,omitempty"`
	CheckoutID  string   `json:"checkout_id,omitempty"`
	BuyerLocale string   `json:"buyer_locale,omitempty"`
}

// Reply is the frame around every successful answer: one object, or a page of
// a list with its [Pagination].
type Reply[T any] struct {
	Pagination *Pagination `json:"pagination,omitempty"`
	Data       T           `json:"data"`
	Warnings   []string    `json:"warnings,omitempty"`
}

// Pagination describes one page of a list. NextURI is null at the end.
type Pagination struct {
	Order         string   `json:"order"`
	StartingAfter *string  `json:"starting_after"`
	EndingBefore  *string  `json:"ending_before"`
	Total         Count    `json:"total"`
	Limit         Count    `json:"limit"`
	Yielded       Count    `json:"yielded"`
	CursorRange   []string `json:"cursor_range"`
	PreviousURI   *string  `json:"previous_uri"`
	NextURI       *string  `json:"next_uri"`
}

// ErrorReply is the frame around every refusal.
type ErrorReply struct {
	Error    Fault    `json:"error"`
	Warnings []string `json:"warnings,omitempty"`
}

// The types of a [Fault].
const (
	TypeParamRequired  = "param_required"
	TypeValidation     = "validation_error"
	TypeInvalidRequest = "invalid_request"
	TypeAuthentication = "authentication_error"
	TypeAuthorization  = "authorization_error" // the other spelling of the same
	TypeNotFound       = "not_found"
	TypeRateLimit      = "rate_limit_exceeded"
	TypeInternal       = "internal_server_error"
)

// Fault says what was wrong with a request.
type Fault struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

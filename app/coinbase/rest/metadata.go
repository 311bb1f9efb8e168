package rest

import "encoding/json"

// Metadata is what the merchant attached to a payment. Values that are no
// strings are kept as their JSON text.
type Metadata map[string]string

// UnmarshalJSON reads an object; anything else is empty.
func (m *Metadata) UnmarshalJSON(b []byte) error {
	*m = nil
	var raw map[string]json.RawMessage
	if json.Unmarshal(b, &raw) != nil || raw == nil {
		return nil //nolint:nilerr // what is no object says nothing, and is no reason to lose the payment
	}
	*m = make(Metadata, len(raw))
	for k, v := range raw {
		(*m)[k] = content(v)
	}
	return nil
}

// content returns a JSON string's content and anything else as it is written;
// null is nothing.
func content(b json.RawMessage) string {
	if b[0] == '"' {
		return Text(b)
	}
	if string(b) == "null" {
		return ""
	}
	return string(b)
}

// MarshalJSON writes an object even when there is nothing in it, as the
// provider does.
func (m Metadata) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]string(m))
}

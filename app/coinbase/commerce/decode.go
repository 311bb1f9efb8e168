package commerce

import (
	"encoding/json"
	"errors"
)

// decode reads JSON into v. A field of the wrong kind is left as it was and
// all others are read: one odd field must not cost a payment.
func decode(body []byte, v any) error {
	err := json.Unmarshal(body, v)
	var odd *json.UnmarshalTypeError
	if errors.As(err, &odd) {
		return nil
	}
	return err
}

// UnmarshalJSON reads an object, or the bare string some failures come with.
func (f *Fault) UnmarshalJSON(b []byte) error {
	*f = Fault{}
	if s := scalar(b); s != "" {
		f.Message = s
		return nil
	}
	type fault Fault // without this method
	return decode(b, (*fault)(f))
}

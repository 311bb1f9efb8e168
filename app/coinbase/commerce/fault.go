package commerce

import "till/app/coinbase/rest"

// UnmarshalJSON reads an object, or the bare string some failures come with.
func (f *Fault) UnmarshalJSON(b []byte) error {
	*f = Fault{}
	if s := rest.Text(b); s != "" {
		f.Message = s
		return nil
	}
	type fault Fault // without this method
	return rest.Decode(b, (*fault)(f))
}

// reasons reads why a request was refused.
func reasons(body []byte) rest.Fault {
	var reply ErrorReply
	if rest.Decode(body, &reply) != nil {
		return rest.Fault{} // a page of some other server
	}
	return rest.Fault{Type: reply.Error.Type, Message: reply.Error.Message}
}

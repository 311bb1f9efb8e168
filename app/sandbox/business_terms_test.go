package sandbox

import (
	"reflect"
	"testing"
)

// TestAnOptionOfAFieldIsNotPartOfItsName, as omitempty is not.
func TestAnOptionOfAFieldIsNotPartOfItsName(t *testing.T) {
	t.Parallel()
	var body struct {
		Name  string `json:"name,omitempty"`
		Count int    `json:"count"`
	}
	const written = `{"count":1,"name":"a"}`
	if got := spelt([]byte(`{"name":"a","Name":"b","count":1}`), reflect.TypeOf(body)); string(got) != written {
		t.Errorf("got %s, want %s", got, written)
	}
}

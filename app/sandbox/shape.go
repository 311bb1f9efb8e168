package sandbox

import (
	"encoding/json"

	"till/app/sandbox/ledger"
)

// shapeKey in a charge's metadata chooses its shape.
const shapeKey = "sandbox_shape"

// shapeOf is the shape of a new charge: the one its metadata names, else the
// one control has set, else the configuration's. Never call it inside a unit of
// work: the setting may be waiting to be written.
func (s *Sandbox) shapeOf(metadata json.RawMessage) ledger.Shape {
	switch shape := ledger.Shape(namedShape(metadata)); shape {
	case ledger.Classic, ledger.Onchain:
		return shape
	default:
		return s.shapeNow()
	}
}

// shapeNow is the shape of a new charge that names none.
func (s *Sandbox) shapeNow() ledger.Shape { return s.current().Shape }

// checkShape refuses a shape that is none.
func checkShape(metadata json.RawMessage) error {
	switch name := namedShape(metadata); ledger.Shape(name) {
	case "", ledger.Classic, ledger.Onchain:
		return nil
	default:
		return unfit("metadata." + shapeKey + " must be " + string(ledger.Classic) + " or " + string(ledger.Onchain))
	}
}

// namedShape is what the metadata says, "" for nothing. What is there but no
// text is named as it is written, so that it is refused.
func namedShape(metadata json.RawMessage) string {
	var named map[string]json.RawMessage
	if json.Unmarshal(metadata, &named) != nil || named[shapeKey] == nil {
		return "" // whether metadata may be like that is not decided here
	}
	var shape string
	if json.Unmarshal(named[shapeKey], &shape) != nil || shape == "" {
		return string(named[shapeKey])
	}
	return shape
}

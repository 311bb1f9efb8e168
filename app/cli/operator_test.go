package cli_test

import (
	"encoding/json"
	"net/http"

	"github.com/rogpeppe/go-internal/testscript"
)

// control makes the sandbox at an address do something to its newest charge:
// control BOX ACTION.
func control(ts *testscript.TestScript, neg bool, args []string) {
	res, err := http.Get("http://" + args[0] + "/control/charges")
	ts.Check(err)
	defer func() { _ = res.Body.Close() }()
	var all struct{ Data []struct{ Code string } }
	ts.Check(json.NewDecoder(res.Body).Decode(&all))
	if len(all.Data) == 0 {
		ts.Fatalf("the sandbox has no charge")
	}
	kind := "charges"
	if args[1] == "refund" { // only a checkout of Business can be
		kind = "checkouts"
	}
	post(ts, neg, []string{"http://" + args[0] + "/control/" + kind + "/" + all.Data[0].Code + "/" + args[1], "{}"})
}

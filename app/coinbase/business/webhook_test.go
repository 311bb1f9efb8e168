package business

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	vectorTime = 1636936200
	vectorV0   = "1b3d69df55f1e52f05224ba94a5162abeb17ef52cd7f4948c390f810d6a87e98"
	vectorV1   = "493c35f05443fdb74cb99fd4f00e0e7653c2ab6b24fbc97f4a7bd4d56b31758a"
	vectorBody = "hello !"
)

// vectorHeader are the headers of the published vectors, and that signature.
func vectorHeader(signature string) http.Header {
	h := http.Header{}
	h.Set("x-test", "val1")
	h.Set("x-test2", "val2")
	h.Set(SignatureHeader, signature)
	return h
}

func TestSignMakesThePublishedVectors(t *testing.T) {
	t.Parallel()
	got := Sign("secret", time.Unix(vectorTime, 0), vectorHeader(""), []string{"x-test", "x-test2"}, []byte(vectorBody))
	if want := "t=1636936200,v0=" + vectorV0 + ",h=x-test x-test2,v1=" + vectorV1; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// delivery is a webhook as it arrives.
type delivery struct {
	secrets []string
	header  http.Header
	body    string
	now     int64
}

func TestVerify(t *testing.T) {
	t.Parallel()
	both := "t=1636936200,v0=" + vectorV0 + ",h=x-test x-test2,v1=" + vectorV1
	onlyV0 := "t=1636936200,v0=" + vectorV0
	onlyV1 := "t=1636936200,h=x-test x-test2,v1=" + vectorV1
	turned := vectorHeader("")
	turned.Set(SignatureHeader, Sign("secret", time.Unix(vectorTime, 0), turned, []string{"x-test2", "absent", "x-test"}, []byte(vectorBody)))
	zeros := strings.Repeat("0", 64)
	for name, tc := range map[string]struct {
		signature string
		change    func(*delivery)
		want      error
	}{
		"both versions":                     {both, nil, nil},
		"v0 only":                           {onlyV0, nil, nil},
		"v1 only":                           {onlyV1, nil, nil},
		"parts in another order":            {"v1=" + vectorV1 + ", h=x-test x-test2 ,new=1=2, t=1636936200", nil, nil},
		"headers in another order":          {"", func(d *delivery) { d.header = turned }, nil},
		"upper-case hex":                    {"t=1636936200,v0=" + strings.ToUpper(vectorV0), nil, nil},
		"one of several secrets":            {both, func(d *delivery) { d.secrets = []string{"old", "", "secret"} }, nil},
		"an altered header":                 {both, func(d *delivery) { d.header.Set("x-test2", "val3") }, ErrSignatureWrong},
		"an altered header that v0 forgets": {onlyV0, func(d *delivery) { d.header.Set("x-test2", "val3") }, nil},
		"a missing header":                  {both, func(d *delivery) { d.header.Del("x-test") }, ErrSignatureWrong},
		"an altered body":                   {both, func(d *delivery) { d.body = "hello ?" }, ErrSignatureWrong},
		"an altered body, v0 only":          {onlyV0, func(d *delivery) { d.body = "hello ?" }, ErrSignatureWrong},
		"an altered time":                   {strings.Replace(both, "t=1636936200", "t=1636936201", 1), nil, ErrSignatureWrong},
		"headers named in another order":    {strings.Replace(both, "x-test x-test2", "x-test2 x-test", 1), nil, ErrSignatureWrong},
		"a wrong v1 beside a right v0":      {"t=1636936200,v0=" + vectorV0 + ",h=x-test,v1=" + zeros, nil, ErrSignatureWrong},
		"a right v1 beside a wrong v0":      {"t=1636936200,v0=" + zeros + ",h=x-test x-test2,v1=" + vectorV1, nil, nil},
		"another secret":                    {both, func(d *delivery) { d.secrets = []string{"Secret"} }, ErrSignatureWrong},
		"no secret":                         {both, func(d *delivery) { d.secrets = nil }, ErrSignatureWrong},
		"five minutes old":                  {both, func(d *delivery) { d.now += 300 }, nil},
		"older than that":                   {both, func(d *delivery) { d.now += 301 }, ErrSignatureTooOld},
		"five minutes ahead":                {both, func(d *delivery) { d.now -= 300 }, nil},
		"further ahead":                     {both, func(d *delivery) { d.now -= 301 }, ErrSignatureTooNew},
		"as old as time":                    {"t=0,v0=" + vectorV0, nil, ErrSignatureTooOld},
		"the end of time":                   {"t=" + strconv.FormatInt(1<<63-1, 10) + ",v0=" + vectorV0, nil, ErrSignatureTooNew},
		"beyond the end of time":            {"t=9223372036854775808,v0=" + vectorV0, nil, ErrSignatureMalformed},
		"no header":                         {"", func(d *delivery) { d.header.Del(SignatureHeader) }, ErrSignatureMissing},
		"an empty header":                   {"", nil, ErrSignatureMissing},
		"two headers":                       {both, func(d *delivery) { d.header.Add(SignatureHeader, both) }, ErrSignatureMalformed},
		"no time":                           {"v0=" + vectorV0, nil, ErrSignatureMalformed},
		"a negative time":                   {"t=-1,v0=" + vectorV0, nil, ErrSignatureMalformed},
		"a time that is none":               {"t=noon,v0=" + vectorV0, nil, ErrSignatureMalformed},
		"neither version":                   {"t=1636936200,h=x-test", nil, ErrSignatureMalformed},
		"v1 without h":                      {"t=1636936200,v1=" + vectorV1, nil, ErrSignatureMalformed},
		"not hex":                           {"t=1636936200,v0=" + strings.Repeat("z", 64), nil, ErrSignatureMalformed},
		"too short":                         {"t=1636936200,v0=" + vectorV0[:62], nil, ErrSignatureMalformed},
		"empty":                             {"t=1636936200,v0=", nil, ErrSignatureMalformed},
		"a part twice":                      {both + ",v1=" + vectorV1, nil, ErrSignatureMalformed},
		"very many headers":                 {"t=1636936200,h=" + strings.Repeat("x ", 100) + "x,v1=" + vectorV1, nil, ErrSignatureMalformed},
		"another scheme":                    {"sha256=abc", nil, ErrSignatureMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := delivery{[]string{"secret"}, vectorHeader(tc.signature), vectorBody, vectorTime}
			if tc.change != nil {
				tc.change(&d)
			}
			err := Verify(d.secrets, d.header, []byte(d.body), time.Unix(d.now, 0))
			if !errors.Is(err, tc.want) || (err != nil && !errors.Is(err, ErrSignature)) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

// TestNoHeadersAreCoveredToo: a sender may name none.
func TestNoHeadersAreCoveredToo(t *testing.T) {
	t.Parallel()
	h := vectorHeader("")
	h.Set(SignatureHeader, Sign("secret", time.Unix(vectorTime, 0), h, nil, []byte(vectorBody)))
	if err := Verify([]string{"secret"}, h, []byte(vectorBody), time.Unix(vectorTime, 0)); err != nil {
		t.Error(err)
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	both := "t=1636936200,v0=" + vectorV0 + ",h=x-test x-event-id,v1=" + vectorV1
	for name, tc := range map[string]struct {
		signature string
		want      bool
	}{
		"named":                  {both, true},
		"in another case":        {strings.Replace(both, "x-event-id", "X-EVENT-ID", 1), true},
		"not named":              {strings.Replace(both, "x-event-id", "x-event-idea", 1), false},
		"named, but not covered": {"t=1636936200,v0=" + vectorV0 + ",h=x-event-id", false},
		"v0 only":                {"t=1636936200,v0=" + vectorV0, false},
		"no signature":           {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Covers(vectorHeader(tc.signature), EventIDHeader); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("t=1636936200,v0="+vectorV0+",h=x-test x-test2,v1="+vectorV1, "val1")
	f.Add("t=1636936200,v0="+vectorV0, "")
	f.Add("v1=,h,t=", "x")
	f.Fuzz(func(t *testing.T, header, value string) {
		h := vectorHeader(header)
		h.Set("x-test", value)
		err := Verify([]string{"another secret"}, h, []byte(vectorBody), time.Unix(vectorTime, 0))
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%q was accepted with a secret it was not made with: %v", header, err)
		}
	})
}

package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"till/app/coinbase/business"
	"till/app/config"
)

// control finds the door of the sandbox at address, or where the configuration
// has it. The API key goes along when there is one; on this machine the door
// opens without.
func (p *program) control(address string) (control, error) {
	cfg, err := p.loadSandbox(p.env)
	if err != nil {
		return control{}, err
	}
	if address == "" {
		address, err = sandboxAddress(cfg.Sandbox)
	} else {
		err = webAddress("--sandbox", address)
	}
	if err != nil {
		return control{}, err
	}
	key, err := p.sandboxKey(cfg)
	return control{base: strings.TrimRight(address, "/"), key: key, http: &http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it would take the key along
	}}, err
}

// sandboxKey is the API key that is configured, or the one an earlier start
// has made; "" without either. It makes none: a new one nobody would know.
func (p *program) sandboxKey(cfg config.Config) (config.Secret, error) {
	_, err := os.Stat(filepath.Join(cfg.Dir, "data", "sandbox.keys"))
	if errors.Is(err, fs.ErrNotExist) {
		return cfg.Sandbox.APIKey, nil
	}
	err = cfg.GenerateSandboxKeys(p.host.Random, business.GenerateKey)
	return cfg.Sandbox.APIKey, err
}

// sandboxAddress derives where the sandbox is from where it listens.
func sandboxAddress(box config.Sandbox) (string, error) {
	host, port, err := net.SplitHostPort(box.Listen)
	if err != nil {
		return "", fmt.Errorf("[sandbox] listen: %w", err)
	}
	ip, err := netip.ParseAddr(host)
	here := host == "localhost" || err == nil && (ip.IsLoopback() || ip.IsUnspecified())
	switch {
	case box.PublicURL != "" && (!here || port == "0"):
		return box.PublicURL, nil
	case port == "0":
		return "", errors.New("[sandbox] listen has port 0, so its address is known only to whoever started it: say --sandbox URL")
	case err == nil && ip.IsUnspecified() && ip.Is6():
		host = "::1"
	case err == nil && ip.IsUnspecified():
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// webAddress refuses what somebody typed that is no address.
func webAddress(flag, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fmt.Errorf("%s is no web address: write one such as http://127.0.0.1:8402, without a name or password in it", flag)
	}
	return nil
}

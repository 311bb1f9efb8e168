package config

import (
	"errors"
	"path/filepath"
)

// Load reads the configuration for the shop: the file, then environ (as
// os.Environ gives it) over it, everything checked. The error has one line for
// each mistake.
func Load(file string, environ []string) (Config, error) {
	s, err := read(file, environ)
	if err != nil {
		return Config{}, err
	}
	c := Config{
		Server:   s.server(),
		Store:    Store{URL: s.storeURL(place{"store", "url"})},
		Coinbase: s.coinbase(),
		Business: s.business(),
		Products: s.productList(),
	}
	if s.flag(place{"sandbox", "enabled"}) {
		c.Sandbox = s.sandbox()
		s.together(c)
	} else {
		s.credentials(c)
	}
	return s.finish(c)
}

// LoadSandbox reads the configuration for a sandbox that runs alone, whatever
// its `enabled` says. Of the other sections only the names are checked, and
// they stay empty here. [server] is read only to derive empty webhook URLs
// from it, and Products are only those whose checkout the sandbox has to have.
func LoadSandbox(file string, environ []string) (Config, error) {
	s, err := read(file, environ)
	if err != nil {
		return Config{}, err
	}
	s.alone = true
	c := Config{Sandbox: s.sandbox(), Products: s.checkouts()}
	s.receivers(&c.Sandbox)
	return s.finish(c)
}

// finish answers the configuration if there was no mistake at all.
func (s *settings) finish(c Config) (Config, error) {
	if len(s.mistakes) > 0 {
		return Config{}, errors.Join(s.mistakes...)
	}
	c.File, c.Dir = s.path, filepath.Dir(s.path)
	c.shown = s.show()
	return c, nil
}

package config

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// address takes HOST:PORT; the host may be empty for all interfaces.
func address(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errors.New("it is no HOST:PORT: write one as 127.0.0.1:8080")
	}
	return nil
}

// origin takes scheme and host of a web address, without a trailing slash.
// Plain http is for this machine only: secrets travel over it.
func origin(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return "", errors.New("it is no web address: write one as https://castellan.acme.example")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return "", errors.New("give only scheme and host, without user, path or query")
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return u.Scheme + "://" + strings.ToLower(u.Host), nil
	}
	return "", errors.New("it must begin with https://")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// database takes what db.Open takes, without opening it.
func database(text string) error {
	scheme, rest, _ := strings.Cut(text, ":")
	switch strings.ToLower(scheme) {
	case "sqlite":
		if strings.TrimPrefix(rest, "//") == "" {
			return errors.New("sqlite: names no file: write sqlite:/var/lib/castellan/castellan.db")
		}
		return nil
	case "postgres", "postgresql":
		if u, err := url.Parse(text); err == nil && strings.HasPrefix(rest, "//") && u.Opaque == "" {
			return nil
		}
		return errors.New("the PostgreSQL URL is malformed: write postgres://USER:PASSWORD@HOST:5432/DATABASE, special characters of the password in percent notation")
	}
	return errors.New("it begins with neither sqlite: nor postgres://")
}

// hasPassword tells whether a database URL carries one. What cannot be read
// may.
func hasPassword(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return true
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password") || u.Query().Has("sslpassword")
}

// privateKey takes an RSA key as GitHub hands it out (PKCS #1 in PEM), PKCS #8,
// or either with its line breaks written \n or in base64, as variables often
// have them. It returns PEM.
func privateKey(text string) (string, error) {
	text = strings.ReplaceAll(text, `\n`, "\n")
	if !strings.Contains(text, "-----BEGIN") {
		if raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err == nil {
			text = string(raw)
		}
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return "", errors.New("it is no PEM: give the .pem file that GitHub made for the App as it is")
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return text, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if _, ok := key.(*rsa.PrivateKey); err != nil || !ok {
		return "", errors.New("it is no RSA private key: give the .pem file that GitHub made for the App as it is")
	}
	return text, nil
}

func appID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errors.New("it is no App id: write the number on the App's settings page at GitHub")
	}
	return id, nil
}

// repositoryName is NAME or OWNER/NAME in GitHub's grammar.
var repositoryName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9_-]{0,99}/)?[A-Za-z0-9._-]{1,100}$`)
})

func policyRepository(text string) error {
	_, name, ok := strings.Cut(text, "/")
	if !ok {
		name = text
	}
	if !repositoryName().MatchString(text) || name == "." || name == ".." {
		return errors.New("it is no repository: write NAME, in each organisation, or OWNER/NAME")
	}
	return nil
}

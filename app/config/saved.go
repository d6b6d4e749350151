package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Credentials are what GitHub gives a new App.
type Credentials struct {
	AppID         int64
	PrivateKey    Secret // PEM
	WebhookSecret Secret
	ClientID      string
	ClientSecret  Secret
}

// The files of credentials in the data directory. The App id is written last:
// where it is missing there are no credentials.
const (
	fileAppID          = "app-id"
	filePrivateKey     = "private-key.pem"
	fileWebhookSecret  = "webhook-secret"
	fileWebhookBefore  = "webhook-secret-previous" // put there by a person who rotates
	fileClientID       = "client-id"
	fileClientSecret   = "client-secret"
	dataDirMode        = 0o700
	credentialFileMode = 0o600
)

// CredentialFiles are the names of the files in the data directory that hold
// secrets or belong to them.
func CredentialFiles() []string {
	return []string{fileAppID, filePrivateKey, fileWebhookSecret, fileWebhookBefore, fileClientID, fileClientSecret, keyFileName}
}

// ErrSaved says that the data directory holds an App's credentials already.
var ErrSaved = errors.New("the data directory already holds an App's credentials")

// Save writes credentials to the data directory with mode 0600: each file whole
// or not at all, and on the disk when Save returns. It never replaces any.
func Save(dir string, c *Credentials) error {
	if err := CanSave(dir); err != nil {
		return err
	}
	for _, f := range []struct{ name, text string }{
		{filePrivateKey, string(c.PrivateKey)}, {fileWebhookSecret, string(c.WebhookSecret)},
		{fileClientID, c.ClientID}, {fileClientSecret, string(c.ClientSecret)}, {fileAppID, strconv.FormatInt(c.AppID, 10)},
	} {
		if err := writeWhole(filepath.Join(dir, f.name), f.text); err != nil {
			return fmt.Errorf("save the App's credentials: %w", err)
		}
	}
	return nil
}

// CanSave tells whether Save would do, by writing something: GitHub shows an
// App's secrets only once.
func CanSave(dir string) error {
	if _, err := os.Lstat(filepath.Join(dir, fileAppID)); err == nil {
		return fmt.Errorf("%w: %s", ErrSaved, dir)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look into the data directory: %w", err)
	}
	if err := os.MkdirAll(dir, dataDirMode); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	probe := filepath.Join(dir, ".probe")
	if err := writeWhole(probe, "probe"); err != nil {
		return fmt.Errorf("write to the data directory: %w", err)
	}
	return os.Remove(probe)
}

func writeWhole(name, text string) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text + "\n")
	if err = errors.Join(err, tmp.Chmod(credentialFileMode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

// syncDir makes a rename survive a loss of power, where the system can.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // not every system lets a folder be synced
	return d.Close()
}

// saved reads what Save wrote, by setting; nothing without an App id.
func (s *sources) saved(dir string) map[string]value {
	values := map[string]value{}
	if _, err := os.Stat(filepath.Join(dir, fileAppID)); err != nil {
		return values
	}
	for setting, name := range map[string]string{
		"app-id": fileAppID, "private-key": filePrivateKey, "webhook-secret": fileWebhookSecret,
		"webhook-secret-previous": fileWebhookBefore, "client-id": fileClientID, "client-secret": fileClientSecret,
	} {
		path := filepath.Join(dir, name)
		text, err := readSmall(path)
		switch {
		case err == nil && text != "":
			values[setting] = value{text, path}
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			s.fail(path, "%v", err)
		}
	}
	return values
}

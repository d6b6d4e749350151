package config

// app reads the App's credentials. With neither App id nor webhook secret
// there is none yet; with either, id, key and secret are needed.
func (s *sources) app(to *Serve) {
	named := map[string]value{"app-id": s.plain("app-id"), "client-id": s.plain("client-id")}
	for _, name := range []string{"private-key", "webhook-secret", "webhook-secret-previous", "client-secret"} {
		named[name] = s.secret(name)
	}
	s.fill(named, s.saved(to.DataDir))
	id, secret, key := named["app-id"], named["webhook-secret"], named["private-key"]
	if !id.set() && !secret.set() {
		to.Setup = true
		if key.set() {
			to.Notices = append(to.Notices, key.where+": it is not used, as neither CASTELLAN_APP_ID nor CASTELLAN_WEBHOOK_SECRET is set")
		}
		return
	}
	s.missing(id, "CASTELLAN_APP_ID", "set it to the number on the App's settings page at GitHub")
	s.missing(secret, "CASTELLAN_WEBHOOK_SECRET", "set it, or CASTELLAN_WEBHOOK_SECRET_FILE, to the secret of the App's webhook")
	s.missing(key, "CASTELLAN_PRIVATE_KEY", "set it, or CASTELLAN_PRIVATE_KEY_FILE, to the App's private key")
	to.ClientID, to.ClientSecret = named["client-id"].text, Secret(named["client-secret"].text)
	to.WebhookSecret, to.WebhookSecretPrevious = Secret(secret.text), Secret(named["webhook-secret-previous"].text)
	var err error
	if id.set() {
		if to.AppID, err = appID(id.text); err != nil {
			s.fail(id.where, "%v", err)
		}
	}
	if key.set() {
		text, err := privateKey(key.text)
		if err != nil {
			s.fail(key.where, "%v", err)
		}
		to.PrivateKey = Secret(text)
	}
}

// missing reports a setting that nothing names, unless reading it has been
// reported already.
func (s *sources) missing(v value, variable, advice string) {
	if v.set() {
		return
	}
	setting := map[string]string{"CASTELLAN_APP_ID": "app-id", "CASTELLAN_WEBHOOK_SECRET": "webhook-secret", "CASTELLAN_PRIVATE_KEY": "private-key"}[variable]
	_, refused := s.flags[setting]
	if refused && setting != "app-id" || s.plain(setting+"-file").set() {
		return
	}
	s.fail(variable, "%s", advice)
}

// fill takes from the saved credentials what nothing else names. Those of
// another App than the one named are left alone.
func (s *sources) fill(named, saved map[string]value) {
	if id := named["app-id"]; id.set() && id.text != saved["app-id"].text {
		return
	}
	for setting, v := range saved {
		if !named[setting].set() {
			named[setting] = v
		}
	}
}

// notices tell what works but may not be meant.
func (s *sources) notices(to *Serve) {
	note := func(text string) { to.Notices = append(to.Notices, text) }
	if to.SQLite() && to.Role != All {
		note("CASTELLAN_ROLE: with SQLite one process does everything: use role all, or PostgreSQL")
	}
	if !to.SQLite() && !to.HashKeyNamed() {
		note("CASTELLAN_HASH_KEY: it is kept in this machine's data directory: give all processes on one database the same key")
	}
	if to.WebhookSecret != "" && len(to.WebhookSecret) < 16 {
		note("CASTELLAN_WEBHOOK_SECRET: it is shorter than 16 characters: anybody who guesses it can send deliveries; make one with `openssl rand -hex 32`")
	}
	if to.WebhookSecretPrevious != "" {
		note("CASTELLAN_WEBHOOK_SECRET_PREVIOUS: deliveries signed with it are still accepted: remove it once the rotation is over")
	}
	if to.WebhookSecretPrevious != "" && to.WebhookSecretPrevious == to.WebhookSecret {
		note("CASTELLAN_WEBHOOK_SECRET_PREVIOUS: it is the same as CASTELLAN_WEBHOOK_SECRET")
	}
}

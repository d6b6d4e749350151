package catalog

//go:generate go run ./gen

// The tables are shared: callers only read them.

// Formats are all formats, those that are off among them.
func Formats() []Format { return formats }

// Clients are all clients.
func Clients() []Client { return clients }

// References are all reference syntaxes.
func References() []Reference { return references }

// Keys are the shapes of all credentials.
func Keys() []Key { return keys }

// FormatByID is the format of that id, nil if there is none.
func FormatByID(id string) *Format {
	for i := range formats {
		if formats[i].ID == id {
			return &formats[i]
		}
	}
	return nil
}

// ClientByID is the client of that id, nil if there is none.
func ClientByID(id string) *Client {
	for i := range clients {
		if clients[i].ID == id {
			return &clients[i]
		}
	}
	return nil
}

// KeyByID is the shape of that id, nil if there is none.
func KeyByID(id string) *Key {
	for i := range keys {
		if keys[i].ID == id {
			return &keys[i]
		}
	}
	return nil
}

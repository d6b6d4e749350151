package credential

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what every rendering of a Secret gives.
const redacted = "[redacted]"

// Secret holds a credential in clear for as long as its file is being scanned.
// Every way of printing it gives "[redacted]".
type Secret struct{ value string }

func (Secret) String() string   { return redacted }
func (Secret) GoString() string { return redacted }

// Format answers every verb of package fmt, also those that look into structs.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

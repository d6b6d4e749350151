package ghsim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// decode reads the JSON body into v; an empty body leaves v alone.
func (c *call) decode(v any) *reply {
	if len(bytes.TrimSpace(c.raw)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.raw, v); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return new(c.invalid("Request", kind.Field, "invalid"))
		}
		return new(c.fail(http.StatusBadRequest, "Problems parsing JSON"))
	}
	return nil
}

func (c *call) int64(name string) int64 {
	n, _ := strconv.ParseInt(c.params[name], 10, 64)
	return n
}

func (c *call) violate(k Kind, message string) {
	v := Violation{Kind: k, Method: c.req.Method, Route: c.log.Route, Message: message, Installation: c.log.Installation}
	if v.Route == "" {
		v.Route = c.req.URL.Path
	}
	c.broken = append(c.broken, v)
}

const (
	docs    = "https://docs.github.com/rest"
	version = "3.19.0" // of the GitHub Enterprise Server this poses as
)

func (c *call) fail(status int, message string) reply {
	return reply{status: status, body: object{"message": message, "documentation_url": docs, "status": strconv.Itoa(status)}}
}

func (c *call) notFound() reply { return c.fail(http.StatusNotFound, "Not Found") }

// invalid is GitHub's 422 for one field.
func (c *call) invalid(resource, field, code string) reply {
	out := c.fail(http.StatusUnprocessableEntity, "Validation Failed")
	out.body.(object)["errors"] = []any{object{"resource": resource, "field": field, "code": code}}
	return out
}

// tooBig is a 422 for a documented limit, and a violation.
func (c *call) tooBig(resource, field, message string) reply {
	c.violate(KindLimit, message)
	out := c.invalid(resource, field, "custom")
	out.body.(object)["errors"].([]any)[0].(object)["message"] = message
	return out
}

// seal sets the headers of an answer, with ETag, rate limit and permissions,
// and the status of the log, and returns the body. A nil answer has none: its
// connection is reset.
func (c *call) seal(h http.Header, out *reply) []byte {
	if out == nil {
		return nil
	}
	for k, v := range out.header {
		h[k] = v
	}
	h.Set("X-GitHub-Request-Id", randomText(16))
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	h.Set("X-GitHub-Enterprise-Version", version)
	if c.log.Needs != "" {
		h.Set("X-Accepted-GitHub-Permissions", c.log.Needs)
	}
	c.sim.rateHeaders(h, c.log)
	var body []byte
	if out.body != nil {
		h.Set("Content-Type", "application/json; charset=utf-8")
		if body = out.raw; body == nil {
			body, _ = json.Marshal(out.body)
		}
	}
	status := out.status
	if status == http.StatusOK && c.req.Method == http.MethodGet {
		sum := sha256.Sum256(body)
		etag := `W/"` + hex.EncodeToString(sum[:]) + `"`
		h.Set("ETag", etag)
		if sameTag(c.req.Header.Get("If-None-Match"), etag) {
			status, body = http.StatusNotModified, nil
			c.sim.refund(c.log.Installation)
		}
	}
	c.log.Status = status
	return body
}

func sameTag(given, etag string) bool {
	return given != "" && strings.TrimPrefix(given, "W/") == strings.TrimPrefix(etag, "W/")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// optional is nil for a zero time.
func optional(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

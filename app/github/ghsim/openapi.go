package ghsim

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// openapiJSON is the part of GitHub's own OpenAPI 3.0 description (MIT,
// @octokit/openapi) that has our routes, without prose. Its licence lies
// beside it.
//
//go:embed testdata/openapi.json
var openapiJSON []byte

const descriptionURL = "https://ghsim.invalid/openapi.json"

// description validates requests and responses. Schemas are compiled when
// first needed.
type description struct {
	doc   object
	paths object

	mu       sync.Mutex
	compiler *jsonschema.Compiler
}

var loadDescription = sync.OnceValues(func() (*description, error) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapiJSON))
	if err != nil {
		return nil, fmt.Errorf("read GitHub's description: %w", err)
	}
	doc, ok := modernise(parsed).(object)
	if !ok {
		return nil, errors.New("read GitHub's description: no object")
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(descriptionURL, doc); err != nil {
		return nil, fmt.Errorf("read GitHub's description: %w", err)
	}
	return &description{doc: doc, paths: doc["paths"].(object), compiler: c}, nil
})

// modernise turns OpenAPI 3.0 schemas into JSON Schema 2020-12, in place:
// nullable becomes a type or an alternative, and a $ref stands alone.
func modernise(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = modernise(v[i])
		}
	case object:
		if ref, ok := v["$ref"].(string); ok {
			return object{"$ref": ref}
		}
		for k := range v {
			v[k] = modernise(v[k])
		}
		if v["nullable"] == true {
			delete(v, "nullable")
			return object{"anyOf": []any{object{"type": "null"}, v}}
		}
	}
	return v
}

// schema compiles the schema at a JSON pointer of the description.
func (d *description) schema(pointer ...string) (*jsonschema.Schema, error) {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, p := range pointer {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(escape.Replace(p)))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.compiler.Compile(descriptionURL + "#" + b.String())
}

// resolve follows a $ref into components and returns where it leads.
func (d *description) resolve(v any, at []string) (object, []string) {
	o, _ := v.(object)
	for {
		ref, ok := o["$ref"].(string)
		if !ok {
			return o, at
		}
		at = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		var next any = d.doc
		for _, p := range at {
			next = next.(object)[p]
		}
		o, _ = next.(object)
	}
}

func (d *description) operation(r *route) (object, []string) {
	at := []string{"paths", r.template, strings.ToLower(r.method)}
	item, _ := d.paths[r.template].(object)
	op, _ := item[at[2]].(object)
	return op, at
}

// checkRequest says what of a request does not fit the description, "" if
// all does, and whether GitHub refuses it for that. Beyond the description it
// finds query parameters and top-level body fields that are not described,
// which GitHub ignores.
func checkRequest(c *call) (problem string, refused bool) {
	if c.sim.opt.Unchecked {
		return "", false
	}
	d, err := loadDescription()
	if err != nil {
		return err.Error(), true
	}
	op, at := d.operation(c.route)
	if op == nil {
		return "not in the description", true
	}
	if problem := d.checkQuery(op, at, c.query); problem != "" {
		return problem, false
	}
	for name := range c.query {
		if name != "page" && name != "per_page" && !slices.Contains(c.route.honours, name) {
			return "query parameter " + name + " is described but not simulated", true
		}
	}
	return d.checkBody(op, at, c.raw)
}

func (d *description) checkQuery(op object, at []string, query url.Values) string {
	list, _ := op["parameters"].([]any)
	described := map[string]bool{}
	for i, p := range list {
		param, where := d.resolve(p, append(slices.Clone(at), "parameters", strconv.Itoa(i)))
		name, _ := param["name"].(string)
		if param["in"] != "query" {
			continue
		}
		described[name] = true
		if !query.Has(name) {
			if param["required"] == true {
				return "query parameter " + name + " is missing"
			}
			continue
		}
		schema, err := d.schema(append(where, "schema")...)
		if err != nil {
			return err.Error()
		}
		if !fitsAny(schema, query.Get(name)) {
			return fmt.Sprintf("query parameter %s=%q does not fit the description", name, clip(query.Get(name), 60))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !described[name] {
			return "query parameter " + name + " is not described"
		}
	}
	return ""
}

// fitsAny tries a query value as the types a query can mean.
func fitsAny(schema *jsonschema.Schema, text string) bool {
	candidates := []any{text}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		candidates = append(candidates, json.Number(text))
	}
	if text == "true" || text == "false" {
		candidates = append(candidates, text == "true")
	}
	return slices.ContainsFunc(candidates, func(v any) bool { return schema.Validate(v) == nil })
}

func (d *description) checkBody(op object, at []string, raw []byte) (problem string, refused bool) {
	body, where := d.resolve(op["requestBody"], append(slices.Clone(at), "requestBody"))
	empty := len(bytes.TrimSpace(raw)) == 0
	switch {
	case body == nil && empty:
		return "", false
	case body == nil:
		return "a body where none is described", false
	case empty && body["required"] == true:
		return "the body is missing", true
	case empty:
		return "", false
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return "the body is no JSON", true
	}
	if _, isArray := value.([]any); isArray && strings.HasSuffix(at[1], "/{issue_number}/labels") {
		return "", false // GitHub also takes a bare array of labels here; the description of today leaves it out
	}
	where = append(where, "content", "application/json", "schema")
	schema, err := d.schema(where...)
	if err != nil {
		return err.Error(), true
	}
	if err := schema.Validate(value); err != nil {
		return "body: " + clip(err.Error(), 800), true
	}
	return undescribed(schema, value), false
}

// undescribed names a top-level field that no branch of the schema has.
func undescribed(schema *jsonschema.Schema, value any) string {
	known := map[string]bool{}
	gather(schema, known, 0)
	o, _ := value.(object)
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !known[name] {
			return "body: field " + name + " is not described"
		}
	}
	return ""
}

func gather(s *jsonschema.Schema, into map[string]bool, depth int) {
	if s == nil || depth > 8 {
		return
	}
	for name := range s.Properties {
		into[name] = true
	}
	gather(s.Ref, into, depth+1)
	for _, list := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
		for _, sub := range list {
			gather(sub, into, depth+1)
		}
	}
}

// checkResponse says what of our answer does not fit the description.
func checkResponse(c *call, out reply) string {
	if out.loose || c.sim.opt.Unchecked {
		return ""
	}
	d, err := loadDescription()
	if err != nil {
		return err.Error()
	}
	op, at := d.operation(c.route)
	responses, _ := op["responses"].(object)
	status := strconv.Itoa(out.status)
	if _, ok := responses[status]; !ok {
		if out.status < 300 {
			return "status " + status + " is not described"
		}
		return ""
	}
	response, where := d.resolve(responses[status], append(slices.Clone(at), "responses", status))
	content, _ := response["content"].(object)
	if content["application/json"] == nil {
		return ""
	}
	schema, err := d.schema(append(where, "content", "application/json", "schema")...)
	if err != nil {
		return err.Error()
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.raw))
	if err != nil {
		return err.Error()
	}
	if err := schema.Validate(value); err != nil {
		return "response " + status + ": " + clip(err.Error(), 1500)
	}
	return ""
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}

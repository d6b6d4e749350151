package ghsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

type label struct {
	id                       int64
	name, color, description string
}

func labelRoutes() []route {
	const one = oneIssue + "/labels"
	return []route{
		{method: "GET", template: "/repos/{owner}/{repo}/labels", auth: byInstallation, handle: (*Sim).listLabels},
		{method: "GET", template: "/repos/{owner}/{repo}/labels/{name}", auth: byInstallation, handle: (*Sim).getLabel},
		{method: "POST", template: "/repos/{owner}/{repo}/labels", auth: byInstallation, handle: (*Sim).createLabel},
		{method: "GET", template: one, auth: byInstallation, handle: (*Sim).listIssueLabels},
		{method: "POST", template: one, auth: byInstallation, handle: (*Sim).addIssueLabels},
		{method: "DELETE", template: one + "/{name}", auth: byInstallation, handle: (*Sim).removeIssueLabel},
	}
}

func (r *Repo) label(name string) *label {
	for _, l := range r.labels {
		if strings.EqualFold(l.name, name) {
			return l
		}
	}
	return nil
}

// labelNamed finds a label or makes it in grey, as GitHub does when an issue
// names an unknown one.
func (s *Sim) labelNamed(r *Repo, name string) *label {
	if l := r.label(name); l != nil {
		return l
	}
	l := &label{id: s.nextID(), name: name, color: "ededed"}
	r.labels = append(r.labels, l)
	return l
}

func (i *issue) addLabel(l *label) {
	if !slices.Contains(i.labels, l) {
		i.labels = append(i.labels, l)
	}
}

// labelName reads a label given as "name" or {"name": "name"}.
func labelName(raw json.RawMessage) string {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return name
	}
	var o struct{ Name string }
	_ = json.Unmarshal(raw, &o)
	return o.Name
}

func (s *Sim) labelJSON(r *Repo, l *label) object {
	return object{
		"id": l.id, "node_id": nodeID("LA", l.id), "url": s.api(r) + "/labels/" + strings.ReplaceAll(l.name, " ", "%20"), "name": l.name,
		"color": l.color, "default": false, "description": l.description,
	}
}

func (s *Sim) labelsJSON(r *Repo, list []*label) []any {
	out := []any{}
	for _, l := range list {
		out = append(out, s.labelJSON(r, l))
	}
	return out
}

func (s *Sim) listLabels(c *call) reply { return c.listed(s.labelsJSON(c.repo, c.repo.labels)) }

func (s *Sim) getLabel(c *call) reply {
	l := c.repo.label(c.params["name"])
	if l == nil {
		return c.notFound()
	}
	return reply{status: http.StatusOK, body: s.labelJSON(c.repo, l)}
}

func (s *Sim) createLabel(c *call) reply {
	var in struct{ Name, Color, Description string }
	if out := c.decode(&in); out != nil {
		return *out
	}
	switch {
	case in.Name == "" || len(in.Name) > 50:
		return c.invalid("Label", "name", "invalid")
	case len(in.Description) > 100:
		return c.tooBig("Label", "description", "description is too long (maximum is 100 characters)")
	case in.Color != "" && !isColor(in.Color):
		return c.invalid("Label", "color", "invalid")
	case c.repo.label(in.Name) != nil:
		return c.invalid("Label", "name", "already_exists")
	}
	l := s.labelNamed(c.repo, in.Name)
	l.description = in.Description
	if in.Color != "" {
		l.color = in.Color
	}
	return reply{status: http.StatusCreated, body: s.labelJSON(c.repo, l)}
}

func isColor(text string) bool {
	return len(text) == 6 && strings.Trim(strings.ToLower(text), "0123456789abcdef") == ""
}

func (s *Sim) listIssueLabels(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	return c.listed(s.labelsJSON(c.repo, i.labels))
}

func (s *Sim) addIssueLabels(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	var list []json.RawMessage
	if json.Unmarshal(c.raw, &list) != nil {
		var in struct{ Labels []json.RawMessage }
		if out := c.decode(&in); out != nil {
			return *out
		}
		list = in.Labels
	}
	for _, raw := range list {
		i.addLabel(s.labelNamed(c.repo, labelName(raw)))
	}
	i.updated = s.now()
	return reply{status: http.StatusOK, body: s.labelsJSON(c.repo, i.labels)}
}

func (s *Sim) removeIssueLabel(c *call) reply {
	i, out := s.theIssue(c)
	if out != nil {
		return *out
	}
	l := c.repo.label(c.params["name"])
	if l == nil || !slices.Contains(i.labels, l) {
		return c.fail(http.StatusNotFound, "Label does not exist")
	}
	i.labels = slices.DeleteFunc(i.labels, func(o *label) bool { return o == l })
	i.updated = s.now()
	return reply{status: http.StatusOK, body: s.labelsJSON(c.repo, i.labels)}
}

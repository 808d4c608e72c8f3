// Package spoke writes the approved boundaries of a configuration into the CloudFormation template
// of a member account, infra/org/spoke.yaml: the policies themselves, and the lists of policies that
// Ringfence may attach and restore there. CloudFormation expands the placeholders ${account} and
// ${partition} for each account.
package spoke

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
)

// The lines around the parts of the template that are made of a configuration. What follows begin
// is the name of the part.
const (
	begin = "# >>> "
	end   = "# <<<"
)

// Fill returns a template with the boundaries of a configuration: see [config.Config.Unexpanded]. It
// refuses a template that lacks one of the parts, and documents that CloudFormation cannot expand.
func Fill(template string, boundaries []config.Boundary, attachable []string) (string, error) {
	if len(attachable) == 0 {
		return "", fmt.Errorf("the configuration requires no boundary")
	}
	resources, err := policies(boundaries)
	if err != nil {
		return "", err
	}
	arns := make([]string, len(attachable))
	for i, arn := range attachable {
		arns[i] = "- !Sub " + quoted(substituted(arn))
	}
	parts, used := map[string][]string{"attachable": arns, "policies": resources}, map[string]bool{}
	var out []string
	inside := ""
	for _, line := range strings.Split(template, "\n") {
		text := strings.TrimSpace(line)
		switch name, begins := strings.CutPrefix(text, begin); {
		case begins && inside != "":
			return "", fmt.Errorf("%s begins inside %s", name, inside)
		case begins && parts[name] == nil && name != "policies":
			return "", fmt.Errorf("the template has a part %q, which is not known", name)
		case begins:
			inside, used[name] = name, true
			out = append(out, line)
			indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
			for _, l := range parts[name] {
				out = append(out, indent+l)
			}
		case text == end && inside == "":
			return "", fmt.Errorf("a line %s without its beginning", end)
		case text == end:
			inside = ""
			out = append(out, line)
		case inside == "":
			out = append(out, line)
		}
	}
	if inside != "" || len(used) != len(parts) {
		return "", fmt.Errorf("the template lacks the lines %sattachable and %spolicies, each with %s after it", begin, begin, end)
	}
	return strings.Join(out, "\n"), nil
}

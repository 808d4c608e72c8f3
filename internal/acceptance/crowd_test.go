package acceptance

import (
	"encoding/json"
	"fmt"
	"strings"
)

// crowd returns an account like those of account, with more kinds of principals: ones that only
// AWS can change, exempt ones, ones with an expired exemption or under a rule without
// requirements, and some with unreadable policies. It may be in another partition.
func (g generator) crowd() sample {
	s := g.account()
	var all map[string][]map[string]any
	if err := json.Unmarshal(s.state, &all); err != nil {
		panic(err) // account wrote it
	}
	carried := []string{"", arnOf("policy", others[0]), g.managed()}
	for _, p := range all["Policies"] { // IAM does not delete a policy in use
		if p["PolicyName"] == required[0] {
			carried = append(carried, arnOf("policy", required[0]))
		}
	}
	for kind, paths := range map[string][]string{
		"Role": {"/", "/dev/", "/platform/", "/outside/", "/aws-service-role/ecs.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"},
		"User": {"/", "/platform/", "/outside/"},
	} {
		for i, path := range paths {
			name := fmt.Sprintf("%s-%d", strings.ToLower(kind), i)
			switch {
			case strings.HasPrefix(path, "/aws-reserved/"):
				name = "AWSReservedSSO_Developer_0123456789abcdef"
			case strings.HasPrefix(path, "/aws-service-role/"):
				name = "AWSServiceRoleForECS"
			}
			e := g.entity(kind, path, name, carried[1:], pick(g, carried...))
			e[kind+"Id"] = fmt.Sprintf("%sEXAMPLE%09d", map[string]string{"Role": "AROA", "User": "AIDA"}[kind], i)
			if kind == "Role" {
				e["AssumeRolePolicyDocument"] = all["RoleDetailList"][0]["AssumeRolePolicyDocument"]
			}
			if g.one(6) {
				e[kind+"PolicyList"] = []map[string]any{{"PolicyName": "broken", "PolicyDocument": `{"Statement": [{"Effect": "Perhaps"}]}`}}
			}
			all[kind+"DetailList"] = append(all[kind+"DetailList"], e)
		}
	}
	s.state, _ = json.Marshal(all)
	config := s.config["ringfence.yaml"]
	config = strings.Replace(config, "rules:\n", "rules:\n  - {name: platform, match: {paths: [\"/platform/*\"]}, boundary: none, owner: o@example.com, reason: a reason}\n", 1)
	config = strings.Replace(config, `match: {names: ["*"]}`, `match: {paths: ["/", "/dev/*", "/service-role/", "/aws-service-role/*", "/aws-reserved/*"]}`, 1)
	if !strings.Contains(config, "exemptions:") {
		config += "exemptions:\n"
	}
	s.config["ringfence.yaml"] = config + fmt.Sprintf(`  - {principal: %q, owner: a@example.com, reason: a reason, expires: 2027-01-01}
  - {principal: %q, owner: a@example.com, reason: a reason, expires: 2026-01-01}
  - {principal: %q, id: AIDAEXAMPLEOFANOTHER, owner: a@example.com, reason: a reason, expires: 2027-01-01}
  - {principal: %q, id: AROAEXAMPLE000000001, owner: a@example.com, reason: a reason, expires: 2027-01-01}
`, arnOf("role", "role-0"), arnOf("user", "user-0"), arnOf("user", "user1"), arnOf("role/dev", "role-1"))
	if g.one(4) {
		s.state = []byte(strings.ReplaceAll(string(s.state), "arn:aws:", "arn:aws-cn:"))
		for name, text := range s.config {
			s.config[name] = strings.ReplaceAll(text, "arn:aws:", "arn:aws-cn:")
		}
	}
	return s
}

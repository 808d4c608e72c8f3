package tamper

import "strings"

// alternatives expands an entry that contains {a|b}. Alternatives may contain others:
// {policy/{a|b}|role/c}. An entry with an unclosed brace stays as it is.
func alternatives(entry string) []string {
	open := strings.IndexByte(entry, '{')
	if open < 0 {
		return []string{entry}
	}
	depth, from := 0, open+1
	var inside []string
	for i := open; i < len(entry); i++ {
		switch entry[i] {
		case '{':
			depth++
		case '|':
			if depth == 1 {
				inside, from = append(inside, entry[from:i]), i+1
			}
		case '}':
			if depth--; depth > 0 {
				continue
			}
			var all []string
			for _, a := range append(inside, entry[from:i]) {
				all = append(all, alternatives(entry[:open]+a+entry[i+1:])...)
			}
			return all
		}
	}
	return []string{entry}
}

// part returns the ARN of a whole part: of a function without its version, of a topic without
// the subscription, of a stack without its unique id, of a log group without its streams, of a
// table without its backups, and of a role or policy without its path and in lower case (IAM
// does not distinguish names by case).
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func part(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) != 6 {
		return arn
	}
	resource := fields[5]
	switch fields[2] {
	case "lambda", "logs":
		resource = upTo(resource, ":", 2)
	case "sns":
		resource = upTo(resource, ":", 1)
	case "cloudformation", "dynamodb":
		resource = upTo(resource, "/", 2)
	case "iam":
		if kind, _, ok := strings.Cut(resource, "/"); ok {
			resource = kind + strings.ToLower(resource[strings.LastIndexByte(resource, '/'):])
		}
	}
	fields[5] = resource
	return strings.Join(fields, ":")
}

// upTo returns the first n parts of s.
func upTo(s, separator string, n int) string {
	parts := strings.Split(s, separator)
	return strings.Join(parts[:min(n, len(parts))], separator)
}

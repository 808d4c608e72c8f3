package spoke

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/ringfence/ringfence/internal/config"
)

// policies returns the lines of the resources for all boundaries that have an approved document and
// are not managed by AWS.
func policies(boundaries []config.Boundary) (lines []string, err error) {
	taken := map[string]string{}
	for _, b := range boundaries {
		fields := strings.SplitN(b.ARN, ":", 6)
		if b.Document == nil || fields[4] == "aws" {
			continue
		}
		id := logicalID(b.Name)
		if taken[id] != "" {
			return nil, fmt.Errorf("the boundaries %s and %s differ only in characters that a logical id cannot have: rename one", taken[id], b.Name)
		}
		taken[id] = b.Name
		document, err := expression(b.Document)
		if err != nil {
			return nil, fmt.Errorf("boundary %s: %w", b.Name, err)
		}
		name := strings.TrimPrefix(fields[5], "policy")
		slash := strings.LastIndexByte(name, '/') + 1
		lines = append(lines,
			id+":",
			"  Type: AWS::IAM::ManagedPolicy",
			"  Condition: CreatesBoundaries",
			"  DeletionPolicy: Retain",
			"  UpdateReplacePolicy: Retain",
			// E3510 knows no ? in the account of an ARN, which IAM does.
			"  Metadata: {cfn-lint: {config: {ignore_checks: [E3510]}}}",
			"  Properties:",
			"    ManagedPolicyName: "+subOrText(name[slash:]),
			"    Path: "+subOrText(name[:slash]),
			"    Description: An approved permissions boundary of Ringfence",
			"    PolicyDocument:",
		)
		for _, l := range document {
			lines = append(lines, "      "+l)
		}
	}
	return lines, nil
}

// logicalID returns the logical id of a boundary: its name without characters that an id cannot
// have.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
func logicalID(name string) string {
	id, upper := "Boundary", true
	for _, r := range name {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			upper = true
		case upper:
			id, upper = id+string(unicode.ToUpper(r)), false
		default:
			id += string(r)
		}
	}
	return id
}

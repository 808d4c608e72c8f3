// Package evaluating makes the function configrule out of its environment. Each function has
// such a package of its own, so that none carries, and initialises, the clients of another.
package evaluating

import (
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/configrule"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/iamread"
)

// atOnce is how many principals are judged at a time.
const atOnce = 10

// New makes the function from the environment. Its error names everything that is
// wrong with the environment, or with the configuration.
func New(getenv func(string) string, read boot.ReadFile, client aws.HTTPClient, log io.Writer) (*configrule.Rule, error) {
	b, err := boot.Start(getenv, read, client, log)
	if err != nil {
		return nil, err
	}
	source := iamread.New(iam.NewFromConfig(b.AWS))
	return &configrule.Rule{
		Source: source,
		Assessor: &assess.Assessor{
			Config: b.Config, Documents: new(exposure.Documents), Source: source, Control: b.Control, Now: b.Clock.Now, Concurrency: atOnce,
		},
		API: configservice.NewFromConfig(b.AWS), PropagationDelay: b.Propagation, Log: b.Log,
	}, nil
}

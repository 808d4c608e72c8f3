package replay

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
)

// A scene can be set of every situation, and is what its event left: the boundary is off.
func TestSetScene(t *testing.T) {
	scenarios, err := events.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		server := localaws.New(localaws.Options{})
		loaded, err := SetScene(t.Context(), server, s)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if s.Name != "delete-role-boundary" {
			continue
		}
		config := server.Config("us-east-1", loaded.Account)
		role, err := iam.NewFromConfig(config).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("orders-admin")})
		if err != nil || role.Role.PermissionsBoundary != nil {
			t.Errorf("%+v, %v", role, err)
		}
		if _, err := dynamodb.NewFromConfig(config).DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(boot.LocalLedger)}); err != nil {
			t.Error(err)
		}
		for _, queue := range []string{boot.LocalReport, boot.LocalFollowUp, boot.LocalDeadLetters, boot.LocalSweep} {
			if _, err := sqs.NewFromConfig(config).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String("http://127.0.0.1:4580/123456789012/" + queue)}); err != nil {
				t.Errorf("%s: %v", queue, err)
			}
		}
	}
}

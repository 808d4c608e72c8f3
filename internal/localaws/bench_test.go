package localaws_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws"
	localiam "github.com/ringfence/ringfence/internal/localaws/iam"
)

// BenchmarkRepair makes the two calls of a repair through the SDK, in-process.
func BenchmarkRepair(b *testing.B) {
	server, client := inProcess()
	populate(server)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.GetRole(b.Context(), &iam.GetRoleInput{RoleName: aws.String("r01")}); err != nil {
			b.Fatal(err)
		}
		if _, err := client.PutRolePermissionsBoundary(b.Context(), &iam.PutRolePermissionsBoundaryInput{
			RoleName: aws.String("r01"), PermissionsBoundary: aws.String(boundary),
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRepairOverHTTP is the same through a socket.
func BenchmarkRepairOverHTTP(b *testing.B) {
	server, _ := inProcess()
	populate(server)
	listener, err := server.ListenTo("127.0.0.1:0", b.Output())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	client := iam.NewFromConfig(listener.Config("us-east-1", account))
	for b.Loop() {
		if _, err := client.GetRole(b.Context(), &iam.GetRoleInput{RoleName: aws.String("r01")}); err != nil {
			b.Fatal(err)
		}
		if _, err := client.PutRolePermissionsBoundary(b.Context(), &iam.PutRolePermissionsBoundaryInput{
			RoleName: aws.String("r01"), PermissionsBoundary: aws.String(boundary),
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDetails pages through an account of 5,000 roles.
func BenchmarkDetails(b *testing.B) {
	server := localaws.New(localaws.Options{Seed: 1})
	_ = server.IAM(account).Edit(func(tx *localiam.Tx) error {
		for i := range 5000 {
			tx.EnsureRole("", fmt.Sprintf("r%d", i))
		}
		return nil
	})
	client := iam.NewFromConfig(server.Config("us-east-1", account))
	b.ReportAllocs()
	for b.Loop() {
		pages := iam.NewGetAccountAuthorizationDetailsPaginator(client, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(1000)})
		for pages.HasMorePages() {
			if _, err := pages.NextPage(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
}

package iam

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/principal"
)

// serviceNames are the endings of service-linked role names that do not follow from the service's
// name.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
var serviceNames = map[string]string{
	"autoscaling":          "AutoScaling",
	"ecs":                  "ECS",
	"elasticloadbalancing": "ElasticLoadBalancing",
	"rds":                  "RDS",
	"spot":                 "EC2Spot",
	"guardduty":            "AmazonGuardDuty",
	"config":               "Config",
	"organizations":        "Organizations",
	"support":              "Support",
	"trustedadvisor":       "TrustedAdvisor",
	"sso":                  "SSO",
}

func (tx *Tx) createServiceLinkedRole(in *iam.CreateServiceLinkedRoleInput) (*iam.CreateServiceLinkedRoleOutput, error) {
	service := aws.ToString(in.AWSServiceName)
	short, domain, found := strings.Cut(service, ".")
	if !found || short == "" || !strings.HasPrefix(domain, "amazonaws.com") && !strings.HasSuffix(domain, ".amazonaws.com") {
		return nil, invalidInput("Service name %s is not valid.", service)
	}
	name := serviceNames[short]
	if name == "" {
		name = strings.ToUpper(short[:1]) + short[1:]
	}
	name = "AWSServiceRoleFor" + name
	if suffix := aws.ToString(in.CustomSuffix); suffix != "" {
		name += "_" + suffix
	}
	if err := checkName("roleName", &name, maxRoleName); err != nil {
		return nil, err
	}
	if tx.Role(name) != nil {
		return nil, invalidInput("Service role name %s has been taken in this account, please try a different suffix.", name)
	}
	r := tx.NewRole("/aws-service-role/"+service+"/", name)
	r.Trust = fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":[%q]}}]}`, service)
	r.Description = aws.ToString(in.Description)
	tx.PutRole(r)
	return &iam.CreateServiceLinkedRoleOutput{Role: r.created()}, nil
}

// deleteServiceLinkedRole deletes at once; AWS asks the service first.
func (tx *Tx) deleteServiceLinkedRole(in *iam.DeleteServiceLinkedRoleInput) (*iam.DeleteServiceLinkedRoleOutput, error) {
	name := aws.ToString(in.RoleName)
	r := tx.Role(name)
	if r == nil || r.protection() != principal.ServiceLinked {
		return nil, notFound(KindRole, name)
	}
	tx.RemoveRole(name)
	return &iam.DeleteServiceLinkedRoleOutput{DeletionTaskId: aws.String("task" + r.Path + r.Name + "/" + tx.ids.UUID(tx.ID+"task"))}, nil
}

func (tx *Tx) getServiceLinkedRoleDeletionStatus(*iam.GetServiceLinkedRoleDeletionStatusInput) (*iam.GetServiceLinkedRoleDeletionStatusOutput, error) {
	return &iam.GetServiceLinkedRoleDeletionStatusOutput{Status: types.DeletionTaskStatusTypeSucceeded}, nil
}

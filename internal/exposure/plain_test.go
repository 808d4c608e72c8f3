package exposure

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// random returns a document of a few statements.
func random(r *rand.Rand, effects ...string) *policy.Document {
	var statements []map[string]any
	for range 1 + r.IntN(3) {
		action, resource := pick(r, "Action", "Action", "Action", "NotAction"), pick(r, "Resource", "Resource", "Resource", "NotResource")
		s := map[string]any{
			"Effect": pick(r, effects...),
			action: []string{
				pick(r, "s3:*", "s3:GetObject", "S3:Get*", "kms:Decrypt", "iam:*", "*", "i*:Get*"),
				pick(r, "s3:PutObject", "kms:*", "sqs:SendMessage", "sqs:*", "SQS:*"),
			},
			resource: pick(r, "*", "*", "arn:aws:s3:::bucket/*", "arn:aws:sqs:*:123456789012:q", "arn:aws:kms:*:*:key/?"),
		}
		if r.IntN(4) == 0 {
			s["Condition"] = map[string]any{"StringEquals": map[string]string{"aws:RequestedRegion": "eu-west-1"}}
		}
		statements = append(statements, s)
	}
	text, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	d, err := policy.Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// Plain statements are cut with the same result as by the search.
func TestPlainCutsAreThoseOfTheSearch(t *testing.T) {
	h := AccountScope{Partition: "aws", Account: "123456789012"}
	plain := 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		d, boundary := random(r, "Allow"), random(r, "Allow", "Allow", "Deny")
		docs := new(Documents)
		got := docs.cutOf(h, d, boundary)
		want := docs.cut(h, []*policy.Document{d}, boundary, &policy.Document{Version: policy.Version2012})
		if rest, _ := cutPlain(h, d, boundary); len(rest.Statements) < len(d.Statements) {
			plain++
		}
		if !want.Known || !got.Known {
			continue
		}
		slices.Sort(got.Services)
		got.Services = slices.Compact(got.Services)
		if slices.Contains(want.Services, "*") != slices.Contains(got.Services, "*") || !slices.Contains(want.Services, "*") && !slices.Equal(got.Services, want.Services) {
			t.Errorf("seed %d: %v, want %v\npolicy %s\nboundary %s", seed, got.Services, want.Services, d, boundary)
		}
		for _, w := range got.Witnesses {
			if w.Action == "" || w.Resource == "" {
				t.Errorf("seed %d: %+v", seed, w)
			}
		}
	}
	if plain < 300 {
		t.Errorf("only %d were plain", plain)
	}
}

// An explicit Deny among the policies counts, and a witness is a request that one of them
// allows.
func TestCutOfSeveralPolicies(t *testing.T) {
	boundary, _ := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`))
	var identity []principal.IdentityPolicy
	for _, statement := range []string{
		`{"Effect": "Allow", "Action": ["s3:*", "kms:Decrypt"], "Resource": "arn:aws:kms:*:*:key/*"}`,
		`{"Effect": "Allow", "Action": ["sqs:*"], "Resource": "*"}`,
	} {
		identity = append(identity, principal.IdentityPolicy{Document: fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": [%s]}`, statement)})
	}
	s := principal.Snapshot{Ref: principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Name: "app", Path: "/"}}
	if c := new(Documents).Cut(s, identity, boundary); !c.Known || !slices.Equal(c.Services, []string{"kms", "sqs"}) || len(c.Witnesses) == 0 {
		t.Errorf("%+v", c)
	}
	identity = append(identity, principal.IdentityPolicy{Document: []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]}`)})
	if c := new(Documents).Cut(s, identity, boundary); !c.Known || !slices.Equal(c.Services, []string{"kms"}) {
		t.Errorf("%+v", c)
	}
	identity = append(identity, principal.IdentityPolicy{Document: []byte(`{`)})
	if c := new(Documents).Cut(s, identity, boundary); c.Known || c.Why == "" {
		t.Errorf("%+v", c)
	}
}

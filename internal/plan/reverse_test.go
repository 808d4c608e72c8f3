package plan

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	teamBoundary = "arn:aws:iam::123456789012:policy/team-boundary"
	adminPolicy  = "arn:aws:iam::aws:policy/AdministratorAccess"
)

func role(name string) principal.Ref {
	return principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/dev/", Name: name}
}

func TestReverseCommand(t *testing.T) {
	user := principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.User, Path: "/", Name: "alice"}
	for _, test := range []struct {
		name   string
		action Action
		was    string
		want   string
	}{
		{
			"a boundary where none was",
			Action{Kind: finding.Reattach, Principal: role("app"), Boundary: teamBoundary},
			"",
			"aws iam delete-role-permissions-boundary --role-name app",
		},
		{
			"a boundary in place of another",
			Action{Kind: finding.Reattach, Principal: user, Boundary: teamBoundary},
			adminPolicy,
			"aws iam put-user-permissions-boundary --user-name alice --permissions-boundary " + adminPolicy,
		},
		{
			"quarantine",
			Action{Kind: finding.Quarantine, Principal: role("app"), Boundary: "arn:aws:iam::aws:policy/AWSDenyAll"},
			teamBoundary,
			"aws iam put-role-permissions-boundary --role-name app --permissions-boundary " + teamBoundary,
		},
		{
			"an older version",
			Action{Kind: finding.Restore, Policy: teamBoundary, SetDefault: "v3"},
			"v4",
			"aws iam set-default-policy-version --policy-arn " + teamBoundary + " --version-id v4",
		},
		{
			"a new version",
			Action{Kind: finding.Restore, Policy: teamBoundary, Document: []byte("{}"), Prune: "v1"},
			"v5",
			"aws iam set-default-policy-version --policy-arn " + teamBoundary + " --version-id v5",
		},
		{"a restore of nobody knows what", Action{Kind: finding.Restore, Policy: teamBoundary}, "", ""},
		{
			"a new policy",
			Action{Kind: finding.CreatePolicy, Policy: teamBoundary},
			"",
			"aws iam delete-policy --policy-arn " + teamBoundary,
		},
		{"an alert", Action{Kind: finding.Alert}, "", ""},
		{"nothing", Action{Kind: finding.NoAction}, "", ""},
		{
			"a name that a shell reads",
			Action{Kind: finding.Reattach, Principal: role("a=b;c'd")},
			"",
			`aws iam delete-role-permissions-boundary --role-name 'a=b;c'\''d'`,
		},
		{
			"a name like an option",
			Action{Kind: finding.Reattach, Principal: role("--profile")},
			"",
			"aws iam delete-role-permissions-boundary --role-name=--profile",
		},
		{"a name that IAM allows nobody", Action{Kind: finding.Reattach, Principal: role("a\nrm -rf /")}, "", ""},
		{"a boundary that IAM allows nobody", Action{Kind: finding.Reattach, Principal: role("app")}, "arn:\u202eevil", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.action.ReverseCommand(test.was); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// FuzzReverseCommand runs the commands in a real shell, with a fake aws that prints its
// arguments.
func FuzzReverseCommand(f *testing.F) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("needs sh")
	}
	for _, name := range []string{"app", "a'b", "$(id)", "`id`", "a b", "~root", "-x", "--", "a;b", "a\\", "!x", "a\nb", `"`, "*", "é"} {
		f.Add(name, "arn:aws:iam::aws:policy/x")
		f.Add("app", name)
	}
	f.Fuzz(func(t *testing.T, name, was string) {
		undo := Action{Kind: finding.Reattach, Principal: role(name)}.ReverseCommand(was)
		if undo == "" {
			return
		}
		out, err := exec.CommandContext(t.Context(), sh, "-c", `aws() { for a in "$@"; do printf '%s\n' "$a"; done; }; `+undo).Output()
		if err != nil {
			t.Fatalf("%s: %v", undo, err)
		}
		words := func(option, value string) []string {
			if strings.HasPrefix(value, "-") {
				return []string{option + "=" + value}
			}
			return []string{option, value}
		}
		want := []string{"iam", "delete-role-permissions-boundary"}
		if was != "" {
			want[1] = "put-role-permissions-boundary"
		}
		want = append(want, words("--role-name", name)...)
		if was != "" {
			want = append(want, words("--permissions-boundary", was)...)
		}
		got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", undo, diff)
		}
	})
}

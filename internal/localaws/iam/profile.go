package iam

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

const maxProfileName = 128

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html

func (tx *Tx) createInstanceProfile(in *iam.CreateInstanceProfileInput) (*iam.CreateInstanceProfileOutput, error) {
	if err := checkName("instanceProfileName", in.InstanceProfileName, maxProfileName); err != nil {
		return nil, err
	}
	path, err := checkPath(in.Path)
	if err != nil {
		return nil, err
	}
	tags, err := newTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	name := *in.InstanceProfileName
	if tx.Profile(name) != nil {
		return nil, alreadyExists("Instance Profile %s already exists.", name)
	}
	p := tx.NewProfile(path, name)
	p.Tags = tags
	tx.PutProfile(p)
	return &iam.CreateInstanceProfileOutput{InstanceProfile: tx.profileOutput(p)}, nil
}

// NewProfile makes an instance profile with a fresh id, not yet written.
func (tx *Tx) NewProfile(path, name string) *Profile {
	return &Profile{
		Name: name, Path: path, ARN: tx.ARNOf("instance-profile", path, name),
		ID: tx.ids.Unique(tx.ID, "AIPA"), Created: tx.Time,
	}
}

// EditProfile changes a copy of an instance profile and writes it, unless f refuses.
func (tx *Tx) EditProfile(name string, f func(*Profile) error) error {
	old := tx.Profile(name)
	if old == nil {
		return noSuchEntity("Instance Profile %s cannot be found.", name)
	}
	c := old.clone()
	if err := f(c); err != nil {
		return err
	}
	tx.PutProfile(c)
	return nil
}

// profilesOf gives the instance profiles that hold the role.
func (tx *Tx) profilesOf(role string) []*Profile {
	var found []*Profile
	for _, p := range tx.profiles.all(tx.seq) {
		if p.Role == key(role) {
			found = append(found, p)
		}
	}
	return found
}

func (tx *Tx) getInstanceProfile(in *iam.GetInstanceProfileInput) (*iam.GetInstanceProfileOutput, error) {
	p := tx.Profile(aws.ToString(in.InstanceProfileName))
	if p == nil {
		return nil, noSuchEntity("Instance Profile %s cannot be found.", aws.ToString(in.InstanceProfileName))
	}
	return &iam.GetInstanceProfileOutput{InstanceProfile: tx.profileOutput(p)}, nil
}

func (tx *Tx) addRoleToInstanceProfile(in *iam.AddRoleToInstanceProfileInput) (*iam.AddRoleToInstanceProfileOutput, error) {
	return &iam.AddRoleToInstanceProfileOutput{}, tx.EditProfile(aws.ToString(in.InstanceProfileName), func(p *Profile) error {
		role := tx.Role(aws.ToString(in.RoleName))
		switch {
		case role == nil:
			return notFound(KindRole, aws.ToString(in.RoleName))
		case reservedPath(role.Path):
			return protected(role.Name)
		case p.Role != "":
			return limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
		}
		p.Role = key(role.Name)
		return nil
	})
}

func (tx *Tx) removeRoleFromInstanceProfile(in *iam.RemoveRoleFromInstanceProfileInput) (*iam.RemoveRoleFromInstanceProfileOutput, error) {
	return &iam.RemoveRoleFromInstanceProfileOutput{}, tx.EditProfile(aws.ToString(in.InstanceProfileName), func(p *Profile) error {
		if role := aws.ToString(in.RoleName); p.Role == "" || p.Role != key(role) {
			return notFound(KindRole, role)
		}
		p.Role = ""
		return nil
	})
}

func (tx *Tx) deleteInstanceProfile(in *iam.DeleteInstanceProfileInput) (*iam.DeleteInstanceProfileOutput, error) {
	name := aws.ToString(in.InstanceProfileName)
	p := tx.Profile(name)
	switch {
	case p == nil:
		return nil, noSuchEntity("Instance Profile %s cannot be found.", name)
	case p.Role != "":
		return nil, deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	tx.RemoveProfile(name)
	return &iam.DeleteInstanceProfileOutput{}, nil
}

func (tx *Tx) tagInstanceProfile(in *iam.TagInstanceProfileInput) (*iam.TagInstanceProfileOutput, error) {
	return &iam.TagInstanceProfileOutput{}, tx.EditProfile(aws.ToString(in.InstanceProfileName), func(p *Profile) (err error) {
		p.Tags, err = newTags(p.Tags, in.Tags)
		return err
	})
}

func (tx *Tx) untagInstanceProfile(in *iam.UntagInstanceProfileInput) (*iam.UntagInstanceProfileOutput, error) {
	return &iam.UntagInstanceProfileOutput{}, tx.EditProfile(aws.ToString(in.InstanceProfileName), func(p *Profile) error {
		p.Tags = withoutTags(p.Tags, in.TagKeys)
		return nil
	})
}

func (tx *Tx) listInstanceProfiles(in *iam.ListInstanceProfilesInput) (*iam.ListInstanceProfilesOutput, error) {
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, tx.profiles.from(tx.seq, p.after), func(p *Profile) (types.InstanceProfile, bool) {
		return *tx.profileOutput(p), strings.HasPrefix(p.Path, aws.ToString(in.PathPrefix))
	})
	return &iam.ListInstanceProfilesOutput{InstanceProfiles: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}

func (tx *Tx) listInstanceProfilesForRole(in *iam.ListInstanceProfilesForRoleInput) (*iam.ListInstanceProfilesForRoleOutput, error) {
	role := aws.ToString(in.RoleName)
	if tx.Role(role) == nil {
		return nil, notFound(KindRole, role)
	}
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, tx.profiles.from(tx.seq, p.after), func(p *Profile) (types.InstanceProfile, bool) {
		return *tx.profileOutput(p), p.Role == key(role)
	})
	return &iam.ListInstanceProfilesForRoleOutput{InstanceProfiles: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}

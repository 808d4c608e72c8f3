package trail

// Calls that set or remove tags name the keys, and so the tags that may have chosen another rule before.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html

func taggedRole(r Raw) (Subject, error) { return r.tagged(r.namedRole) }
func taggedUser(r Raw) (Subject, error) { return r.tagged(r.namedUser) }

// tagRequest is the part of their requestParameters with the tags.
type tagRequest struct {
	Tags []struct {
		Key string `json:"key"`
	} `json:"tags"`
	TagKeys []string `json:"tagKeys"`
	omissible
}

func (r Raw) tagged(named func() (Principal, error)) (Subject, error) {
	p, err := named()
	if err != nil {
		return nil, err
	}
	q, err := parameters[tagRequest](r)
	if err != nil {
		return nil, err
	}
	for _, t := range q.Tags {
		p.Moved.Tags = append(p.Moved.Tags, t.Key)
	}
	p.Moved.Tags = append(p.Moved.Tags, q.TagKeys...)
	return p, nil
}

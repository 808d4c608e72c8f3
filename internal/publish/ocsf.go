package publish

// ocsfDetailType is the EventBridge detail-type of a finding in the format of OCSF.
const ocsfDetailType = "OCSF Detection Finding"

// ocsfVersion is the version of the schema that detection follows.
const ocsfVersion = "1.6.0"

// detection is a finding as a Detection Finding of the Open Cybersecurity Schema Framework: the
// part of the class that Ringfence fills in, with the profile cloud.
//
// https://schema.ocsf.io/1.6.0/classes/detection_finding
type detection struct {
	ActivityID   int    `json:"activity_id"`
	ActivityName string `json:"activity_name"`
	CategoryUID  int    `json:"category_uid"`
	CategoryName string `json:"category_name"`
	ClassUID     int    `json:"class_uid"`
	ClassName    string `json:"class_name"`
	TypeUID      int    `json:"type_uid"`
	TypeName     string `json:"type_name"`

	Time         int64  `json:"time"`
	StartTime    int64  `json:"start_time,omitempty"`
	EndTime      int64  `json:"end_time,omitempty"`
	SeverityID   int    `json:"severity_id"`
	Severity     string `json:"severity"`
	StatusID     int    `json:"status_id"`
	Status       string `json:"status"`
	StatusDetail string `json:"status_detail"`
	Message      string `json:"message"`
	IsAlert      bool   `json:"is_alert"`

	Metadata    ocsfMetadata      `json:"metadata"`
	Cloud       ocsfCloud         `json:"cloud"`
	FindingInfo ocsfFindingInfo   `json:"finding_info"`
	Resources   []ocsfResource    `json:"resources"`
	Evidences   []ocsfEvidence    `json:"evidences,omitempty"`
	Remediation ocsfRemediation   `json:"remediation"`
	Unmapped    map[string]string `json:"unmapped"`
}

type ocsfMetadata struct {
	Version  string      `json:"version"`
	Product  ocsfProduct `json:"product"`
	Profiles []string    `json:"profiles"`
	// UID is that of the revision, and Sequence its number.
	UID      string `json:"uid"`
	Sequence int    `json:"sequence"`
	// EventCode is the kind of drift.
	EventCode string `json:"event_code,omitempty"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	// Version is that of the form of findings, which is what a reader depends on.
	Version string `json:"version"`
}

type ocsfCloud struct {
	Provider string      `json:"provider"`
	Region   string      `json:"region,omitempty"`
	Account  ocsfAccount `json:"account"`
}

type ocsfAccount struct {
	UID    string `json:"uid"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type ocsfFindingInfo struct {
	UID           string       `json:"uid"`
	Title         string       `json:"title"`
	Desc          string       `json:"desc"`
	Types         []string     `json:"types"`
	CreatedTime   int64        `json:"created_time"`
	ModifiedTime  int64        `json:"modified_time"`
	FirstSeenTime int64        `json:"first_seen_time"`
	LastSeenTime  int64        `json:"last_seen_time"`
	DataSources   []string     `json:"data_sources"`
	Analytic      ocsfAnalytic `json:"analytic"`
	Attacks       []ocsfAttack `json:"attacks,omitempty"`
}

// ocsfAttack is a technique of MITRE ATT&CK, or a sub-technique.
type ocsfAttack struct {
	Technique    *ocsfTechnique `json:"technique,omitempty"`
	SubTechnique *ocsfTechnique `json:"sub_technique,omitempty"`
	Version      string         `json:"version"`
}

type ocsfTechnique struct {
	UID    string `json:"uid"`
	Name   string `json:"name,omitempty"`
	SrcURL string `json:"src_url,omitempty"`
}

type ocsfAnalytic struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type ocsfResource struct {
	UID            string `json:"uid"`
	UIDAlt         string `json:"uid_alt,omitempty"`
	Name           string `json:"name,omitempty"`
	Type           string `json:"type"`
	CloudPartition string `json:"cloud_partition"`
	Role           string `json:"role"`
	RoleID         int    `json:"role_id"`
}

type ocsfEvidence struct {
	Name        string           `json:"name,omitempty"`
	UID         string           `json:"uid,omitempty"`
	Actor       *ocsfActor       `json:"actor,omitempty"`
	API         *ocsfAPI         `json:"api,omitempty"`
	SrcEndpoint *ocsfEndpoint    `json:"src_endpoint,omitempty"`
	HTTPRequest *ocsfHTTPRequest `json:"http_request,omitempty"`
}

type ocsfActor struct {
	User    ocsfUser     `json:"user"`
	Session *ocsfSession `json:"session,omitempty"`
}

// ocsfSession is what temporary credentials are from.
type ocsfSession struct {
	Issuer string `json:"issuer,omitempty"`
	IsMFA  *bool  `json:"is_mfa,omitempty"`
}

type ocsfUser struct {
	UID    string `json:"uid,omitempty"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
	// CredentialUID is the access key.
	CredentialUID string `json:"credential_uid,omitempty"`
}

type ocsfAPI struct {
	Operation string `json:"operation"`
}

type ocsfEndpoint struct {
	IP   string `json:"ip,omitempty"`
	Name string `json:"name,omitempty"`
}

type ocsfHTTPRequest struct {
	UserAgent string `json:"user_agent"`
}

type ocsfRemediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references"`
}

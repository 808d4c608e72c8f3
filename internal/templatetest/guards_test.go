package templatetest_test

// guards are the claims of infra/README.md about the SCPs, by their names in its table.
func guards(s *stack) map[string][]guarded {
	const (
		admins  = "arn:aws:iam::aws:policy/AdministratorAccess"
		east    = "us-east-1:" + account + ":"
		app     = iamARN + "role/app"
		mapping = "arn:aws:lambda:" + east + "event-source-mapping:u"
		bus     = "arn:aws:events:" + east + "event-bus/default"
		trail   = "arn:aws:cloudtrail:" + east + "trail/t"
		stack   = "arn:aws:cloudformation:" + east + "stack/" + name + "/1"
		deploys = "deployer stacksets tower"
		made    = deploys + " enforce member" // the SCPs let these set any boundary, or none
		own     = "deployer enforce report member"
		edits   = deploys + " enforce member"
		handles = own + " operator"
	)
	var (
		template = with("iam:RoleTemplateARN", "arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1")
		function = with("lambda:FunctionArn", s.attribute("EnforceFunction", "Arn"))
		other    = with("lambda:FunctionArn", "arn:aws:lambda:"+east+"function:app")
		ruleTag  = with("aws:TagKeys", "cost", "Ringfence-Rule")
		keyTag   = with("aws:TagKeys", "ringfence")
		enforce  = s.attribute("EnforceRole", "Arn")
		member   = iamARN + "role/ringfence/ringfence-member-enforce"
		events   = s.attribute("EventQueue", "Arn")
		topic    = s.ref("Topic").(string)
		ledger   = s.attribute("Ledger", "Arn")
		key      = s.attribute("Key", "Arn")
	)
	return map[string][]guarded{
		"made-bounded": {
			{"iam:CreateRole", app, nil, made},
			{"iam:CreateUser", iamARN + "user/x", nil, made},
			{"iam:CreateRole", app, boundedBy(admins), made},
			{"iam:CreateRole", app, boundedBy(iamARN + "policy/mine"), made},
			{"iam:CreateRole", app, boundedBy(iamARN + "policy/squat/team-boundary"), made},
			{"iam:CreateRole", app, boundedBy(iamARN + "policy/x:policy/team-boundary"), made},
			{"iam:CreateRole", app, boundedBy(team), "all"},
			{"iam:CreateUser", iamARN + "user/x", boundedBy(workload), "all"},
			{"iam:CreateRole", app, boundedBy(denyAll), "all"},
			{"iam:PutRolePolicy", app, boundedBy(team), "all"},
			{"iam:CreateServiceLinkedRole", iamARN + "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", nil, "all"},
		},
		"swapped": {
			{"iam:PutRolePermissionsBoundary", app, boundedBy(admins), made},
			{"iam:PutRolePermissionsBoundary", app, boundedBy(iamARN + "policy/mine"), made},
			{"iam:PutUserPermissionsBoundary", iamARN + "user/x", boundedBy(admins), made},
			{"iam:PutRolePermissionsBoundary", app, boundedBy(team), "all"},
			{"iam:PutRolePermissionsBoundary", app, boundedBy(denyAll), "all"}, // a responder's quarantine
		},
		"removed": {
			{"iam:DeleteRolePermissionsBoundary", app, boundedBy(team), "deployer"},
			{"iam:DeleteUserPermissionsBoundary", iamARN + "user/x", boundedBy(team), "deployer"},
		},
		"boundary-policies": {
			{"iam:CreatePolicyVersion", team, nil, edits},
			{"iam:SetDefaultPolicyVersion", team, nil, edits},
			{"iam:DeletePolicyVersion", workload, nil, edits},
			{"iam:DeletePolicy", team, nil, edits},
			{"iam:TagPolicy", team, nil, edits},
			{"iam:GetPolicyVersion", team, nil, "all"},
			{"iam:CreatePolicyVersion", iamARN + "policy/app", nil, "all"},
		},
		"squatted": {
			{"iam:CreatePolicy", team, nil, edits},
			{"iam:CreatePolicy", iamARN + "policy/squat/team-boundary", nil, edits},
			{"iam:CreatePolicy", iamARN + "policy/app", nil, "all"},
		},
		"role-manager": {
			{"iam:CreateRole", iamARN + "role/PowerUserRole", template, "deployer enforce member"},
			{"iam:AttachRolePolicy", iamARN + "role/PowerUserRole", template, own},
			{"iam:GetRole", iamARN + "role/PowerUserRole", template, own},
			{"iam:PutAccountProperties", "*", with("iam:AccountPropertyNamespaces", "RoleManager"), "deployer"},
		},
		"moved": {
			{"iam:UpdateUser", iamARN + "user/x", nil, "deployer"},
		},
		"tagged": {
			{"iam:TagRole", app, ruleTag, "deployer"},
			{"iam:UntagRole", app, ruleTag, "deployer"},
			{"iam:TagUser", iamARN + "user/x", ruleTag, "deployer"},
			{"iam:UntagUser", iamARN + "user/x", ruleTag, "deployer"},
			{"iam:CreateRole", app, merged(boundedBy(team), ruleTag), "deployer"},
			{"iam:TagRole", app, with("aws:TagKeys", "cost"), "all"},
		},
		"exempt": {
			{"iam:CreateRole", iamARN + "role/AWSControlTowerExecution", boundedBy(team), "deployer tower"},
			{"iam:UpdateAssumeRolePolicy", iamARN + "role/stacksets-exec-0123", nil, "deployer tower"},
			{"iam:DeleteRole", iamARN + "role/AWSCloudFormationStackSetExecutionRole", nil, "deployer tower"},
			{"iam:PutRolePolicy", iamARN + "role/service-role/AWSControlTowerAdmin", nil, "deployer tower"},
			{"iam:PassRole", iamARN + "role/aws-controltower-AdministratorExecutionRole", nil, "deployer tower"},
			{"iam:AttachRolePolicy", iamARN + "role/OrganizationAccountAccessRole", nil, "deployer tower"},
			{"iam:GetRole", iamARN + "role/OrganizationAccountAccessRole", nil, "all"},
			{"sts:AssumeRole", iamARN + "role/OrganizationAccountAccessRole", nil, "all"},
		},
		"deployer": {
			{"iam:UpdateAssumeRolePolicy", iamARN + "role/ringfence-deployer", nil, "keeper"},
			{"iam:CreateRole", iamARN + "role/ringfence-deployer", boundedBy(team), "keeper"},
			{"iam:PutRolePolicy", iamARN + "role/ringfence-deployer", nil, "keeper"},
			{"iam:PassRole", iamARN + "role/ringfence-deployer", nil, "keeper"},
			{"sts:AssumeRole", iamARN + "role/ringfence-deployer", nil, "keeper"},
			{"sts:AssumeRole", iamARN + "role/ringfence-operator", nil, "keeper"},
			{"iam:CreateRole", iamARN + "role/ringfence-operator", boundedBy(team), "keeper"},
			{"iam:GetRole", iamARN + "role/ringfence-deployer", nil, "all"},
		},
		"leave": {
			{"organizations:LeaveOrganization", "*", nil, ""},
			{"organizations:DescribeOrganization", "*", nil, "all"},
		},
		"own-roles": {
			{"iam:CreateRole", iamARN + "role/ringfence/mallory", boundedBy(team), deploys},
			{"iam:PutRolePermissionsBoundary", iamARN + "role/ringfence/mallory", boundedBy(team), edits}, // made before the SCPs
			{"iam:PutRolePolicy", enforce, nil, deploys},
			{"iam:UpdateAssumeRolePolicy", enforce, nil, deploys},
			{"iam:PassRole", enforce, nil, deploys},
			{"sts:AssumeRole", enforce, nil, "deployer enforce report"}, // what a role trusts decides between these
			{"sts:AssumeRole", member, nil, "deployer enforce report"},
			{"iam:UpdateAssumeRolePolicy", member, nil, deploys},
			{"iam:DeleteRole", iamARN + "role/ringfence/ringfence-member-forward", nil, deploys},
			{"iam:CreatePolicyVersion", s.ref("RoleBoundary").(string), nil, deploys},
			{"iam:TagPolicy", iamARN + "policy/ringfence/ringfence-canary", nil, edits},
			{"iam:UntagPolicy", iamARN + "policy/ringfence/ringfence-canary", nil, deploys},
			{"scheduler:UpdateSchedule", "arn:aws:scheduler:" + east + "schedule/default/ringfence-changes-canary", nil, deploys},
			{"sqs:TagQueue", s.attribute("DeadLetters", "Arn"), nil, deploys},
			{"sns:TagResource", s.ref("Topic").(string), nil, deploys},
			{"dynamodb:TagResource", s.attribute("Ledger", "Arn"), nil, deploys},
		},
		"parts": {
			{"events:DisableRule", s.attribute("ControlRule", "Arn"), nil, deploys},
			{"events:RemoveTargets", s.attribute("ChangesRule", "Arn"), nil, deploys},
			{"events:DisableRule", "arn:aws:events:" + east + "rule/app", nil, "all"},
			{"events:DisableRule", "arn:aws:events:" + east + "rule/ringfence-member-changes", nil, deploys},
			{"events:RemoveTargets", "arn:aws:events:eu-west-1:" + account + ":rule/ringfence-member-control", nil, deploys},
			{"events:RemoveTargets", s.attribute("OrgChangesRule", "Arn"), nil, deploys},
			{"events:UpdateEventBus", s.attribute("OrgBus", "Arn"), nil, deploys},
			{"sqs:DeleteQueue", "arn:aws:sqs:" + east + "ringfence-member-dead-letters", nil, deploys},
			{"cloudformation:DeleteStack", "arn:aws:cloudformation:" + east + "stack/StackSet-ringfence-member-1/1", nil, deploys},
			{"events:StartReplay", "arn:aws:events:" + east + "archive/ringfence-iam", nil, deploys},
			{"events:CancelReplay", "arn:aws:events:" + east + "replay/ringfence-outage", nil, deploys},
			// EventBridge makes this one for the archive.
			{"events:DeleteRule", "arn:aws:events:" + east + "rule/Events-Archive-ringfence-iam", nil, deploys},
			{"lambda:UpdateFunctionCode", s.attribute("EnforceFunction", "Arn"), nil, deploys},
			{"lambda:PutFunctionConcurrency", s.attribute("ReportFunction", "Arn"), nil, deploys},
			{"lambda:PutResourcePolicy", s.attribute("EnforceFunction", "Arn"), nil, deploys},
			{"lambda:InvokeFunction", s.attribute("EnforceFunction", "Arn"), nil, deploys},
			{"lambda:GetFunctionConfiguration", s.attribute("EnforceFunction", "Arn"), nil, "all"},
			{"cloudformation:ExecuteChangeSet", stack, nil, deploys},
			{"cloudformation:ExecuteStackRefactor", stack, nil, deploys},
			{"cloudformation:DescribeStacks", stack, nil, "all"},
			{"dynamodb:UpdateTimeToLive", ledger, nil, deploys},
			{"dynamodb:DeleteItem", ledger, nil, deploys},
			{"dynamodb:Scan", ledger, nil, "all"},
			{"sns:DeleteTopic", topic, nil, deploys},
			{"sns:Subscribe", topic, nil, deploys},
			{"sns:SetSubscriptionAttributes", topic + ":5be8f5b2", nil, deploys},
		},
		"muted": {
			{"cloudwatch:PutAlarmMuteRule", s.attribute("ControlTamperedAlarm", "Arn"), nil, deploys},
			{"cloudwatch:SetAlarmState", s.attribute("QuietAlarm", "Arn"), nil, deploys},
			{"cloudwatch:DeleteDashboards", "arn:aws:cloudwatch::" + account + ":dashboard/ringfence", nil, deploys},
			{"cloudwatch:PutMetricData", "*", with("cloudwatch:namespace", "Ringfence"), own},
			{"cloudwatch:PutMetricData", "*", with("cloudwatch:namespace", "App"), "all"},
			{"logs:AssociateKmsKey", s.group("EnforceLogs"), nil, deploys},
			{"logs:PutDataProtectionPolicy", s.group("ReportLogs"), nil, deploys},
			{"logs:FilterLogEvents", s.group("EnforceLogs"), nil, "all"},
			{"sqs:StartMessageMoveTask", s.attribute("DeadLetters", "Arn"), nil, handles},
		},
		"data": {
			{"sqs:ReceiveMessage", events, nil, handles},
			{"sqs:DeleteMessage", events, nil, handles},
			{"sqs:ChangeMessageVisibility", events, nil, handles},
			{"sqs:SendMessage", events, nil, handles},
			{"sqs:PurgeQueue", events, nil, deploys},
			{"sns:Publish", topic, nil, own},
			{"dynamodb:PutItem", ledger, nil, own},
			{"logs:PutLogEvents", s.stream("EnforceLogs"), nil, own},
			{"events:PutEvents", bus, with("events:source", "ringfence"), own},
			{"events:PutEvents", bus, with("events:source", "app"), "all"},
			{"events:PutEvents", s.attribute("OrgBus", "Arn"), with("events:source", "app"), own},
			{"sqs:SendMessage", "arn:aws:sqs:" + east + "orders", nil, "all"},
			{"sns:Publish", "arn:aws:sns:" + east + "orders", nil, "all"},
		},
		"feed": {
			{"lambda:DeleteEventSourceMapping", mapping, function, "deployer"},
			{"lambda:UpdateEventSourceMapping", mapping, function, "deployer"},
			{"lambda:CreateEventSourceMapping", "*", function, "deployer"},
			{"lambda:DeleteEventSourceMapping", mapping, other, "all"},
			{"events:UpdateEventBus", bus, nil, "deployer"},
			{"events:PutPermission", "*", nil, "deployer"},
			{"events:CreateArchive", bus, nil, "all"},
		},
		"trails": {
			{"cloudtrail:StopLogging", trail, nil, "deployer"},
			{"cloudtrail:PutEventSelectors", trail, nil, "deployer"},
			{"cloudtrail:PutEventConfiguration", trail, nil, "deployer"},
			{"cloudtrail:CreateTrail", trail, nil, "all"},
			{"cloudtrail:LookupEvents", "*", nil, "all"},
		},
		"key": {
			{"kms:ScheduleKeyDeletion", key, with("kms:ResourceAliases", "alias/ringfence"), "deployer"},
			{"kms:ScheduleKeyDeletion", key, nil, "deployer"}, // its alias was removed first
			{"kms:DisableKey", key, nil, "deployer"},
			{"kms:PutKeyPolicy", key, nil, "deployer"},
			{"kms:UpdateAlias", key, nil, "deployer"},
			{"kms:DeleteAlias", key, nil, "deployer"},
			{"kms:UntagResource", key, keyTag, "deployer"},
			{"kms:TagResource", "arn:aws:kms:" + east + "key/k", keyTag, "deployer"}, // nor may another key become ours
			{"kms:Decrypt", key, nil, handles},
			{"kms:GenerateDataKey", key, throughService("sqs"), handles},
			{"kms:Decrypt", key, throughService("dynamodb"), "all"}, // to read the ledger
			{"kms:DescribeKey", key, nil, "all"},
			{"kms:ScheduleKeyDeletion", "arn:aws:kms:" + east + "key/k", nil, "all"},
		},
	}
}

package main

import (
	"encoding/json"

	"github.com/ringfence/ringfence/internal/localaws/events"
)

// repaired returns the role that got its boundary by an event.
func repaired(e events.Event) (name string, ok bool) {
	var detail struct {
		EventName         string `json:"eventName"`
		ErrorCode         string `json:"errorCode"`
		RequestParameters struct {
			RoleName string `json:"roleName"`
		} `json:"requestParameters"`
	}
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return "", false
	}
	return detail.RequestParameters.RoleName, detail.EventName == "PutRolePermissionsBoundary" && detail.ErrorCode == ""
}

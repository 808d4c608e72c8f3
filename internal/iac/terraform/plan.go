package terraform

import "encoding/json"

// plan is the part of Terraform's JSON that is read here.
// https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
type plan struct {
	FormatVersion   string           `json:"format_version"`
	ResourceChanges []resourceChange `json:"resource_changes"`
	Deferred        []struct {
		Reason         string         `json:"reason"`
		ResourceChange resourceChange `json:"resource_change"`
	} `json:"deferred_changes"`
	PlannedValues struct {
		RootModule stateModule `json:"root_module"`
	} `json:"planned_values"`
	PriorState struct {
		Values struct {
			RootModule stateModule `json:"root_module"`
		} `json:"values"`
	} `json:"prior_state"`
	Configuration struct {
		ProviderConfig map[string]providerConfig `json:"provider_config"`
		RootModule     configModule              `json:"root_module"`
	} `json:"configuration"`
	Errored  bool  `json:"errored"`
	Complete *bool `json:"complete"`
}

// resourceChange is what happens to one instance of a resource.
// https://developer.hashicorp.com/terraform/internals/json-format#resource-change-representation
type resourceChange struct {
	Address         string `json:"address"`
	PreviousAddress string `json:"previous_address"`
	Mode            string `json:"mode"`
	Type            string `json:"type"`
	Deposed         string `json:"deposed"`
	Change          struct {
		Actions      []string        `json:"actions"`
		Before       attributes      `json:"before"`
		After        attributes      `json:"after"`
		AfterUnknown json.RawMessage `json:"after_unknown"`
		// BeforeSensitive and AfterSensitive mark values as sensitive, as AfterUnknown marks them as unknown.
		BeforeSensitive json.RawMessage `json:"before_sensitive"`
		AfterSensitive  json.RawMessage `json:"after_sensitive"`
		Importing       *struct {
			ID string `json:"id"`
		} `json:"importing"`
	} `json:"change"`
}

// attributes are the values of a resource by name.
type attributes map[string]json.RawMessage

type stateModule struct {
	Resources []struct {
		Address string     `json:"address"`
		Mode    string     `json:"mode"`
		Type    string     `json:"type"`
		Values  attributes `json:"values"`
	} `json:"resources"`
	ChildModules []stateModule `json:"child_modules"`
}

type configModule struct {
	Resources []struct {
		Address           string                     `json:"address"`
		ProviderConfigKey string                     `json:"provider_config_key"`
		Expressions       map[string]json.RawMessage `json:"expressions"`
	} `json:"resources"`
	ModuleCalls map[string]struct {
		Module configModule `json:"module"`
	} `json:"module_calls"`
}

type providerConfig struct {
	Name        string                     `json:"name"`
	Expressions map[string]json.RawMessage `json:"expressions"`
}

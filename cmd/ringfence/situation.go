package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/replay"
)

// invokeLines are what follows localaws --situation; docs/local.md says the same with reasons.
const invokeLines = `To run the function on this situation, in another terminal:
  export ARCHITECTURE=$(uname -m | sed s/aarch64/arm64/) CONFIG=events
  sam build --build-dir .aws-sam/local --parameter-overrides Architecture=$ARCHITECTURE
  sam local invoke EnforceFunction -e events/%s.json -t .aws-sam/local/template.yaml --env-vars events/env.json \
    --parameter-overrides Architecture=$ARCHITECTURE --add-host host.docker.internal:host-gateway
`

// setScene brings a server to where a situation of events/ is judged. It refuses
// situations that are of other rules than the package that is built from events/, or of another
// account or partition than the SAM CLI gives a function.
func setScene(ctx context.Context, server *localaws.Server, name string) error {
	scenarios, err := events.All()
	if err != nil {
		return err
	}
	for _, s := range scenarios {
		if s.Name != name {
			continue
		}
		common, err := events.Open("ringfence.yaml")
		if err != nil {
			return err
		}
		if !bytes.Equal(s.Config, common) {
			return fmt.Errorf("%s has a configuration of its own, and a package of events/ has events/ringfence.yaml: play it with replay or demo", name)
		}
		loaded, err := replay.SetScene(ctx, server, s)
		if err != nil {
			return err
		}
		if loaded.Partition != "aws" || loaded.Account != localaws.DefaultAccount {
			return fmt.Errorf("%s is of account %s in %s, and the SAM CLI knows account %s in aws: play it with replay or demo", name, loaded.Account, loaded.Partition, localaws.DefaultAccount)
		}
		return nil
	}
	return fmt.Errorf("there is no %s.json in events/", name)
}

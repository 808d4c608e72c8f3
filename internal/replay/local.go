package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/pipeline"
)

// local is the pipeline in this process.
type local struct{ pipeline *pipeline.Pipeline }

func newLocal(env map[string]string, read boot.ReadFile, client aws.HTTPClient, log io.Writer) (function, error) {
	s, err := boot.ReadSettings(func(name string) string { return env[name] })
	if err != nil {
		return nil, err
	}
	f, err := boot.LoadFence(s, read)
	if err != nil {
		return nil, err
	}
	return local{boot.Wire(s, f, client, log).Pipeline}, nil
}

func (l local) invoke(ctx context.Context, event []byte) (pipeline.Answer, error) {
	report, err := l.pipeline.Handle(ctx, event, 1)
	return report.Answer(), err
}

// Close has nothing to end.
func (local) Close() error { return nil }

func (l *Lambda) invoke(ctx context.Context, event []byte) (pipeline.Answer, error) {
	var a pipeline.Answer
	body, err := l.Invoke(ctx, event)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("the function answered what is no report: %w", err)
	}
	return a, nil
}

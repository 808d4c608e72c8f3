package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/directory"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/history"
	"github.com/ringfence/ringfence/internal/notify"
	"github.com/ringfence/ringfence/internal/pipeline"
	"github.com/ringfence/ringfence/internal/remedy"
	"github.com/ringfence/ringfence/internal/trail"
)

// App is a Ringfence that is ready to handle events.
type App struct {
	Pipeline *pipeline.Pipeline
	Log      *slog.Logger
	// Now is the pipeline's clock.
	Now func(trail.Change) time.Time
}

// ReadFile reads a file of the function's package, as os.ReadFile does.
type ReadFile func(name string) ([]byte, error)

// New makes an App from the environment. Its error names everything that is wrong with
// the environment, or with the configuration.
func New(getenv func(string) string, read ReadFile, log io.Writer) (*App, error) {
	s, err := ReadSettings(getenv)
	if err != nil {
		return nil, err
	}
	f, err := LoadFence(s, read)
	if err != nil {
		return nil, err
	}
	return Wire(s, f, awserr.NewHTTPClient(), log), nil
}

// LoadFence reads the configuration that the settings name: a file, or one boundary for
// everybody.
func LoadFence(s Settings, read ReadFile) (*fence.Fence, error) {
	name := or(s.Config, defaultConfig)
	data, err := read(name)
	missing := errors.Is(err, fs.ErrNotExist) && s.Config == ""
	switch {
	case err == nil && s.Boundary != "":
		return nil, fmt.Errorf("both %s and the configuration %s are given; which boundaries are required must be said once", EnvBoundary, name)
	case err == nil:
		f, err := fence.Load(name, data, func(path string) ([]byte, error) {
			return read(filepath.Join(filepath.Dir(name), path))
		})
		if err != nil || s.Mode == "" {
			return f, err
		}
		return f.Limit(s.Mode), nil
	case missing && s.Boundary != "":
		return single(s, read)
	case missing:
		return nil, fmt.Errorf("nothing says which boundary is required: package a %s, or set %s", defaultConfig, EnvBoundary)
	}
	return nil, fmt.Errorf("reading the configuration: %w", err)
}

func single(s Settings, read ReadFile) (*fence.Fence, error) {
	var document []byte
	if s.BoundaryDocument != "" {
		var err error
		if document, err = read(s.BoundaryDocument); err != nil {
			return nil, fmt.Errorf("reading the document of the required boundary: %w", err)
		}
	}
	mode := s.Mode
	if mode == "" {
		mode = fence.Alert
	}
	return fence.Single(s.Boundary, document, mode)
}

// Wire connects the pipeline to AWS. The configuration is made by hand: loading the
// SDK's default chain would cost size and time to look for credentials in places that
// a function does not have. Lambda puts them into the environment, for as long as the
// process lives.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func Wire(s Settings, f *fence.Fence, client aws.HTTPClient, log io.Writer) *App {
	cfg := aws.Config{
		Region:      s.Region,
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretKey, s.SessionToken),
		HTTPClient:  client,
		Retryer:     func() aws.Retryer { return awserr.NewRetryer() },
	}
	if s.Endpoint != "" {
		cfg.BaseEndpoint = aws.String(s.Endpoint)
	}
	now := func(trail.Change) time.Time { return time.Now() }
	if s.EventClock {
		now = func(c trail.Change) time.Time { return c.Time }
	}
	iamClient := iam.NewFromConfig(cfg)
	return &App{
		Pipeline: &pipeline.Pipeline{
			Fence:       f,
			Directory:   directory.New(iamClient),
			Remedy:      remedy.New(iamClient),
			Notifier:    notify.New(sns.NewFromConfig(cfg), eventbridge.NewFromConfig(cfg), notify.To{Topic: s.Topic, Bus: s.Bus}),
			History:     history.New(cloudtrail.NewFromConfig(cfg)),
			Control:     s.Control,
			Now:         now,
			Propagation: s.Propagation,
			Pause:       pause,
		},
		Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: s.LogLevel})),
		Now: now,
	}
}

// pause sleeps, unless the context ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

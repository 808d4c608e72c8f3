package boot

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/middleware"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/principal"
)

// ReadFile reads a file of the function's package, as os.ReadFile does.
type ReadFile func(name string) ([]byte, error)

// Base is what both functions are made of.
type Base struct {
	Settings
	Config *config.Config
	AWS    aws.Config
	Log    *slog.Logger
	Clock  *Clock
}

// Start reads the environment, in which the needed variables must be set, and then the
// configuration. Its error names everything that is wrong with the one, or the other.
func Start(getenv func(string) string, read ReadFile, client aws.HTTPClient, log io.Writer, needed ...string) (Base, error) {
	s, err := ReadSettings(getenv)
	if err := errors.Join(err, need(getenv, needed)); err != nil {
		return Base{}, err
	}
	f, err := LoadConfig(s, read)
	if err != nil {
		return Base{}, err
	}
	if units, tags := f.AccountFacts(); (units || tags) && s.MemberRole == "" && s.Accounts == "" {
		return Base{}, fmt.Errorf("the rules depend on organizationalUnits or accountTags, and %s is not set: such rules need a deployment for an organization (the parameter OrganizationId)", EnvMemberRole)
	}
	logger := slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: s.LogLevel}))
	if len(s.Unresolved) > 0 {
		logger.Info("names of the template that were never made are replaced by those of the local AWS, or left out", slog.Any("names", s.Unresolved))
	}
	return Base{
		Settings: s, Config: f, AWS: awsConfig(s, client), Clock: &Clock{follows: s.EventClock, late: s.EventsLate}, Log: logger,
	}, nil
}

// direct is an AWS in this process, which answers without a request. A function has none.
type direct interface {
	Answer(accessKeyID string) func(*middleware.Stack) error
}

// awsConfig is made by hand: loading the SDK's default chain would cost size and time to look
// for credentials in places that a function does not have. Lambda puts them into the
// environment, for as long as the process lives.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func awsConfig(s Settings, client aws.HTTPClient) aws.Config {
	cfg := aws.Config{
		Region:      s.Region,
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretKey, s.SessionToken),
		HTTPClient:  client,
		Retryer:     func() aws.Retryer { return awserr.NewRetryer() },
	}
	if local, ok := client.(direct); ok {
		cfg.APIOptions = append(cfg.APIOptions, local.Answer(s.AccessKeyID))
	}
	if s.Endpoint != "" {
		cfg.BaseEndpoint = aws.String(s.Endpoint)
	}
	return cfg
}

// LoadConfig reads the configuration that the settings name: a file, or one boundary for
// everybody. It knows what the file of accounts says, if the settings name one.
func LoadConfig(s Settings, read ReadFile) (*config.Config, error) {
	f, err := loadConfig(s, read)
	if err != nil || s.Accounts == "" {
		return f, err
	}
	text, err := read(s.Accounts)
	if err != nil {
		return nil, fmt.Errorf("reading the accounts of the organization: %w", err)
	}
	all, err := principal.ParseAccounts(text)
	if err != nil {
		return nil, fmt.Errorf("reading the accounts of the organization: %s: %w", s.Accounts, err)
	}
	return f.Knowing(all...), nil
}

func loadConfig(s Settings, read ReadFile) (*config.Config, error) {
	name := or(s.Config, defaultConfig)
	data, err := read(name)
	missing := errors.Is(err, fs.ErrNotExist) && s.Config == ""
	switch {
	case err == nil && s.Boundary != "":
		return nil, fmt.Errorf("both %s and the configuration %s are given; which boundaries are required must be said once", EnvBoundary, name)
	case err == nil:
		f, err := config.Load(name, data, func(path string) ([]byte, error) {
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

func single(s Settings, read ReadFile) (*config.Config, error) {
	var document []byte
	if s.BoundaryDocument != "" {
		var err error
		if document, err = read(s.BoundaryDocument); err != nil {
			return nil, fmt.Errorf("reading the document of the required boundary: %w", err)
		}
	}
	mode := s.Mode
	if mode == "" {
		mode = config.Alert
	}
	f, err := config.Single(s.Boundary, document, mode)
	// A replay says what would be done, in an AWS of its own, and needs no approval.
	if err == nil && mode == config.Enforce && !s.EventClock && f.Unapproved() {
		return nil, fmt.Errorf("%s is %s, and nobody approved what %s may say: package its document, and name it in %s", EnvMode, mode, s.Boundary, EnvBoundaryDocument)
	}
	return f, err
}

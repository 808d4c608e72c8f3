package templatetest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
)

// Variables that .ci/sam-local sets. Without samVar the test is skipped.
const (
	samVar     = "RINGFENCE_SAM"         // the SAM CLI
	buildVar   = "RINGFENCE_SAM_BUILD"   // the output of sam build, with the template local.yaml
	gatewayVar = "RINGFENCE_SAM_GATEWAY" // this machine's address in containers
	archVar    = "RINGFENCE_SAM_ARCH"    // the package's architecture

	// asFunction makes this test binary act as a function's binary with its name.
	asFunction = "RINGFENCE_SAM_AS_FUNCTION"
	eventVar   = "RINGFENCE_SAM_EVENT" // the file of the event that is replayed
)

func TestMain(m *testing.M) {
	if os.Getenv(asFunction) != "" {
		fmt.Fprintln(os.Stderr, standIn())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// Each event of events/ gives the same findings under the SAM CLI, in containers with the packages
// of sam build, as replay does in this process.
//
// The test uses replay. Where replay would start a function's binary, it starts this test binary
// under the function's name. It takes events from the runtime API as a function does, and passes
// each to sam local invoke: the event to EnforceFunction, and the messages in the report queue to
// ReportFunction.
func TestSAMLocal(t *testing.T) {
	sam := os.Getenv(samVar)
	if sam == "" {
		t.Skip("run by make sam-local, which needs the SAM CLI and Docker")
	}
	scenarios, err := events.All()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	var ran, differ atomic.Int64
	t.Cleanup(func() {
		// Not the test's own output, so that it is visible without -v.
		fmt.Printf("sam local: %d events, %d with the findings of replay, in %s\n", ran.Load(), ran.Load()-differ.Load(), time.Since(start).Round(time.Second))
	})
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel() // the SAM CLI waits for the daemon most of the time
			ran.Add(1)
			defer func() { // even if the event could not be handled
				if t.Failed() {
					differ.Add(1)
				}
			}()
			sameUnderSAM(t, s)
		})
	}
}

func sameUnderSAM(t *testing.T, s events.Scenario) {
	file, err := filepath.Abs("../../events/" + s.Name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	config := "scenario-" + s.Name + ".yaml"
	for _, function := range functions {
		if err := os.WriteFile(filepath.Join(os.Getenv(buildVar), function+"Function", config), s.Config, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	options := replay.Options{
		Settings: map[string]string{boot.EnvConfig: config, boot.EnvControl: strings.Join(s.Control, ",")},
		States:   []replay.State{{Source: s.Name, Data: s.State}},
		Read: func(name string) ([]byte, error) {
			if name == config {
				return s.Config, nil
			}
			return events.Open(name)
		},
	}
	want := findings(t, file, options)

	options.Binary, options.ReportBinary = as(t, "EnforceFunction"), as(t, "ReportFunction")
	for _, name := range []string{"PATH", "HOME", "DOCKER_HOST", samVar, buildVar, gatewayVar, archVar} {
		options.Settings[name] = os.Getenv(name)
	}
	options.Settings[asFunction], options.Settings[eventVar] = "yes", file
	got := findings(t, file, options)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings differ (-replay +sam local):\n%s", diff)
	}
}

// as returns this test binary under the name of a function.
func as(t *testing.T, function string) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), function)
	if err := os.Symlink(binary, name); err != nil {
		t.Fatal(err)
	}
	return name
}

// errSeen ends a replay once the event itself was handled: other tests cover the events of
// Ringfence's own writes.
var errSeen = errors.New("seen")

// findings returns the findings of one event, as JSON.
func findings(t *testing.T, file string, options replay.Options) (lines []string) {
	t.Helper()
	sources, err := logs.Files([]string{file}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := replay.Reading()
	o.Matters = func(string, string) bool { return true } // calls on the control too
	log, err := logs.Read(t.Context(), sources, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	_, err = replay.Run(t.Context(), log, options, func(step replay.Step) error {
		for _, f := range step.Findings {
			line, err := json.MarshalIndent(f, "", " ")
			if err != nil {
				return err
			}
			lines = append(lines, string(line))
		}
		return errors.Join(step.Err, errSeen)
	})
	if seen := err != nil && err.Error() == errSeen.Error(); !seen {
		t.Fatal(err)
	}
	return lines
}

// standIn takes invocations from Lambda's runtime API and passes each to the SAM CLI, for the
// function with this program's name. It returns only with an error.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func standIn() error {
	endpoint, err := relay(os.Getenv("AWS_ENDPOINT_URL"), os.Getenv(gatewayVar))
	if err != nil {
		return err
	}
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(api + "next") //nolint:noctx // waits until the program is stopped
		if err != nil {
			return err
		}
		event, err := io.ReadAll(next.Body)
		if err != nil {
			return err
		}
		_ = next.Body.Close()
		result := "/response"
		answer, err := invoke(event, endpoint)
		if err != nil {
			result = "/error"
			answer, _ = json.Marshal(map[string]string{"errorType": "sam local", "errorMessage": err.Error()})
		}
		posted, err := http.Post(api+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+result, "application/json", bytes.NewReader(answer)) //nolint:noctx // as above
		if err != nil {
			return err
		}
		_ = posted.Body.Close()
	}
}

// relay makes the embedded AWS, which listens only on loopback, reachable from this machine's
// containers as long as the process runs.
func relay(endpoint, gateway string) (string, error) {
	target := strings.TrimPrefix(endpoint, "http://")
	_, port, err := net.SplitHostPort(target)
	if err != nil {
		return "", err
	}
	if gateway == "" { // Docker gives containers access to our loopback
		return "http://host.docker.internal:" + port, nil
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", net.JoinHostPort(gateway, "0"))
	if err != nil {
		return "", err
	}
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := new(net.Dialer).DialContext(context.Background(), "tcp", target)
			if err != nil {
				_ = in.Close()
				continue
			}
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		}
	}()
	_, port, err = net.SplitHostPort(listener.Addr().String())
	return "http://host.docker.internal:" + port, err
}

// Errors that are not the function's own: the emulator started the function before its own runtime
// API was ready, so the function has not seen the event; or the machine was so busy that the
// function exceeded its time limit and answered with an error.
var (
	errEmulator = errors.New("the emulator was not ready for the function")
	errLate     = errors.New("the function ran out of time")
)

const (
	notReady = "dial tcp 127.0.0.1:9001: connect: connection refused"
	late     = "context deadline exceeded"
)

// invoke runs sam local invoke on one event. If the emulator was not ready or the function ran out
// of time, it tries again, at most twice, as Lambda does after an error of an asynchronous
// invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func invoke(event []byte, endpoint string) (answer []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	for range 3 {
		if answer, err = invokeOnce(ctx, event, endpoint); !errors.Is(err, errEmulator) && !errors.Is(err, errLate) {
			break
		}
	}
	return answer, err
}

func invokeOnce(ctx context.Context, event []byte, endpoint string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "sam-local")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := os.Getenv(eventVar)
	if !sameJSON(event, file) { // a later message
		file = filepath.Join(dir, "event.json")
		if err := os.WriteFile(file, event, 0o600); err != nil {
			return nil, err
		}
	}
	function := filepath.Base(os.Args[0])
	variables, err := json.Marshal(map[string]map[string]string{function: environment(endpoint)})
	if err != nil {
		return nil, err
	}
	vars := filepath.Join(dir, "env.json")
	if err := os.WriteFile(vars, variables, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, os.Getenv(samVar), "local", "invoke", function, "--event", file,
		"--template", filepath.Join(os.Getenv(buildVar), "local.yaml"), "--env-vars", vars, "--skip-pull-image",
		"--parameter-overrides", "Architecture="+os.Getenv(archVar), "--add-host", "host.docker.internal:host-gateway")
	cmd.Env = append(os.Environ(), "AWS_DEFAULT_REGION="+os.Getenv("AWS_REGION"), "AWS_MAX_ATTEMPTS=1",
		"AWS_EC2_METADATA_DISABLED=true", "SAM_CLI_TELEMETRY=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	answer, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, stderr.Bytes())
	}
	if len(answer) == 0 && bytes.Contains(stderr.Bytes(), []byte(notReady)) {
		return nil, fmt.Errorf("%w: %s", errEmulator, stderr.Bytes())
	}
	var failure struct {
		Message *string `json:"errorMessage"`
	}
	if err := json.Unmarshal(answer, &failure); err != nil {
		return nil, fmt.Errorf("%q is not an answer: %w: %s", answer, err, stderr.Bytes())
	}
	if failure.Message != nil {
		if strings.Contains(*failure.Message, late) {
			return nil, fmt.Errorf("%w: %s", errLate, *failure.Message)
		}
		return nil, errors.New(*failure.Message)
	}
	return answer, nil
}

// environment returns the function's environment. SAM sets only variables that the template has,
// so each is listed, even if empty.
func environment(endpoint string) map[string]string {
	out := map[string]string{"AWS_ENDPOINT_URL": endpoint}
	for _, name := range []string{
		boot.EnvBoundary, boot.EnvBoundaryDocument, boot.EnvBus, boot.EnvClock, boot.EnvConfig, boot.EnvControl, boot.EnvDashboard,
		boot.EnvDeadLetters, boot.EnvFollowUpQueue, boot.EnvLedgerTable, boot.EnvLogLevel, boot.EnvMode, boot.EnvPropagation,
		boot.EnvOCSF, boot.EnvReportQueue, boot.EnvSecurityHub, boot.EnvTopic,
	} {
		out[name] = os.Getenv(name)
	}
	return out
}

func sameJSON(event []byte, file string) bool {
	data, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	var a, b bytes.Buffer
	return json.Compact(&a, event) == nil && json.Compact(&b, data) == nil && bytes.Equal(a.Bytes(), b.Bytes())
}

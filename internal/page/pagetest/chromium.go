// Package pagetest opens pages in a headless browser, for tests.
package pagetest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Chromium is a headless browser with one page, driven through a pair of pipes: no port is
// opened, and no module is needed.
//
// https://chromedevtools.github.io/devtools-protocol/
type Chromium struct {
	t       *testing.T
	in      io.Writer
	session string

	mu      sync.Mutex
	last    int
	answers map[int]chan message
	// requests are the URLs that the page asked for, and problems what it complained of.
	requests, problems []string
	loaded             chan struct{}
}

type message struct {
	ID        int             `json:"id"`
	SessionID string          `json:"sessionId"`
	Method    string          `json:"method"`
	Params    json.RawMessage `json:"params"`
	Result    json.RawMessage `json:"result"`
	Error     json.RawMessage `json:"error"`
}

// Start skips the test where there is no Chromium.
func Start(t *testing.T) *Chromium {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("there is no Chromium here: .ci/browser installs it")
	}
	toIt, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, fromIt, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + t.TempDir(), "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb", "--hide-scrollbars", "about:blank",
	}
	if os.Getuid() == 0 {
		args = append([]string{"--no-sandbox"}, args...) // its sandbox does not work for root
	}
	cmd := exec.CommandContext(context.Background(), path, args...) // it is asked to end, below
	cmd.ExtraFiles = []*os.File{toIt, fromIt}                       // file descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Skipf("Chromium does not start: %v", err)
	}
	_, _ = toIt.Close(), fromIt.Close()
	c := &Chromium{t: t, in: in, answers: map[int]chan message{}, loaded: make(chan struct{}, 8)}
	done := make(chan struct{})
	go c.read(out, done)
	t.Cleanup(func() {
		_, _ = c.send("Browser.close", nil), in.Close()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
		}
		_ = cmd.Wait()
	})
	if m, ok := <-c.send("Browser.getVersion", nil); !ok || len(m.Result) == 0 {
		t.Skipf("%s does not start, or does not listen: %s", path, m.Error)
	}
	var target struct{ TargetID string }
	c.Call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	c.Call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	c.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		c.Call(domain+".enable", nil, nil)
	}
	return c
}

// read takes answers and events, each of which ends with a zero.
func (c *Chromium) read(r io.Reader, done chan<- struct{}) {
	defer close(done)
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		text, err := in.ReadBytes(0)
		if err != nil {
			c.mu.Lock()
			for _, answer := range c.answers {
				close(answer)
			}
			c.answers = nil
			c.mu.Unlock()
			return
		}
		var m message
		if json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &m) != nil {
			continue
		}
		c.mu.Lock()
		if answer := c.answers[m.ID]; answer != nil {
			delete(c.answers, m.ID)
			answer <- m
		}
		c.note(m)
		c.mu.Unlock()
	}
}

// note keeps what a test asks about afterwards.
func (c *Chromium) note(m message) {
	switch m.Method {
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		_ = json.Unmarshal(m.Params, &p)
		c.requests = append(c.requests, p.Request.URL)
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening":
		c.problems = append(c.problems, m.Method+" "+string(m.Params))
	case "Page.loadEventFired":
		c.loaded <- struct{}{}
	}
}

func (c *Chromium) send(method string, params any) <-chan message {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	answer := make(chan message, 1)
	if c.answers == nil {
		close(answer)
		return answer
	}
	c.answers[c.last] = answer
	text, _ := json.Marshal(struct {
		ID        int    `json:"id"`
		Method    string `json:"method"`
		SessionID string `json:"sessionId,omitempty"`
		Params    any    `json:"params,omitempty"`
	}{c.last, method, c.session, params})
	_, _ = c.in.Write(append(text, 0)) // where it fails no answer comes
	return answer
}

// Call calls a method, and decodes its result into out where that is not nil.
func (c *Chromium) Call(method string, params, out any) {
	c.t.Helper()
	select {
	case m, ok := <-c.send(method, params):
		switch {
		case !ok:
			c.t.Fatalf("%s: Chromium has ended", method)
		case len(m.Error) > 0:
			c.t.Fatalf("%s: %s", method, m.Error)
		case out != nil:
			if err := json.Unmarshal(m.Result, out); err != nil {
				c.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(60 * time.Second):
		c.t.Fatalf("%s: no answer", method)
	}
}

// Eval runs an expression in the page, and decodes its value into out. A promise is waited for.
func (c *Chromium) Eval(expression string, out any) {
	c.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	c.Call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}, &r)
	if len(r.ExceptionDetails) > 0 {
		c.t.Fatalf("%s: %s", expression, r.ExceptionDetails)
	}
	if out != nil && len(r.Result.Value) > 0 {
		if err := json.Unmarshal(r.Result.Value, out); err != nil {
			c.t.Fatalf("%s: %v", expression, err)
		}
	}
}

// Open writes a page to a file and loads it.
func (c *Chromium) Open(page []byte) (url string) {
	c.t.Helper()
	path := filepath.Join(c.t.TempDir(), "report.html")
	if err := os.WriteFile(path, page, 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	c.requests, c.problems = nil, nil
	c.mu.Unlock()
	url = "file://" + path
	c.Call("Page.navigate", map[string]any{"url": url}, nil)
	select {
	case <-c.loaded:
	case <-time.After(60 * time.Second):
		c.t.Fatal("the page does not load")
	}
	return url
}

// Quiet checks that the page has complained of nothing, and asked for nothing but itself.
func (c *Chromium) Quiet(url string) {
	c.t.Helper()
	c.Eval("1", nil) // what was said before this answer has come
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.problems {
		c.t.Errorf("the page complains: %s", f)
	}
	if len(c.requests) != 1 || c.requests[0] != url {
		c.t.Errorf("the page asked for %q; it is one file, %s", c.requests, url)
	}
}

// Size is of the window, in CSS pixels.
func (c *Chromium) Size(width, height int) {
	c.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
}

// Prefer sets the colour scheme that the reader prefers.
func (c *Chromium) Prefer(scheme string) {
	c.Call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]any{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Picture takes a screenshot, of all of the page where whole is set.
func (c *Chromium) Picture(whole bool) []byte {
	return c.data("Page.captureScreenshot", map[string]any{"captureBeyondViewport": whole})
}

// Paper prints the page to PDF.
func (c *Chromium) Paper() []byte {
	return c.data("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true})
}

func (c *Chromium) data(method string, params map[string]any) []byte {
	c.t.Helper()
	var r struct{ Data string }
	c.Call(method, params, &r)
	b, err := base64.StdEncoding.DecodeString(r.Data)
	if err != nil {
		c.t.Fatal(fmt.Errorf("%s: %w", method, err))
	}
	return b
}

// Access has axe-core look at the page, wide and narrow, light and dark: nothing serious may be wrong
// with it. It skips the test where axe-core is not below tools, where .ci/browser puts it.
//
// https://github.com/dequelabs/axe-core
func (c *Chromium) Access(tools string) {
	c.t.Helper()
	axe, err := os.ReadFile(filepath.Join(tools, "axe-core/node_modules/axe-core/axe.min.js"))
	if err != nil {
		c.t.Skip("there is no axe-core here: .ci/browser installs it")
	}
	c.Eval(string(axe)+";0", nil)
	for _, width := range []int{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			c.Size(width, 900)
			c.Prefer(scheme)
			var found []struct {
				ID, Impact, Help string
				Nodes            []struct{ HTML, FailureSummary string }
			}
			var text string
			c.Eval(`axe.run({ resultTypes: ['violations'] }).then(r => JSON.stringify(r.violations))`, &text)
			if err := json.Unmarshal([]byte(text), &found); err != nil {
				c.t.Fatal(err)
			}
			for _, v := range found {
				say := c.t.Logf
				if v.Impact == "serious" || v.Impact == "critical" {
					say = c.t.Errorf
				}
				say("%d px, %s: %s (%s): %s, in %d places\n%s\n%s", width, scheme, v.ID, v.Impact, v.Help, len(v.Nodes), v.Nodes[0].HTML, v.Nodes[0].FailureSummary)
			}
		}
	}
}

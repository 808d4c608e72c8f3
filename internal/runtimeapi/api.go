package runtimeapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

type invocation struct {
	id    string
	event []byte
}

type answer struct {
	Answer
	err error
}

const defaultDeadline = time.Minute

// api is the part of the runtime API that functions use.
func (p *Process) api() http.Handler {
	mux := http.NewServeMux()
	var handedOver atomic.Pointer[time.Time] // of the event that is being handled
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if p.asked.CompareAndSwap(false, true) {
			p.ready <- time.Now()
		}
		select {
		case inv := <-p.next:
			h := w.Header()
			h.Set("Content-Type", "application/json")
			h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
			h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(cmp.Or(p.Deadline, defaultDeadline)).UnixMilli(), 10))
			h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:Function")
			now := time.Now()
			handedOver.Store(&now)
			_, _ = w.Write(inv.event) // a lost connection shows as the process's end
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		p.answers <- answer{Answer{*handedOver.Load(), time.Now(), body}, err}
		w.WriteHeader(http.StatusAccepted)
	})
	failed := func(w http.ResponseWriter, r *http.Request) {
		p.answers <- answer{err: failure(r.Body)}
		w.WriteHeader(http.StatusAccepted)
	}
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", failed)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", failed)
	return mux
}

// failure reads the error that a function reports.
func failure(body io.Reader) error {
	var report struct {
		Message string `json:"errorMessage"`
	}
	if err := json.NewDecoder(body).Decode(&report); err != nil {
		return err
	}
	return errors.New(report.Message)
}

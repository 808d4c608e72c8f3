// Command enforce is the Lambda function that handles IAM changes: an SQS batch of
// EventBridge events, or one EventBridge event directly. It only wires; see
// internal/pipeline for what it does.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/ringfence/ringfence/internal/boot"
)

func main() {
	app, err := boot.New(os.Getenv, os.ReadFile, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ringfence:", err)
		os.Exit(1)
	}
	h := handler{pipeline: app.Pipeline, log: app.Log, now: app.Now, metrics: os.Stdout}
	lambda.Start(h.handle)
}

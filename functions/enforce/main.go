// Command enforce is the Lambda function that reconciles: SQS batches of EventBridge events
// and of follow-ups; in a replay and under the SAM CLI one event by itself. It only wires; see
// internal/reconcile for what it does.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot/enforcing"
)

func main() {
	app, err := enforcing.New(os.Getenv, os.ReadFile, awserr.NewHTTPClient(), os.Stderr, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ringfence:", err)
		os.Exit(1)
	}
	lambda.Start(app.Handle)
}

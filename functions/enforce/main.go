// Command enforce is the Lambda function that reconciles targets. It takes SQS batches of
// EventBridge events and of follow-ups; in a replay and under the SAM CLI it takes a single
// event. It only connects packages; see internal/reconcile.
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

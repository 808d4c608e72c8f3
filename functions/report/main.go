// Command report is the Lambda function that publishes findings. It takes SQS batches of
// notices from the report queue. It only connects packages; see internal/report.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot/reporting"
)

func main() {
	app, err := reporting.New(os.Getenv, os.ReadFile, awserr.NewHTTPClient(), os.Stderr, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ringfence:", err)
		os.Exit(1)
	}
	lambda.Start(app.Handle)
}

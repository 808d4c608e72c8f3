// Command report is the Lambda function that tells: SQS batches of notices from the report
// queue. It only wires; see internal/report for what it does.
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

// Command sweep is the Lambda function that looks at the whole account, page by page. It takes
// SQS messages from its own queue; each one starts or continues a sweep. It only connects
// packages; see internal/sweep.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot/sweeping"
)

func main() {
	app, err := sweeping.New(os.Getenv, os.ReadFile, awserr.NewHTTPClient(), os.Stderr, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ringfence:", err)
		os.Exit(1)
	}
	lambda.Start(app.Handle)
}

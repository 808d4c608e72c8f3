// Command configrule is the Lambda function of a custom rule of AWS Config. It only connects
// packages; see internal/configrule.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot/evaluating"
)

func main() {
	app, err := evaluating.New(os.Getenv, os.ReadFile, awserr.NewHTTPClient(), os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ringfence:", err)
		os.Exit(1)
	}
	lambda.Start(app.Handle)
}
